//go:build cgo

package local_test

import (
	"errors"
	"log/slog"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/testlog"
	"github.com/amplitude/experiment-go-server/internal/testservice"
	"github.com/amplitude/experiment-go-server/local"
)

// targeting has a flag for pro users, one that is always on, one that is not
// deployed, one without a result, and two on a dependency cycle.
const targeting = `[
 {"key":"pro","metadata":{"flagVersion":3},
  "segments":[
   {"conditions":[[{"selector":["context","user","user_properties","plan"],"op":"is","values":["pro"]}]],"variant":"on",
    "metadata":{"segmentName":"pro users"}},
   {"variant":"off"}],
  "variants":{"on":{"key":"on","value":"on","payload":{"seats":5}},"off":{"key":"off","metadata":{"default":true}}}},
 {"key":"always","dependencies":["pro"],"segments":[{"variant":"on"}],"variants":{"on":{"key":"on","value":"on"}}},
 {"key":"undeployed","metadata":{"deployed":false},"segments":[{"variant":"on"}],"variants":{"on":{"key":"on"}}},
 {"key":"nothing","segments":[{"conditions":[],"variant":"on"}],"variants":{"on":{"key":"on"}}},
 {"key":"one","dependencies":["two"],"segments":[],"variants":{}},
 {"key":"two","dependencies":["one"],"segments":[],"variants":{}}
]`

func targetingClient(t testing.TB) *local.Client {
	return initialize(t, &local.Config{Bootstrap: []byte(targeting), Logger: slog.New(slog.DiscardHandler)})
}

func userOf(plan string) *experiment.User {
	return &experiment.User{UserID: "u1", UserProperties: map[string]any{"plan": plan}}
}

var (
	proOn = experiment.Variant{
		Key: "on", Value: "on", Payload: map[string]any{"seats": 5.0},
		Metadata: map[string]any{"flagVersion": 3.0, "segmentName": "pro users"},
	}
	proOff     = experiment.Variant{Key: "off", Metadata: map[string]any{"flagVersion": 3.0, "default": true}}
	alwaysOn   = experiment.Variant{Key: "on", Value: "on"}
	undeployed = experiment.Variant{Key: "on", Metadata: map[string]any{"deployed": false}}
)

func TestEvaluate_ReturnsTheRequestedVariants(t *testing.T) {
	type variants = experiment.Variants
	client := targetingClient(t)
	for _, tt := range []struct {
		name    string
		plan    string
		options local.EvaluateOptions
		want    variants
	}{
		{"all", "pro", local.EvaluateOptions{}, variants{"pro": proOn, "always": alwaysOn}},
		{"all except flags that are off", "free", local.EvaluateOptions{}, variants{"always": alwaysOn}},
		{
			"all with defaults", "free", local.EvaluateOptions{IncludeDefaults: true},
			variants{"pro": proOff, "always": alwaysOn, "undeployed": undeployed},
		},
		{
			"some, without their dependencies", "pro",
			local.EvaluateOptions{FlagKeys: []string{"always"}}, variants{"always": alwaysOn},
		},
		{"some of them unknown", "pro", local.EvaluateOptions{FlagKeys: []string{"?", "pro"}}, variants{"pro": proOn}},
		{"only unknown", "pro", local.EvaluateOptions{FlagKeys: []string{"?"}}, variants{}},
		{"one that is off", "free", local.EvaluateOptions{FlagKeys: []string{"pro"}}, variants{}},
		{
			"one that is off, with defaults", "free",
			local.EvaluateOptions{FlagKeys: []string{"pro"}, IncludeDefaults: true}, variants{"pro": proOff},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := client.EvaluateWithOptions(userOf(tt.plan), tt.options)
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
			if !tt.options.IncludeDefaults {
				got, err = client.Evaluate(userOf(tt.plan), tt.options.FlagKeys...)
				require.NoError(t, err)
				assert.Equal(t, tt.want, got)
			}
		})
	}
}

