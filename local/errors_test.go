//go:build cgo

package local_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/core"
	"github.com/amplitude/experiment-go-server/local"
)

func TestCycleError_UnwrapsToItsCause(t *testing.T) {
	_, err := targetingClient(t).Evaluate(nobody, "two")
	var cycle *local.CycleError
	require.ErrorAs(t, err, &cycle)
	cause, ok := errors.Unwrap(cycle).(*core.CycleError)
	require.True(t, ok)
	assert.Equal(t, "two", cause.Flag)
	assert.Equal(t, cycle.Cycle, cause.Cycle)
	assert.EqualError(t, cycle, cause.Error())
}
