// Package jsonvalue writes Go values as JSON. The JSON decodes to the same
// values as the JSON of encoding/json. Only the escapes in strings differ:
// above all, <, > and & are not escaped for HTML. It writes the usual types
// without allocating.
package jsonvalue

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"
)

// maxFastDepth is how deep Append descends into arrays and objects itself. It
// leaves deeper values to encoding/json, which notices cycles.
const maxFastDepth = 32

// Marshal returns a value as JSON. Its errors are the errors of Append.
func Marshal(value any) ([]byte, error) {
	encoded, err := Append(nil, value)
	if err != nil {
		return nil, err
	}
	return encoded, nil
}

// Append appends a value as JSON and returns the extended buffer. Object
// members are sorted by name. Each byte of a string that is not UTF-8 becomes
// U+FFFD.
//
// It returns an error if encoding/json cannot encode the value, or if a JSON
// method of the value panics; dst may then have been extended.
func Append(dst []byte, value any) ([]byte, error) { return appendValue(dst, value, 0) }

func appendValue(dst []byte, value any, depth int) ([]byte, error) {
	switch value := value.(type) {
	case nil:
		return append(dst, "null"...), nil
	case string:
		return AppendString(dst, value), nil
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
		return AppendStrings(dst, value), nil
	case []any:
		if value != nil && depth < maxFastDepth {
			return appendArray(dst, value, depth+1)
		}
	case map[string]any:
		if value != nil && depth < maxFastDepth {
			return appendObject(dst, value, depth+1)
		}
	}
	return appendMarshaled(dst, value)
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

// appendObject sorts the members by name, so that equal objects have equal
// JSON.
func appendObject(dst []byte, object map[string]any, depth int) ([]byte, error) {
	names := make([]string, 0, len(object))
	for name := range object {
		names = append(names, name)
	}
	slices.Sort(names)
	dst = append(dst, '{')
	for i, name := range names {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = AppendString(dst, name)
		dst = append(dst, ':')
		var err error
		if dst, err = appendValue(dst, object[name], depth); err != nil {
			return dst, fmt.Errorf("member %q: %w", name, err)
		}
	}
	return append(dst, '}'), nil
}

// appendMarshaled writes a value through encoding/json. It recovers from
// panics: the JSON methods of a type are the caller's code.
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
	encoded := bytes.TrimSuffix(buffer.Bytes(), []byte("\n"))
	if !utf8.Valid(encoded) {
		// encoding/json does not check the strings that a json.Marshaler
		// returns.
		return append(dst, ReplaceInvalid(string(encoded))...), nil
	}
	return append(dst, encoded...), nil
}
