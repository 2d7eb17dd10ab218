package usercontext_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
)

type marshaler struct{ json string }

func (m marshaler) MarshalJSON() ([]byte, error) { return []byte(m.json), nil }

func TestAppend_WalksValuesThatOnlyEncodingJSONKnows(t *testing.T) {
	type tagged struct {
		Inner map[string]any `json:"inner"`
		Raw   json.RawMessage
	}
	value := tagged{Inner: map[string]any{"a<b": 1}, Raw: json.RawMessage(`{"n": 1.0, "n": 2.50, "z": null}`)}
	for _, tt := range []struct {
		name  string
		value any
		path  []string
		want  string
	}{
		{"struct", value, path("inner", "a<b"), `[0,1]`},
		{"pointer to a struct", &value, path("inner", "a<b"), `[0,1]`},
		{"struct field by its Go name", value, path("Inner", "a<b"), `[]`},
		{"raw JSON, repeated member", value, path("Raw", "n"), `[0,2.50]`},
		{"null", value, path("Raw", "z"), `[0,null]`},
		{"below null", value, path("Raw", "z", "y"), `[]`},
		{"missing", value, path("Raw", "y"), `[]`},
		{"map of strings", map[string]string{"k": "v"}, path("k"), `[0,"v"]`},
		{"map of strings, missing", map[string]string{"k": "v"}, path("l"), `[]`},
		{"map of ints", map[int]string{1: "v"}, path("1"), `[0,"v"]`},
		{"array", []int{1}, path("0"), `[]`},
		{"json.Marshaler", marshaler{`{"k":{"l":"<"}}`}, path("k", "l"), `[0,"<"]`},
		{"time", time.Time{}, path("wall"), `[]`},
		{"nil pointer", (*tagged)(nil), path("inner"), `[]`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			user := &experiment.User{UserProperties: map[string]any{"p": tt.value}}
			got, err := write(user, property(append([]string{"p"}, tt.path...)...))
			require.NoError(t, err)
			assert.Equal(t, tt.want, string(got))
		})
	}
}

// The name of a member is the key of the Go map with U+FFFD for each byte that
// is not UTF-8.
func TestAppend_FindsKeysThatAreNotUTF8ByTheirJSONName(t *testing.T) {
	user := &experiment.User{
		UserProperties: map[string]any{
			"a\xff": 1, "a\xfe": 2, "b\ufffd": 3, "b\xc0": 4, "nested": map[string]any{"c\xff": 5},
		},
		Groups: map[string][]string{"org\xff": {"acme"}, "": {"unnamed"}},
	}
	for _, tt := range []struct {
		name string
		path []string
		want string
	}{
		{"the last of two", property("a\ufffd"), `[0,1]`},
		{"the last of two, one of which has U+FFFD itself", property("b\ufffd"), `[0,3]`},
		{"nested", property("nested", "c\ufffd"), `[0,5]`},
		{"missing", property("d\ufffd"), `[]`},
		{"group type", path("groups", "org\ufffd", "group_name"), `[0,"acme"]`},
		{"missing group type", path("groups", "\ufffd", "group_name"), `[]`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := write(user, tt.path)
			require.NoError(t, err)
			assert.Equal(t, tt.want, string(got))
		})
	}
}
