//go:build !cgo

package core_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplitude/experiment-go-server/internal/core"
)

func TestAvailable_WithoutCgo(t *testing.T) {
	ok, reason := core.Available()
	assert.False(t, ok)
	assert.Equal(t, "it was built without cgo", reason)
	assert.Equal(t, core.Info{Origin: "none"}, core.LinkInfo())
}

func TestCompile_WithoutCgo(t *testing.T) {
	for _, flags := range []string{`[]`, `[{"key":"f","segments":[],"variants":{}}]`, `not JSON`, ``} {
		plan, err := core.Compile([]byte(flags))
		assert.Nil(t, plan)
		assert.EqualError(t, err, "compiling flags: the program has no evaluation core: it was built without cgo")
	}
}
