//go:build cgo

package core_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplitude/experiment-go-server/internal/core"
)

func TestCallC_ReturnsTheSumOfFirstAndLastByte(t *testing.T) {
	assert.Equal(t, 250, core.CallC([]byte{200, 1, 2, 50}))
	assert.Equal(t, 14, core.CallC([]byte{7}))
	assert.Equal(t, 0, core.CallC(nil))
}
