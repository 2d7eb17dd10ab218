package usercontext

import (
	"encoding/json"
	"strings"
)

// replacement is what stands in JSON for a byte that is no UTF-8.
const replacement = "\uFFFD"

// member is m[name], where name is the key as JSON has it. Keys that are no
// UTF-8 have other names there, and several may have the same one; then the last
// counts, as in any JSON object.
func member[V any](m map[string]V, name string) (V, bool) {
	if !strings.Contains(name, replacement) {
		value, ok := m[name]
		return value, ok
	}
	var last string
	var value V
	found := false
	for key, v := range m {
		if validText(key) == name && (!found || key > last) {
			last, value, found = key, v, true
		}
	}
	return value, found
}

// appendMap writes what is at a path in a map of the user; an empty map is
// absent.
func appendMap[V any](dst []byte, m map[string]V, path []string) ([]byte, bool, error) {
	if len(m) == 0 {
		return dst, false, nil
	}
	return appendAt(dst, m, path)
}

// appendAt writes what is at a path in a value, and says whether there is
// anything.
func appendAt(dst []byte, value any, path []string) ([]byte, bool, error) {
	for i, name := range path {
		var ok bool
		switch object := value.(type) {
		case map[string]any:
			value, ok = member(object, name)
		case map[string]string:
			value, ok = anyMember(object, name)
		case map[string][]string:
			value, ok = anyMember(object, name)
		case map[string]map[string]any:
			value, ok = anyMember(object, name)
		case map[string]map[string][]string:
			value, ok = anyMember(object, name)
		case map[string]map[string]map[string]any:
			value, ok = anyMember(object, name)
		case nil, string, bool, int, float64, []string, []any:
			return dst, false, nil
		default:
			return appendAtJSON(dst, value, path[i:])
		}
		if !ok {
			return dst, false, nil
		}
	}
	dst, err := appendValue(dst, value, 0)
	return dst, true, err
}

func anyMember[V any](m map[string]V, name string) (any, bool) {
	value, ok := member(m, name)
	return value, ok
}

// appendAtJSON is appendAt for a value of which only encoding/json knows what
// members it has.
func appendAtJSON(dst []byte, value any, path []string) ([]byte, bool, error) {
	text, err := appendMarshaled(nil, value)
	if err != nil {
		return dst, false, err
	}
	for _, name := range path {
		if len(text) == 0 || text[0] != '{' {
			return dst, false, nil
		}
		var object map[string]json.RawMessage
		if err := json.Unmarshal(text, &object); err != nil {
			return dst, false, err
		}
		text = object[name]
	}
	return append(dst, text...), len(text) > 0, nil
}
