package usercontext

import (
	"encoding/json"
	"strings"

	"github.com/amplitude/experiment-go-server/internal/jsonvalue"
)

// member returns m[name], where name is the key as JSON has it. Keys that are
// not UTF-8 have other names in JSON, and several may have the same one; then
// the last one counts, as in any JSON object.
func member[V any](m map[string]V, name string) (V, bool) {
	if !strings.Contains(name, jsonvalue.Replacement) {
		value, ok := m[name]
		return value, ok
	}
	var last string
	var value V
	found := false
	for key, v := range m {
		if jsonvalue.ReplaceInvalid(key) == name && (!found || key > last) {
			last, value, found = key, v, true
		}
	}
	return value, found
}

// appendList writes a list of the user. An empty one is absent.
func appendList(dst []byte, list []string) ([]byte, bool, error) {
	if len(list) == 0 {
		return dst, false, nil
	}
	return jsonvalue.AppendStrings(dst, list), true, nil
}

// appendMap writes the value at a path in a map of the user. An empty map is
// absent.
func appendMap[V any](dst []byte, m map[string]V, path []string) ([]byte, bool, error) {
	if len(m) == 0 {
		return dst, false, nil
	}
	return appendAt(dst, m, path)
}

// appendAt writes the value at a path in a value, and reports whether there is
// one.
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
	dst, err := jsonvalue.Append(dst, value)
	return dst, true, err
}

func anyMember[V any](m map[string]V, name string) (any, bool) {
	value, ok := member(m, name)
	return value, ok
}

// appendAtJSON does what appendAt does for a value whose members only
// encoding/json knows.
func appendAtJSON(dst []byte, value any, path []string) ([]byte, bool, error) {
	encoded, err := jsonvalue.Marshal(value)
	if err != nil {
		return dst, false, err
	}
	for _, name := range path {
		if len(encoded) == 0 || encoded[0] != '{' {
			return dst, false, nil
		}
		var object map[string]json.RawMessage
		if err := json.Unmarshal(encoded, &object); err != nil {
			return dst, false, err
		}
		encoded = object[name]
	}
	return append(dst, encoded...), len(encoded) > 0, nil
}
