package experiment

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestNumber_IsAFloatUnlessThatLosesDigits(t *testing.T) {
	for s, want := range map[string]any{
		"0":                     0.0,
		"-12":                   -12.0,
		"1.50":                  1.5,
		"1e3":                   1000.0,
		"9007199254740992":      9007199254740992.0,
		"9007199254740993":      json.Number("9007199254740993"),
		"0.1000000000000000055": 0.1,
		"1e400":                 json.Number("1e400"),
		"-0":                    math.Copysign(0, -1),
	} {
		assert.Equal(t, want, number(s), s)
	}
}
