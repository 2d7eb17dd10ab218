package conformance

import (
	"encoding/json"
	"strconv"
)

// slots turns a context into the core's array form: the number of each slot
// that the context has, followed by the value's own text. The context is walked
// with encoding/json, which shares no code with the core or the clients.
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

func walk(value json.RawMessage, path []string) (json.RawMessage, bool) {
	for _, name := range path {
		var members map[string]json.RawMessage
		// What is no object has no members.
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
