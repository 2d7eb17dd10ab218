//go:build cgo

package core_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
)

// slotArray converts a context to its array form with encoding/json. It is on
// purpose independent of the core, of the clients, and of slots in
// internal/conformance: a mistake in one of them must not hide in the others.
func slotArray(paths [][]string, context []byte) []byte {
	array := []byte{'['}
	for slot, path := range paths {
		value, found := json.RawMessage(context), true
		for _, name := range path {
			var members map[string]json.RawMessage
			if json.Unmarshal(value, &members) != nil {
				members = nil // a value that is not an object has no members
			}
			if value, found = members[name]; !found {
				break
			}
		}
		if !found {
			continue
		}
		if len(array) > 1 {
			array = append(array, ',')
		}
		array = append(strconv.AppendInt(array, int64(slot), 10), ',')
		array = append(array, value...)
	}
	return append(array, ']')
}

// Half of all evaluations in these tests use slotArray, so it has a test of its
// own.
func TestSlotArray_HasTheValuesOfTheContext(t *testing.T) {
	paths := [][]string{{"user", "user_id"}, {"user", "missing"}, {"user", "user_id", "x"}, {"groups"}, {}}
	const context = `{"user":{"user_id":"u\n","x":[1.50]},"groups":{"a":1e6}}`
	assert.Equal(t, fmt.Sprintf(`[0,"u\n",3,{"a":1e6},4,%s]`, context), string(slotArray(paths, []byte(context))))
}
