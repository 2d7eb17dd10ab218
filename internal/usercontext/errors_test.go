package usercontext_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/usercontext"
)

type panicking struct{}

func (panicking) MarshalJSON() ([]byte, error) { panic("out of order") }

func TestAppend_ReportsAValueThatCannotBeEncoded(t *testing.T) {
	itself := map[string]any{}
	itself["again"] = []any{itself}
	for _, tt := range []struct {
		name  string
		value any
		want  string
	}{
		{"NaN", math.NaN(), "NaN and infinity are not valid JSON numbers"},
		{"member", map[string]any{"score": []any{math.NaN()}},
			`member "score": NaN and infinity are not valid JSON numbers`},
		{"channel", make(chan int), "json: unsupported type: chan int"},
		{"panicking", []any{panicking{}}, "a JSON method of usercontext_test.panicking panicked: out of order"},
		{"value within itself", itself, "encountered a cycle"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			user := &experiment.User{UserProperties: map[string]any{"p": tt.value}}
			got, err := usercontext.New([][]string{property("p")}).Append([]byte("before"), user, []uint32{0})
			var valueError *usercontext.ValueError
			require.ErrorAs(t, err, &valueError)
			assert.Equal(t, property("p"), valueError.Path)
			assert.ErrorContains(t, err, "encoding user.user_properties.p: ")
			assert.ErrorContains(t, err, tt.want)
			assert.ErrorContains(t, err, "; use a value that encoding/json supports")
			assert.NotNil(t, errors.Unwrap(err))
			assert.Equal(t, "before", string(got), "the buffer is returned as it was")
		})
	}
	_, err := write(&experiment.User{UserProperties: map[string]any{"p": make(chan int)}}, path())
	assert.ErrorContains(t, err, "encoding context: json: unsupported type: chan int")
}

func TestAppend_ReportsAValueOnThePathThatCannotBeEncoded(t *testing.T) {
	user := &experiment.User{UserProperties: map[string]any{"p": map[string]any{"q": make(chan int)}}}
	_, err := write(user, property("p", "q", "r"))
	assert.ErrorContains(t, err, "encoding user.user_properties.p.q.r: json: unsupported type: chan int")
}

func TestAppend_ReportsAValueThatIsTooLarge(t *testing.T) {
	numbers := func(n int) []int { return make([]int, n) } // 2n + 1 bytes as JSON
	const most = 1<<19 - 1
	for _, tt := range []struct {
		name string
		path []string
		user func(list any) *experiment.User
	}{
		{"property", property("p"), func(list any) *experiment.User {
			return &experiment.User{UserProperties: map[string]any{"p": list}}
		}},
		{"part of a property", property("p", "q"), func(list any) *experiment.User {
			return &experiment.User{UserProperties: map[string]any{"p": map[string]any{"q": list}}}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := write(tt.user(numbers(most)), tt.path)
			require.NoError(t, err)
			_, err = write(tt.user(strings.Repeat("a", 10<<20)), tt.path)
			require.NoError(t, err, "a string may have any size")
			_, err = write(tt.user(numbers(most+1)), tt.path)
			var valueError *usercontext.ValueError
			require.ErrorAs(t, err, &valueError)
			assert.EqualError(t, err, "encoding "+strings.Join(tt.path, ".")+
				": the value has 1048577 bytes as JSON, more than the limit of 1048576")
		})
	}
}