func TestVariant_ReturnsDefaultVariantsToo(t *testing.T) {
	client := targetingClient(t)
	for _, tt := range []struct {
		name string
		user *experiment.User
		key  string
		want experiment.Variant
		ok   bool
	}{
		{"on", userOf("pro"), "pro", proOn, true},
		{"default", userOf("free"), "pro", proOff, true},
		{"undeployed", userOf("pro"), "undeployed", undeployed, true},
		{"no result", userOf("pro"), "nothing", experiment.Variant{}, false},
		{"unknown", userOf("pro"), "?", experiment.Variant{}, false},
		{"cycle", userOf("pro"), "one", experiment.Variant{}, false},
		{"nil user", nil, "pro", experiment.Variant{}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := client.Variant(tt.user, tt.key)
			assert.Equal(t, tt.ok, ok)
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestFlagMetadata_ReturnsTheFlagsOwn(t *testing.T) {
	client := targetingClient(t)
	for _, tt := range []struct {
		key  string
		want map[string]any
		ok   bool
	}{
		{"pro", map[string]any{"flagVersion": 3.0}, true},
		{"always", nil, true},
		{"?", nil, false},
		{"one", nil, false},
	} {
		t.Run(tt.key, func(t *testing.T) {
			got, ok := client.FlagMetadata(tt.key)
			assert.Equal(t, tt.ok, ok)
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestEvaluate_RejectsANilUser(t *testing.T) {
	_, err := targetingClient(t).Evaluate(nil)
	assert.EqualError(t, err, "evaluating flags: the user is nil; pass &experiment.User{} for an anonymous user")
}

func TestEvaluate_NamesTheCycleOfARequestedFlag(t *testing.T) {
	_, err := targetingClient(t).Evaluate(nobody, "always", "two")
	var cycle *local.CycleError
	require.ErrorAs(t, err, &cycle)
	assert.Equal(t, "two", cycle.FlagKey)
	assert.ElementsMatch(t, []string{"one", "two"}, cycle.Cycle)
	assert.ErrorContains(t, err, `evaluating flags: flag "two" is on, or depends on, the dependency cycle "`)
}

func TestEvaluate_RejectsAnUnencodableValueOnlyForFlagsThatReadIt(t *testing.T) {
	logger, log := testlog.New()
	client := initialize(t, &local.Config{Bootstrap: []byte(targeting), Logger: logger})
	user := userOf("pro")
	user.UserProperties["unread"] = make(chan int)
	_, err := client.Evaluate(user)
	require.NoError(t, err)

	user.UserProperties["plan"] = math.NaN()
	_, err = client.Evaluate(user)
	assert.EqualError(t, err, "evaluating flags: encoding user.user_properties.plan: "+
		"NaN and infinity are not valid JSON numbers; use a value that encoding/json supports")
	_, ok := client.Variant(user, "pro")
	assert.False(t, ok)
	assert.Contains(t, log.Messages(t, slog.LevelDebug), "cannot evaluate a flag")
	_, ok = client.Variant(user, "nothing")
	assert.False(t, ok)
	_, err = client.Evaluate(user, "undeployed")
	require.NoError(t, err)
}

type panicking struct{}

func (panicking) MarshalJSON() ([]byte, error) { panic("out of order") }

func TestEvaluate_ReturnsAPanicOfAJSONMethodAsAnError(t *testing.T) {
	user := &experiment.User{UserProperties: map[string]any{"plan": panicking{}}}
	_, err := targetingClient(t).Evaluate(user)
	assert.ErrorContains(t, err, "a JSON method of local_test.panicking panicked: out of order")
}

func TestEvaluate_OnlyReadsTheUser(t *testing.T) {
	full := func() *experiment.User {
		return &experiment.User{
			UserID: "u1", UserProperties: map[string]any{"plan": "pro", "list": []any{"a"}},
			Groups:          map[string][]string{"org": {"acme"}},
			GroupProperties: map[string]map[string]map[string]any{"org": {"acme": {"tier": "gold"}}},
		}
	}
	client := targetingClient(t)
	user := full()
	failures := make(chan error, 8)
	for range cap(failures) {
		go func() {
			for range 100 {
				if _, err := client.Evaluate(user); err != nil {
					failures <- err
					return
				}
				if _, ok := client.Variant(user, "pro"); !ok {
					failures <- errors.New("no variant")
					return
				}
			}
			failures <- nil
		}()
	}
	for range cap(failures) {
		require.NoError(t, testservice.Receive(t, failures))
	}
	assert.Equal(t, full(), user)
}
