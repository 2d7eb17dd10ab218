package remote_test

import (
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/remote"
)

type panicking struct{ on *int }

func (p panicking) MarshalJSON() ([]byte, error) {
	*p.on++
	return []byte("1"), nil
}

func TestFetch_NamesThePropertyThatCannotBeEncoded(t *testing.T) {
	const advice = "; use a value that encoding/json supports"
	s := serve(t, respond(200, `{}`))
	client := initialize(t, s, nil)
	for _, tt := range []struct {
		name string
		user experiment.User
		want string
	}{
		{"a JSON method that panics", experiment.User{UserProperties: map[string]any{"a": 1, "plan": panicking{}}},
			"encoding user.user_properties.plan: a JSON method of remote_test.panicking panicked: " +
				"runtime error: invalid memory address or nil pointer dereference"},
		{"within a list", experiment.User{UserProperties: map[string]any{"plan": []any{1, panicking{}}}},
			"encoding user.user_properties.plan: a JSON method of remote_test.panicking panicked: " +
				"runtime error: invalid memory address or nil pointer dereference"},
		{"NaN", experiment.User{UserProperties: map[string]any{"score": math.NaN(), "z": math.Inf(1)}},
			"encoding user.user_properties.score: NaN and infinity are not valid JSON numbers"},
		{"a member", experiment.User{UserProperties: map[string]any{"p": map[string]any{"m": make(chan int)}}},
			`encoding user.user_properties.p: member "m": json: unsupported type: chan int`},
		{"a group's property", experiment.User{GroupProperties: map[string]map[string]map[string]any{
			"team": {"blue": {"size": 3}}, "org": {"acme": {"size": func() {}}}}},
			"encoding user.group_properties.org.acme.size: json: unsupported type: func()"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := client.Fetch(t.Context(), &tt.user)
			require.EqualError(t, err, "fetching variants: "+tt.want+advice)
			var fetchErr *remote.FetchError
			assert.False(t, errors.As(err, &fetchErr))
		})
	}
	assert.Empty(t, s.requests())
}
