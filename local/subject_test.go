//go:build cgo

package local_test

import (
	"math"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/benchdata"
	"github.com/amplitude/experiment-go-server/local"
)

func TestSubjectVariant_ReturnsWhatTheClientReturns(t *testing.T) {
	client := targetingClient(t)
	for _, user := range []*experiment.User{userOf("pro"), userOf("free"), {}} {
		subject, err := client.Prepare(user)
		require.NoError(t, err)
		for _, key := range []string{"pro", "always", "undeployed", "nothing", "one", "unknown", ""} {
			want, wantOK := client.Variant(user, key)
			for _, lookup := range []string{"first", "second"} {
				variant, ok := subject.Variant(key)
				assert.Equal(t, wantOK, ok, "%s lookup of %q for %v", lookup, key, user.UserProperties)
				assert.Equal(t, want, variant, "%s lookup of %q for %v", lookup, key, user.UserProperties)
			}
		}
	}
}

func TestSubjectEvaluate_ReturnsWhatTheClientReturns(t *testing.T) {
	client := targetingClient(t)
	user := userOf("free")
	subject, err := client.Prepare(user)
	require.NoError(t, err)
	for _, options := range []local.EvaluateOptions{
		{},
		{IncludeDefaults: true},
		{FlagKeys: []string{"pro"}, IncludeDefaults: true},
		{FlagKeys: []string{"unknown"}},
	} {
		want, err := client.EvaluateWithOptions(user, options)
		require.NoError(t, err)
		got, err := subject.EvaluateWithOptions(options)
		require.NoError(t, err)
		assert.Equal(t, want, got, "%+v", options)
	}
	got, err := subject.Evaluate("always", "pro")
	require.NoError(t, err)
	assert.Equal(t, experiment.Variants{"always": alwaysOn}, got)

	_, err = subject.Evaluate("one")
	var cycle *local.CycleError
	require.ErrorAs(t, err, &cycle)
	assert.Equal(t, "one", cycle.FlagKey)
}

// The users lack, in turn, each of the properties that the flags read.
func TestSubject_EvaluatesUsersThatLackValuesAsTheClientDoes(t *testing.T) {
	const flags = 40 // together they read every property that any flag reads
	client := initialize(t, &local.Config{Bootstrap: benchdata.Flags(flags)})
	for lacking := range benchdata.User().UserProperties {
		user := benchdata.User()
		delete(user.UserProperties, lacking)
		subject, err := client.Prepare(user)
		require.NoError(t, err)
		for i := range flags {
			want, _ := client.Variant(user, benchdata.Key(i))
			variant, _ := subject.Variant(benchdata.Key(i))
			assert.Equal(t, want, variant, "%s without %s", benchdata.Key(i), lacking)
		}
		want, err := client.Evaluate(user)
		require.NoError(t, err)
		got, err := subject.Evaluate()
		require.NoError(t, err)
		assert.Equal(t, want, got, "without %s", lacking)
	}
}

// Changing the user after Prepare affects neither a first nor a later lookup.
func TestSubject_IsNotAffectedByChangesToTheUser(t *testing.T) {
	client := targetingClient(t)
	user := userOf("pro")
	subject, err := client.Prepare(user)
	require.NoError(t, err)
	user.UserProperties["plan"] = "free"
	for range 2 {
		variant, ok := subject.Variant("pro")
		assert.True(t, ok)
		assert.Equal(t, proOn, variant)
	}
}

func TestPrepare_RejectsAnInvalidUser(t *testing.T) {
	client := targetingClient(t)
	_, err := client.Prepare(nil)
	assert.EqualError(t, err, "preparing a user: the user is nil; pass &experiment.User{} for an anonymous user")
	_, err = client.Prepare(&experiment.User{UserProperties: map[string]any{"plan": math.NaN()}})
	assert.ErrorContains(t, err, "preparing a user: encoding user.user_properties.plan: ")
	_, err = client.Prepare(&experiment.User{UserProperties: map[string]any{"unread": math.NaN()}})
	assert.NoError(t, err, "no flag reads it")
	_, err = initialize(t, nil).Prepare(userOf("pro"))
	assert.ErrorIs(t, err, local.ErrNotReady)
	_, err = new(local.Client).Prepare(userOf("pro"))
	assert.EqualError(t, err, "preparing a user: the client was not made by Initialize: was its error checked?")
}

func TestSubject_NotMadeByPrepareReturnsErrors(t *testing.T) {
	for _, subject := range []*local.Subject{nil, {}} {
		variant, ok := subject.Variant("pro")
		assert.False(t, ok)
		assert.Zero(t, variant)
		_, err := subject.Evaluate()
		assert.EqualError(t, err, "evaluating flags: the subject was not made by Prepare: was its error checked?")
	}
}

// A subject remembers its outcomes in pages; these flags fill several.
func TestSubject_MayBeUsedConcurrently(t *testing.T) {
	const flags = 100
	client := initialize(t, &local.Config{Bootstrap: benchdata.Flags(flags)})
	user := benchdata.User()
	subject, err := client.Prepare(user)
	require.NoError(t, err)
	var done sync.WaitGroup
	for range 4 {
		done.Add(1)
		go func() {
			defer done.Done()
			for i := range flags {
				key := benchdata.Key(i)
				want, _ := client.Variant(user, key)
				variant, ok := subject.Variant(key)
				assert.True(t, ok, key)
				assert.Equal(t, want, variant, key)
			}
		}()
	}
	done.Wait()
}
