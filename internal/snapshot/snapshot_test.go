//go:build cgo

package snapshot_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/core"
	"github.com/amplitude/experiment-go-server/internal/snapshot"
)

// document has a flag for each way in which a Snapshot treats a result.
const document = `[
 {"key":"pro","metadata":{"flagVersion":3},
  "segments":[
   {"conditions":[[{"selector":["context","user","user_properties","plan"],"op":"is","values":["pro"]}]],"variant":"on",
    "metadata":{"segmentName":"pro users"}},
   {"variant":"off"}],
  "variants":{"on":{"key":"on","value":"on","payload":{"n":1}},"off":{"key":"off","metadata":{"default":true}}}},
 {"key":"always","segments":[{"variant":"on"}],"variants":{"on":{"key":"on","value":"on"}}},
 {"key":"undeployed","metadata":{"deployed":false},"segments":[{"variant":"on"}],"variants":{"on":{"key":"on"}}},
 {"key":"nothing","segments":[{"conditions":[],"variant":"on"}],"variants":{"on":{"key":"on"}}},
 {"key":"parent","segments":[{"variant":"left"}],"variants":{"left":{"key":"left"}}},
 {"key":"child","dependencies":["parent"],
  "segments":[{"conditions":[[{"selector":["result","parent","key"],"op":"is","values":["left"]}]],"variant":"on"}],
  "variants":{"on":{"key":"on"}}},
 {"key":"one","dependencies":["two"],"segments":[],"variants":{}},
 {"key":"two","dependencies":["one"],"segments":[],"variants":{}},
 {"key":"scored",
  "segments":[
   {"conditions":[[{"selector":["context","user","user_properties","score"],"op":"is","values":["1"]}]],
    "variant":"on"}],
  "variants":{"on":{"key":"on"}}},
 {"key":"malformed","segments":7}
]`

// variantOf returns the result of Variant as a value, and whether there is one.
func variantOf(s *snapshot.Snapshot, user *experiment.User, key string) (experiment.Variant, bool, error) {
	variant, err := s.Variant(user, key)
	if variant == nil {
		return experiment.Variant{}, false, err
	}
	return *variant, true, err
}

func load(t testing.TB) *snapshot.Snapshot {
	s, err := snapshot.New([]byte(document))
	require.NoError(t, err)
	return s
}

func user(plan string) *experiment.User {
	return &experiment.User{UserID: "u1", UserProperties: map[string]any{"plan": plan}}
}

var (
	proOn = experiment.Variant{
		Key: "on", Value: "on", Payload: map[string]any{"n": 1.0},
		Metadata: map[string]any{"flagVersion": 3.0, "segmentName": "pro users"},
	}
	proOff     = experiment.Variant{Key: "off", Metadata: map[string]any{"flagVersion": 3.0, "default": true}}
	alwaysOn   = experiment.Variant{Key: "on", Value: "on"}
	undeployed = experiment.Variant{Key: "on", Metadata: map[string]any{"deployed": false}}
)

func TestFlagMetadata_ReturnsTheFlagsOwn(t *testing.T) {
	s := load(t)
	for _, tt := range []struct {
		key  string
		want map[string]any
		ok   bool
	}{
		{"pro", map[string]any{"flagVersion": 3.0}, true},
		{"undeployed", map[string]any{"deployed": false}, true},
		{"always", nil, true},
		{"unknown", nil, false},
	} {
		t.Run(tt.key, func(t *testing.T) {
			for range 2 {
				got, ok, err := s.FlagMetadata(tt.key)
				require.NoError(t, err)
				assert.Equal(t, tt.ok, ok)
				assert.Equal(t, tt.want, got)
			}
		})
	}
}

func TestDiagnostics_NameTheFlagsLeftOut(t *testing.T) {
	s := load(t)
	assert.Equal(t, 7, s.NumFlags())
	codes := map[string]string{}
	for _, d := range s.Diagnostics() {
		codes[d.Flag] = d.Code
	}
	assert.Equal(t, map[string]string{"one": "cycle", "two": "cycle", "malformed": "malformed"}, codes)
}

func TestNew_AcceptsAnObjectOfFlags(t *testing.T) {
	s, err := snapshot.New([]byte(`{
		"always":{"key":"always","segments":[{"variant":"on"}],"variants":{"on":{"key":"on"}}}}`))
	require.NoError(t, err)
	_, ok, err := variantOf(s, user("pro"), "always")
	require.NoError(t, err)
	assert.True(t, ok)
}

func TestNew_RejectsAnInvalidDocument(t *testing.T) {
	for _, document := range []string{"", "null", "7", `"flags"`, "[", `[{"key":"a"`, "<html>", "[] []"} {
		t.Run(document, func(t *testing.T) {
			_, err := snapshot.New([]byte(document))
			var compile *core.CompileError
			require.ErrorAs(t, err, &compile)
		})
	}
}

func TestNew_DoesNotKeepTheDocument(t *testing.T) {
	content := []byte(document)
	s, err := snapshot.New(content)
	require.NoError(t, err)
	clear(content)
	got, ok, err := variantOf(s, user("pro"), "pro")
	require.NoError(t, err)
	assert.True(t, ok)
	assert.Equal(t, proOn, got)
}

func TestCompiledFrom_ReportsWhetherTheBytesAreEqual(t *testing.T) {
	s := load(t)
	assert.True(t, s.CompiledFrom([]byte(document)))
	assert.False(t, s.CompiledFrom([]byte(document+" ")))
	assert.False(t, s.CompiledFrom(nil))
}
