package variants

import (
	"encoding/json"
	"strconv"
	"strings"
)

// Number is a number of a payload or of metadata as Go programs get it: the float64 that they expect, where that loses
// nothing but the last digits of a fraction, and else the json.Number.
func Number(text string) any {
	f, err := strconv.ParseFloat(text, 64)
	isInteger := !strings.ContainsAny(text, ".eE")
	if err == nil && (!isInteger || strconv.FormatFloat(f, 'f', -1, 64) == text) {
		return f
	}
	return json.Number(text)
}
