//go:build cgo

package snapshot_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/snapshot"
)

// An outcome that is the same in the next version of the flags is the one that was decoded before, wherever its flag
// stands by then; one that changed, be it only in what it inherits, is not.
func TestAdopt(t *testing.T) {
	first := load(t)
	for _, key := range []string{"pro", "always", "child"} {
		_, err := first.Variant(user("pro"), key)
		require.NoError(t, err)
	}
	changed := strings.Replace(document, `"segmentName":"pro users"`, `"segmentName":"professionals"`, 1)
	changed = strings.Replace(changed, `[`, `[{"key":"new","segments":[{"variant":"on"}],"variants":{"on":{"key":"on"}}},`, 1)
	next, err := snapshot.New([]byte(changed))
	require.NoError(t, err)
	next.Adopt(first)
	for _, tt := range []struct {
		key  string
		same bool
	}{{"always", true}, {"child", true}, {"pro", false}, {"new", false}} {
		before, err := first.Variant(user("pro"), tt.key)
		require.NoError(t, err)
		after, err := next.Variant(user("pro"), tt.key)
		require.NoError(t, err)
		assert.Equal(t, tt.same, before == after, tt.key)
	}
	pro, err := next.Variant(user("pro"), "pro")
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"flagVersion": 3.0, "segmentName": "professionals"}, pro.Metadata)
}

// Outcomes of a flag share payloads and metadata that are equal.
func TestOutcomesShareWhatIsEqual(t *testing.T) {
	s, err := snapshot.New([]byte(`[{"key":"f","metadata":{"flagVersion":1},"segments":[
		{"conditions":[[{"selector":["context","user","user_properties","plan"],"op":"is","values":["pro"]}]],"variant":"on"},
		{"variant":"on"}],"variants":{"on":{"key":"on","payload":{"a":1}}}}]`))
	require.NoError(t, err)
	one, err := s.Variant(user("pro"), "f")
	require.NoError(t, err)
	other, err := s.Variant(user("free"), "f")
	require.NoError(t, err)
	require.NotSame(t, one, other, "two outcomes")
	one.Metadata["mark"], one.Payload.(map[string]any)["mark"] = true, true
	assert.Equal(t, one, other)
}
