package usercontext_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
)

// Flags must be able to read a field that is added to User, too.
func TestAppend_ReadsEveryFieldOfUser(t *testing.T) {
	user := &experiment.User{}
	fields := reflect.ValueOf(user).Elem()
	for i := range fields.NumField() {
		name, _, _ := strings.Cut(fields.Type().Field(i).Tag.Get("json"), ",")
		switch field := fields.Field(i).Addr().Interface().(type) {
		case *string:
			*field = "value of " + name
		case *[]string:
			*field = []string{name}
		case *map[string]any:
			*field = map[string]any{"k": name}
		case *map[string][]string:
			*field = map[string][]string{"k": {name}}
		case *map[string]map[string]map[string]any:
			*field = map[string]map[string]map[string]any{"k": {"l": {"m": name}}}
		case *map[string]map[string][]string:
			*field = map[string]map[string][]string{"k": {"l": {name}}}
		default:
			require.Failf(t, "unknown type", "field %s is a %T", name, field)
		}
		want, err := json.Marshal(fields.Field(i).Interface())
		require.NoError(t, err)
		got, err := write(user, path("user", name))
		require.NoError(t, err)
		assert.Equal(t, `[0,`+string(want)+`]`, string(got), name)
	}
}
