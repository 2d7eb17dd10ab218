//go:build cgo

package snapshot_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/core"
	"github.com/amplitude/experiment-go-server/internal/usercontext"
)

// Package local tests that a Subject evaluates as a Snapshot does.

func TestSubject_RejectsANilUser(t *testing.T) {
	_, err := load(t).Subject(nil)
	require.ErrorIs(t, err, usercontext.ErrNoUser)
}

func TestSubjectVariant_ReturnsTheVariantsOfTheSnapshot(t *testing.T) {
	s := load(t)
	subject, err := s.Subject(user("pro"))
	require.NoError(t, err)
	for _, lookup := range []string{"first", "second"} {
		got, err := subject.Variant("pro")
		require.NoError(t, err)
		want, err := s.Variant(user("pro"), "pro")
		require.NoError(t, err)
		assert.Same(t, want, got, lookup)
	}
}

func TestSubjectVariant_ReturnsAnErrorOfTheCore(t *testing.T) {
	subject, err := load(t).Subject(&experiment.User{UserProperties: map[string]any{"plan": nested(100_000)}})
	require.NoError(t, err)
	for range 2 {
		_, err = subject.Variant("pro")
		var evaluate *core.EvaluateError
		require.ErrorAs(t, err, &evaluate)
	}
}
