package conformance

import (
	"encoding/json"
	"strconv"
)

// slots converts a context to the core's array form: the number of each slot
// that the context has, followed by the value's own JSON. It walks the context
// with encoding/json, and is on purpose independent of the core, of the
// clients, and of slotArray in the tests of internal/core: a mistake in one of
// them must not hide in the others.
func slots(paths [][]string, context json.RawMessage) []byte {
	array := []byte{'['}
	for slot, path := range paths {
		value, ok := walk(context, path)
		if !ok {
			continue
		}
		if len(array) > 1 {
			array = append(array, ',')
		}
		array = strconv.AppendInt(array, int64(slot), 10)
		array = append(array, ',')
		array = append(array, value...)
	}
	return append(array, ']')
}

// walk returns the value at a path of object members, if there is one.
func walk(value json.RawMessage, path []string) (json.RawMessage, bool) {
	for _, name := range path {
		var members map[string]json.RawMessage
		// A value that is not an object has no members.
		if json.Unmarshal(value, &members) != nil {
			return nil, false
		}
		member, ok := members[name]
		if !ok {
			return nil, false
		}
		value = member
	}
	return value, true
}
