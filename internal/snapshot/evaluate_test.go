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

func TestVariant_EvaluatesAFlag(t *testing.T) {
	s := load(t)
	for _, tt := range []struct {
		name, plan, key string
		want            experiment.Variant
		ok              bool
	}{
		{"matching segment", "pro", "pro", proOn, true},
		{"default", "free", "pro", proOff, true},
		{"undeployed", "pro", "undeployed", undeployed, true},
		{"flag that reads nothing", "pro", "always", alwaysOn, true},
		{"flag with a dependency", "pro", "child", experiment.Variant{Key: "on"}, true},
		{"flag without a result", "pro", "nothing", experiment.Variant{}, false},
		{"unknown flag", "pro", "unknown", experiment.Variant{}, false},
		{"malformed flag", "pro", "malformed", experiment.Variant{}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok, err := variantOf(s, user(tt.plan), tt.key)
			require.NoError(t, err)
			assert.Equal(t, tt.ok, ok)
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestVariant_RejectsAFlagOnACycle(t *testing.T) {
	_, _, err := variantOf(load(t), user("pro"), "one")
	var cycle *core.CycleError
	require.ErrorAs(t, err, &cycle)
	assert.Equal(t, "one", cycle.Flag)
}

func TestVariant_RejectsANilUser(t *testing.T) {
	_, _, err := variantOf(load(t), nil, "unknown")
	require.ErrorIs(t, err, usercontext.ErrNoUser)
}

func TestVariant_IsDecodedOnceAndShared(t *testing.T) {
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
		// A write, which callers must not do, tells shared maps from equal
		// ones.
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

func TestEvaluate_ReturnsTheRequestedVariants(t *testing.T) {
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
		{
			"no keys are all flags", "pro", []string{}, false,
			variants{"pro": proOn, "always": alwaysOn, "parent": left, "child": on},
		},
		{"some", "pro", []string{"always", "pro"}, false, variants{"pro": proOn, "always": alwaysOn}},
		{"one hidden", "free", []string{"pro"}, false, variants{}},
		{"one hidden, with defaults", "free", []string{"pro"}, true, variants{"pro": proOff}},
		{"repeated", "pro", []string{"pro", "pro"}, false, variants{"pro": proOn}},
		{"without the parents", "pro", []string{"child"}, true, variants{"child": on}},
		{"with a requested parent", "pro", []string{"child", "parent"}, true, variants{"child": on, "parent": left}},
		{"unknown skipped", "pro", []string{"unknown", "always"}, false, variants{"always": alwaysOn}},
		{"only unknown", "pro", []string{"unknown", "malformed"}, true, variants{}},
		{"without a result", "pro", []string{"nothing"}, true, variants{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := s.Evaluate(user(tt.plan), tt.keys, tt.defaults)
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
}

// Evaluations reuse the memory of previous ones.
func TestEvaluate_LeavesNothingBehind(t *testing.T) {
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
		require.NoError(t, err, "the slots of the previous evaluation are not read")
		variant, ok, err := variantOf(s, user("free"), "pro")
		require.NoError(t, err)
		assert.True(t, ok)
		assert.Equal(t, proOff, variant)
		got, err = s.Evaluate(user("pro"), nil, true)
		require.NoError(t, err)
		assert.Len(t, got, 5)
	}
}

func TestEvaluate_RejectsARequestedFlagOnACycle(t *testing.T) {
	_, err := load(t).Evaluate(user("pro"), []string{"always", "two"}, false)
	var cycle *core.CycleError
	require.ErrorAs(t, err, &cycle)
	assert.Equal(t, "two", cycle.Flag)
}

func TestEvaluate_RejectsANilUser(t *testing.T) {
	_, err := load(t).Evaluate(nil, []string{"unknown"}, false)
	require.ErrorIs(t, err, usercontext.ErrNoUser)
}

func TestEvaluate_RejectsAnUnencodableValueOnlyForFlagsThatReadIt(t *testing.T) {
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

func TestEvaluate_IgnoresAValueThatOnlyALeftOutFlagReads(t *testing.T) {
	s, err := snapshot.New([]byte(`[
		{"key":"good","segments":[{"variant":"on"}],"variants":{"on":{"key":"on"}}},
		{"key":"loop","dependencies":["loop"],"variants":{"on":{"key":"on"}},"segments":[{"variant":"on",
			"conditions":[[{"selector":["context","user","user_properties","score"],"op":"is","values":["1"]}]]}]}]`))
	require.NoError(t, err)
	got, err := s.Evaluate(&experiment.User{UserProperties: map[string]any{"score": math.NaN()}}, nil, false)
	require.NoError(t, err)
	assert.Equal(t, experiment.Variants{"good": {Key: "on"}}, got)
}

// A plan does not list the slots of a flag that has very many parents.
func TestEvaluate_AcceptsAFlagWithManyParents(t *testing.T) {
	const (
		parents = 500
		parent  = `{"key":%q,"variants":{"on":{"key":"on"}},"segments":[{"variant":"on","conditions":
			[[{"selector":["context","user","user_properties","p%d"],"op":"is","values":["yes"]}]]}]}`
		child = `{"key":"child","dependencies":[%s],"variants":{"on":{"key":"on"}},"segments":[{"variant":"on",
			"conditions":[[{"selector":["result","parent-499","key"],"op":"is","values":["on"]}]]}]}`
	)
	flags := []string{}
	parentKeys := []string{}
	for i := range parents {
		key := fmt.Sprintf("parent-%03d", i)
		parentKeys = append(parentKeys, strconv.Quote(key))
		flags = append(flags, fmt.Sprintf(parent, key, i))
	}
	flags = append(flags, fmt.Sprintf(child, strings.Join(parentKeys, ",")))
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

func TestEvaluate_ReturnsAnErrorOfTheCore(t *testing.T) {
	deep := &experiment.User{UserProperties: map[string]any{"plan": nested(100_000)}}
	_, err := load(t).Evaluate(deep, nil, false)
	var evaluate *core.EvaluateError
	require.ErrorAs(t, err, &evaluate)
}

// nested returns lists nested to the depth. The core rejects 100,000 levels.
func nested(depth int) any {
	var value any = "bottom"
	for range depth {
		value = []any{value}
	}
	return value
}

func TestEvaluate_AcceptsAHugeUser(t *testing.T) {
	s := load(t)
	huge := user("pro")
	huge.UserProperties["score"] = strings.Repeat("x", 1<<20)
	for range 2 {
		got, err := s.Evaluate(huge, []string{"pro", "scored"}, false)
		require.NoError(t, err)
		assert.Equal(t, experiment.Variants{"pro": proOn}, got)
	}
}
