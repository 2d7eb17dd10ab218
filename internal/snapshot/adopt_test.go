//go:build cgo

package snapshot_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/snapshot"
)

// In the next version the flags have other numbers, and the outcome of pro
// inherits other metadata.
func TestAdopt_KeepsTheDecodedOutcomesThatAreUnchanged(t *testing.T) {
	first := load(t)
	for _, key := range []string{"pro", "always", "child"} {
		_, err := first.Variant(user("pro"), key)
		require.NoError(t, err)
	}
	changed := strings.Replace(document, `"segmentName":"pro users"`, `"segmentName":"professionals"`, 1)
	const added = `{"key":"new","segments":[{"variant":"on"}],"variants":{"on":{"key":"on"}}}`
	changed = strings.Replace(changed, `[`, `[`+added+`,`, 1)
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

func TestVariant_SharesEqualPayloadsAndMetadata(t *testing.T) {
	s, err := snapshot.New([]byte(`[{"key":"f","metadata":{"flagVersion":1},"segments":[
		{"conditions":[[{"selector":["context","user","user_properties","plan"],"op":"is","values":["pro"]}]],
			"variant":"on"},
		{"variant":"on"}],"variants":{"on":{"key":"on","payload":{"a":1}}}}]`))
	require.NoError(t, err)
	one, err := s.Variant(user("pro"), "f")
	require.NoError(t, err)
	other, err := s.Variant(user("free"), "f")
	require.NoError(t, err)
	require.NotSame(t, one, other, "two outcomes")
	// A write, which callers must not do, tells shared maps from equal ones.
	one.Metadata["mark"], one.Payload.(map[string]any)["mark"] = true, true
	assert.Equal(t, one, other)
}
