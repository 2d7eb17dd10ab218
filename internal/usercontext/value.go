package usercontext

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ValueError says which value of a user cannot be written as JSON, and why.
type ValueError struct {
	// Path is where the value is in the context.
	Path []string
	Err  error
}

func (e *ValueError) Error() string {
	where := "context"
	if len(e.Path) > 0 {
		where = strings.Join(e.Path, ".")
	}
	return fmt.Sprintf("write %s of the user as JSON: %v: set a value that encoding/json can write, or none", where, e.Err)
}

func (e *ValueError) Unwrap() error { return e.Err }

// errNotFinite is for the numbers that JSON does not have.
var errNotFinite = errors.New("NaN and infinity are no JSON numbers")

// handDepth is how deep appendValue goes into a value itself. What is deeper is
// left to encoding/json, which notices when a value contains itself.
const handDepth = 32

// appendValue writes any value as encoding/json does, but without escapes for
// HTML. Usual types are written here, since encoding/json allocates and is slow.
func appendValue(dst []byte, value any, depth int) ([]byte, error) {
	switch value := value.(type) {
	case nil:
		return append(dst, "null"...), nil
	case string:
		return appendText(dst, value), nil
	case bool:
		return strconv.AppendBool(dst, value), nil
	case int:
		return strconv.AppendInt(dst, int64(value), 10), nil
	case int8:
		return strconv.AppendInt(dst, int64(value), 10), nil
	case int16:
		return strconv.AppendInt(dst, int64(value), 10), nil
	case int32:
		return strconv.AppendInt(dst, int64(value), 10), nil
	case int64:
		return strconv.AppendInt(dst, value, 10), nil
	case uint:
		return strconv.AppendUint(dst, uint64(value), 10), nil
	case uint8:
		return strconv.AppendUint(dst, uint64(value), 10), nil
	case uint16:
		return strconv.AppendUint(dst, uint64(value), 10), nil
	case uint32:
		return strconv.AppendUint(dst, uint64(value), 10), nil
	case uint64:
		return strconv.AppendUint(dst, value, 10), nil
	case float64:
		return appendFloat(dst, value, 64)
	case float32:
		return appendFloat(dst, float64(value), 32)
	case []string:
		if value == nil {
			return append(dst, "null"...), nil
		}
		return appendTexts(dst, value), nil
	case []any:
		if value != nil && depth < handDepth {
			return appendArray(dst, value, depth+1)
		}
	case map[string]any:
		if value != nil && depth < handDepth {
			return appendObject(dst, value, depth+1)
		}
	}
	return appendMarshaled(dst, value)
}

// appendFloat writes a number of the given size in bits exactly as encoding/json
// does: the shortest decimals that give the number back, with an exponent below
// 1e-6 and from 1e21 on.
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
	// JSON's e-9 is e-09 to strconv.
	if end := len(dst) - 4; end >= 0 && string(dst[end:end+3]) == "e-0" {
		dst[end+2] = dst[end+3]
		dst = dst[:end+3]
	}
	return dst, nil
}

func appendArray(dst []byte, array []any, depth int) ([]byte, error) {
	dst = append(dst, '[')
	for i, item := range array {
		if i > 0 {
			dst = append(dst, ',')
		}
		var err error
		if dst, err = appendValue(dst, item, depth); err != nil {
			return dst, err
		}
	}
	return append(dst, ']'), nil
}

// appendObject writes the members sorted by key, so that one value has one text.
func appendObject(dst []byte, object map[string]any, depth int) ([]byte, error) {
	keys := make([]string, 0, len(object))
	for key := range object {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	dst = append(dst, '{')
	for i, key := range keys {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendText(dst, key)
		dst = append(dst, ':')
		var err error
		if dst, err = appendValue(dst, object[key], depth); err != nil {
			return dst, fmt.Errorf("member %q: %w", key, err)
		}
	}
	return append(dst, '}'), nil
}

// appendList writes a list of the user; an empty one is absent.
func appendList(dst []byte, list []string) ([]byte, bool, error) {
	if len(list) == 0 {
		return dst, false, nil
	}
	return appendTexts(dst, list), true, nil
}

func appendTexts(dst []byte, texts []string) []byte {
	dst = append(dst, '[')
	for i, text := range texts {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendText(dst, text)
	}
	return append(dst, ']')
}

// appendText writes a JSON string. Each byte that is no UTF-8 becomes a U+FFFD.
func appendText(dst []byte, text string) []byte {
	dst = append(dst, '"')
	if i := plain(text); i < len(text) {
		dst = appendEscaped(dst, text, i)
	} else {
		dst = append(dst, text...)
	}
	return append(dst, '"')
}

// appendEscaped writes a text whose first i bytes are plain.
func appendEscaped(dst []byte, text string, i int) []byte {
	start := 0
	for i < len(text) {
		c := text[i]
		if asIs(c) {
			i++
			continue
		}
		size := 1
		if c >= utf8.RuneSelf {
			// Anything but a failed decoding, which has size 1, stays.
			if _, size = utf8.DecodeRuneInString(text[i:]); size > 1 {
				i += size
				continue
			}
		}
		dst = append(dst, text[start:i]...)
		dst = appendEscape(dst, c)
		i++
		start = i
	}
	return append(dst, text[start:]...)
}

// plain is how many bytes at the beginning of a text are surely written as they
// are: all of them, for nearly every text. It looks at eight at a time.
func plain(text string) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	i := 0
	for ; len(text)-i >= 8; i += 8 {
		w := word(text[i : i+8])
		// A byte's high bit is set where the byte is not ASCII, is below a space, or is a
		// quote or a backslash; a borrow from such a byte may set more.
		if (w|(w-ones*' ')|((w^ones*'"')-ones)|((w^ones*'\\')-ones))&highs != 0 {
			return i
		}
	}
	for i < len(text) && asIs(text[i]) {
		i++
	}
	return i
}

// word is the eight bytes of a text as a number, which takes one load.
func word(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// asIs says whether a byte of a JSON string is written as it is, whatever is
// around it.
func asIs(c byte) bool {
	return c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\'
}

func appendEscape(dst []byte, c byte) []byte {
	const digits = "0123456789abcdef"
	switch {
	case c >= utf8.RuneSelf:
		return append(dst, replacement...)
	case c >= ' ':
		return append(dst, '\\', c)
	}
	return append(dst, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
}

// appendMarshaled writes a value through encoding/json. The methods that a type
// has for that are the caller's code, which must not bring an evaluation down.
func appendMarshaled(dst []byte, value any) (result []byte, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			result, err = dst, fmt.Errorf("a JSON method of %T panicked: %v", value, reason)
		}
	}()
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return dst, err
	}
	text := bytes.TrimSuffix(buffer.Bytes(), []byte("\n"))
	if !utf8.Valid(text) {
		// encoding/json passes on what a json.Marshaler put into its strings.
		return append(dst, validText(string(text))...), nil
	}
	return append(dst, text...), nil
}

// validText has a U+FFFD for each byte that is no UTF-8.
func validText(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	return string([]rune(text))
}
