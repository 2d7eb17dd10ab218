package jsonvalue

import (
	"errors"
	"math"
	"strconv"
)

// errNotFinite is returned for the floats that JSON does not have.
var errNotFinite = errors.New("NaN and infinity are not valid JSON numbers")

// appendFloat writes a float of the given size in bits as encoding/json does:
// the shortest decimal that gives the float back, with an exponent below 1e-6
// and from 1e21 on.
func appendFloat(dst []byte, f float64, bits int) ([]byte, error) {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return dst, errNotFinite
	}
	const exact = 1 << 53
	if f > -exact && f < exact && f == math.Trunc(f) && (f != 0 || !math.Signbit(f)) {
		return strconv.AppendInt(dst, int64(f), 10), nil
	}
	abs := math.Abs(f)
	exponent := abs != 0 && (abs < 1e-6 || abs >= 1e21)
	if bits == 32 {
		exponent = abs != 0 && (float32(abs) < 1e-6 || float32(abs) >= 1e21)
	}
	if !exponent {
		return strconv.AppendFloat(dst, f, 'f', -1, bits), nil
	}
	dst = strconv.AppendFloat(dst, f, 'e', -1, bits)
	// strconv writes e-09 where encoding/json writes e-9.
	if end := len(dst) - 4; end >= 0 && string(dst[end:end+3]) == "e-0" {
		dst[end+2] = dst[end+3]
		dst = dst[:end+3]
	}
	return dst, nil
}
