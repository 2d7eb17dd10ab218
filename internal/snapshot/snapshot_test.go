//go:build cgo

package snapshot_test

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/core"
	"github.com/amplitude/experiment-go-server/internal/snapshot"
	"github.com/amplitude/experiment-go-server/internal/usercontext"
)

// document has a flag for each way in which the client treats a result.
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
  "segments":[{"conditions":[[{"selector":["context","user","user_properties","score"],"op":"is","values":["1"]}]],"variant":"on"}],
  "variants":{"on":{"key":"on"}}},
 {"key":"malformed","segments":7}
]`

// variantOf is Variant with whether there is one beside it.
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

func TestVariant(t *testing.T) {
	s := load(t)
	for _, tt := range []struct {
		name, plan, key string
		want            experiment.Variant
		ok              bool
	}{
		{"of a matching segment", "pro", "pro", proOn, true},
		{"default", "free", "pro", proOff, true},
		{"undeployed", "pro", "undeployed", undeployed, true},
		{"of a flag that reads nothing", "pro", "always", alwaysOn, true},
		{"of a flag with a dependency", "pro", "child", experiment.Variant{Key: "on"}, true},
		{"of a flag that gives nothing", "pro", "nothing", experiment.Variant{}, false},
		{"of an unknown flag", "pro", "unknown", experiment.Variant{}, false},
		{"of a malformed flag", "pro", "malformed", experiment.Variant{}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok, err := variantOf(s, user(tt.plan), tt.key)
			require.NoError(t, err)
			assert.Equal(t, tt.ok, ok)
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestEvaluate(t *testing.T) {
	type variants = experiment.Variants
	s := load(t)
	on, left := experiment.Variant{Key: "on"}, experiment.Variant{Key: "left"}
	for _, tt := range []struct {
		name     string
		plan     string
		keys     []string
		defaults bool
		want     variants
	}{
		{"all flags", "pro", nil, false, variants{"pro": proOn, "always": alwaysOn, "parent": left, "child": on}},
		{"all flags, default hidden", "free", nil, false, variants{"always": alwaysOn, "parent": left, "child": on}},
		{
			"all flags with defaults", "free", nil, true,
			variants{"pro": proOff, "always": alwaysOn, "undeployed": undeployed, "parent": left, "child": on},
		},
		{"no keys are all", "pro", []string{}, false, variants{"pro": proOn, "always": alwaysOn, "parent": left, "child": on}},
		{"some", "pro", []string{"always", "pro"}, false, variants{"pro": proOn, "always": alwaysOn}},
		{"one hidden", "free", []string{"pro"}, false, variants{}},
		{"one hidden, with defaults", "free", []string{"pro"}, true, variants{"pro": proOff}},
		{"repeated", "pro", []string{"pro", "pro"}, false, variants{"pro": proOn}},
		{"without the parents", "pro", []string{"child"}, true, variants{"child": on}},
		{"with a parent asked for", "pro", []string{"child", "parent"}, true, variants{"child": on, "parent": left}},
		{"unknown skipped", "pro", []string{"unknown", "always"}, false, variants{"always": alwaysOn}},
		{"only unknown", "pro", []string{"unknown", "malformed"}, true, variants{}},
		{"giving nothing", "pro", []string{"nothing"}, true, variants{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := s.Evaluate(user(tt.plan), tt.keys, tt.defaults)
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
}

// An evaluation must leave nothing behind in the memory that the next one gets.
func TestEvaluationsDoNotMix(t *testing.T) {
	s := load(t)
	for range 3 {
		got, err := s.Evaluate(user("pro"), []string{"pro", "child"}, true)
		require.NoError(t, err)
		assert.Len(t, got, 2)
		got, err = s.Evaluate(user("pro"), []string{"always"}, true)
		require.NoError(t, err)
		assert.Equal(t, experiment.Variants{"always": alwaysOn}, got)
		_, err = s.Evaluate(user("pro"), []string{"always", "one"}, true)
		require.Error(t, err)
		_, err = s.Evaluate(user("pro"), []string{"scored"}, true)
		require.NoError(t, err)
		bad := user("pro")
		bad.UserProperties["score"] = math.NaN()
		_, err = s.Evaluate(bad, []string{"pro"}, true)
		require.NoError(t, err, "the slots of the last evaluation are not read")
		variant, ok, err := variantOf(s, user("free"), "pro")
		require.NoError(t, err)
		assert.True(t, ok)
		assert.Equal(t, proOff, variant)
		got, err = s.Evaluate(user("pro"), nil, true)
		require.NoError(t, err)
		assert.Len(t, got, 5)
	}
}

func TestAskingForACycleIsAnError(t *testing.T) {
	s := load(t)
	var cycle *core.CycleError
	_, _, err := variantOf(s, user("pro"), "one")
	require.ErrorAs(t, err, &cycle)
	assert.Equal(t, "one", cycle.Flag)
	_, err = s.Evaluate(user("pro"), []string{"always", "two"}, false)
	require.ErrorAs(t, err, &cycle)
	assert.Equal(t, "two", cycle.Flag)
}

func TestANilUserIsAnError(t *testing.T) {
	s := load(t)
	_, _, err := variantOf(s, nil, "unknown")
	require.ErrorIs(t, err, usercontext.ErrNoUser)
	_, err = s.Evaluate(nil, []string{"unknown"}, false)
	require.ErrorIs(t, err, usercontext.ErrNoUser)
}

func TestAValueThatIsNoJSONHurtsOnlyTheFlagsThatReadIt(t *testing.T) {
	s := load(t)
	bad := user("pro")
	bad.UserProperties["score"] = math.NaN()
	bad.UserProperties["unread"] = make(chan int)

	variant, ok, err := variantOf(s, bad, "pro")
	require.NoError(t, err)
	assert.True(t, ok)
	assert.Equal(t, proOn, variant)
	variant, ok, err = variantOf(s, bad, "always")
	require.NoError(t, err)
	assert.True(t, ok)
	assert.Equal(t, alwaysOn, variant)
	got, err := s.Evaluate(bad, []string{"pro", "always"}, false)
	require.NoError(t, err)
	assert.Equal(t, experiment.Variants{"pro": proOn, "always": alwaysOn}, got)

	var value *usercontext.ValueError
	_, _, err = variantOf(s, bad, "scored")
	require.ErrorAs(t, err, &value)
	assert.Equal(t, []string{"user", "user_properties", "score"}, value.Path)
	_, err = s.Evaluate(bad, nil, false)
	require.ErrorAs(t, err, &value)
}

func TestAValueThatOnlyAFlagLeftOutReadsDoesNotMatter(t *testing.T) {
	s, err := snapshot.New([]byte(`[
		{"key":"good","segments":[{"variant":"on"}],"variants":{"on":{"key":"on"}}},
		{"key":"loop","dependencies":["loop"],"variants":{"on":{"key":"on"}},"segments":[{"variant":"on",
			"conditions":[[{"selector":["context","user","user_properties","score"],"op":"is","values":["1"]}]]}]}]`))
	require.NoError(t, err)
	got, err := s.Evaluate(&experiment.User{UserProperties: map[string]any{"score": math.NaN()}}, nil, false)
	require.NoError(t, err)
	assert.Equal(t, experiment.Variants{"good": {Key: "on"}}, got)
}

// A flag with very many parents has no list of the slots that it reads.
func TestAFlagMayHaveManyParents(t *testing.T) {
	const parents = 500
	flags := []string{}
	parentKeys := []string{}
	for i := range parents {
		key := fmt.Sprintf("parent-%03d", i)
		parentKeys = append(parentKeys, strconv.Quote(key))
		flags = append(flags, fmt.Sprintf(`{"key":%q,"variants":{"on":{"key":"on"}},"segments":[{"variant":"on",
			"conditions":[[{"selector":["context","user","user_properties","p%d"],"op":"is","values":["yes"]}]]}]}`, key, i))
	}
	flags = append(flags, fmt.Sprintf(`{"key":"child","dependencies":[%s],"variants":{"on":{"key":"on"}},"segments":[{"variant":"on",
		"conditions":[[{"selector":["result","parent-499","key"],"op":"is","values":["on"]}]]}]}`, strings.Join(parentKeys, ",")))
	s, err := snapshot.New([]byte("[" + strings.Join(flags, ",") + "]"))
	require.NoError(t, err)

	for value, want := range map[string]bool{"yes": true, "no": false} {
		user := &experiment.User{UserProperties: map[string]any{"p499": value}}
		_, ok, err := variantOf(s, user, "child")
		require.NoError(t, err)
		assert.Equal(t, want, ok)
		got, err := s.Evaluate(user, []string{"child", "parent-000"}, false)
		require.NoError(t, err)
		assert.Equal(t, want, len(got) == 1)
	}
}

func TestAnInputThatTheCoreRefusesIsAnError(t *testing.T) {
	var deep any = "bottom"
	for range 100_000 {
		deep = []any{deep}
	}
	_, err := load(t).Evaluate(&experiment.User{UserProperties: map[string]any{"plan": deep}}, nil, false)
	var refused *core.EvaluateError
	require.ErrorAs(t, err, &refused)
}

func TestAHugeUserIsEvaluatedLikeAnyOther(t *testing.T) {
	s := load(t)
	huge := user("pro")
	huge.UserProperties["score"] = strings.Repeat("x", 1<<20)
	for range 2 {
		got, err := s.Evaluate(huge, []string{"pro", "scored"}, false)
		require.NoError(t, err)
		assert.Equal(t, experiment.Variants{"pro": proOn}, got)
	}
}

func TestFlagMetadata(t *testing.T) {
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

func TestDiagnosticsNameWhatWasLeftOut(t *testing.T) {
	s := load(t)
	assert.Equal(t, 7, s.NumFlags())
	codes := map[string]string{}
	for _, d := range s.Diagnostics() {
		codes[d.Flag] = d.Code
	}
	assert.Equal(t, map[string]string{"one": "cycle", "two": "cycle", "malformed": "malformed"}, codes)
}

func TestNewTakesFlagsByKey(t *testing.T) {
	s, err := snapshot.New([]byte(`{"always":{"key":"always","segments":[{"variant":"on"}],"variants":{"on":{"key":"on"}}}}`))
	require.NoError(t, err)
	_, ok, err := variantOf(s, user("pro"), "always")
	require.NoError(t, err)
	assert.True(t, ok)
}

func TestNewRefusesWhatIsNoDocument(t *testing.T) {
	for _, text := range []string{"", "null", "7", `"flags"`, "[", `[{"key":"a"`, "<html>", "[] []"} {
		t.Run(text, func(t *testing.T) {
			_, err := snapshot.New([]byte(text))
			var compile *core.CompileError
			require.ErrorAs(t, err, &compile)
		})
	}
}

func TestNewDoesNotKeepTheDocument(t *testing.T) {
	text := []byte(document)
	s, err := snapshot.New(text)
	require.NoError(t, err)
	clear(text)
	got, ok, err := variantOf(s, user("pro"), "pro")
	require.NoError(t, err)
	assert.True(t, ok)
	assert.Equal(t, proOn, got)
}

func TestOfKnowsTheDocument(t *testing.T) {
	s := load(t)
	assert.True(t, s.CompiledFrom([]byte(document)))
	assert.False(t, s.CompiledFrom([]byte(document+" ")))
	assert.False(t, s.CompiledFrom(nil))
}

func TestVariantsAreDecodedOnceAndShared(t *testing.T) {
	for range 100 {
		s := load(t)
		const goroutines = 4
		variants := make([]experiment.Variant, goroutines)
		metadata := make([]map[string]any, goroutines)
		start := make(chan struct{})
		var wait sync.WaitGroup
		for i := range goroutines {
			wait.Add(1)
			go func() {
				defer wait.Done()
				<-start
				variants[i], _, _ = variantOf(s, user("pro"), "pro")
				metadata[i], _, _ = s.FlagMetadata("pro")
			}()
		}
		close(start)
		wait.Wait()
		all, err := s.Evaluate(user("pro"), nil, false)
		require.NoError(t, err)
		// A write, which callers must not do, tells shared maps from equal ones.
		variants[0].Metadata["mark"] = true
		variants[0].Payload.(map[string]any)["mark"] = true
		metadata[0]["mark"] = true
		for i := range goroutines {
			require.Contains(t, variants[i].Metadata, "mark")
			require.Contains(t, variants[i].Payload, "mark")
			require.Contains(t, metadata[i], "mark")
		}
		require.Contains(t, all["pro"].Metadata, "mark")
	}
}
