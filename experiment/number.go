package experiment

import (
	"encoding/json"
	"strconv"
	"strings"
)

// number returns a number of a payload or of metadata in the type that Go
// programs expect: a float64 if that loses at most the last digits of a
// fraction, and a json.Number otherwise.
func number(s string) any {
	f, err := strconv.ParseFloat(s, 64)
	isInteger := !strings.ContainsAny(s, ".eE")
	if err == nil && (!isInteger || strconv.FormatFloat(f, 'f', -1, 64) == s) {
		return f
	}
	return json.Number(s)
}
