//go:build !cgo

package core_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/core"
)

func TestWithoutCgoThereIsNoCore(t *testing.T) {
	ok, reason := core.Available()
	assert.False(t, ok)
	assert.Equal(t, "it was built without cgo", reason)
	assert.Equal(t, core.Info{Origin: "none"}, core.LinkInfo())
}

func TestWithoutCgoCompileSaysWhy(t *testing.T) {
	for _, flags := range []string{`[]`, `[{"key":"f","segments":[],"variants":{}}]`, `not JSON`, ``} {
		plan, err := core.Compile([]byte(flags))
		assert.Nil(t, plan)
		var unavailable *core.UnavailableError
		require.ErrorAs(t, err, &unavailable)
		assert.Equal(t, "it was built without cgo", unavailable.Reason)
		assert.EqualError(t, err, "no evaluation core: it was built without cgo")
	}
}
