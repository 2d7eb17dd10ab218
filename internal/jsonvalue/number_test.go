package jsonvalue_test

import (
	"encoding/json"
	"math"
	"testing"
)

func TestAppend_WritesNumbers(t *testing.T) {
	testAppend(t, []valueTest{
		{"int", int(-7), `-7`},
		{"int8", int8(-128), `-128`},
		{"int16", int16(-32768), `-32768`},
		{"int32", int32(-2147483648), `-2147483648`},
		{"int64", int64(math.MinInt64), `-9223372036854775808`},
		{"uint", uint(7), `7`},
		{"uint8", uint8(255), `255`},
		{"uint16", uint16(65535), `65535`},
		{"uint32", uint32(4294967295), `4294967295`},
		{"uint64", uint64(math.MaxUint64), `18446744073709551615`},
		{"uintptr", uintptr(7), `7`},

		{"whole float", 1000000.0, `1000000`},
		{"zero", 0.0, `0`},
		{"negative zero", math.Copysign(0, -1), `-0`},
		{"float", 0.1, `0.1`},
		{"negative float", -2.5, `-2.5`},
		{"2^53", 9007199254740992.0, `9007199254740992`},
		{"below 1e21", 1e20, `100000000000000000000`},
		{"1e21", 1e21, `1e+21`},
		{"1e-6", 1e-6, `0.000001`},
		{"below 1e-6", 1e-7, `1e-7`},
		{"1.5e-10", 1.5e-10, `1.5e-10`},
		{"largest", math.MaxFloat64, `1.7976931348623157e+308`},
		{"smallest", math.SmallestNonzeroFloat64, `5e-324`},
		{"float32", float32(0.1), `0.1`},
		{"float32 below 1e-6", float32(1e-7), `1e-7`},
		{"float32 of 1e21", float32(1e21), `1e+21`},
		{"json.Number", json.Number("1.50"), `1.50`},
	})
}
