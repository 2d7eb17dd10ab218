//go:build cgo

package cgocall_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplitude/experiment-go-server/internal/cgocall"
)

func TestFirstAndLast(t *testing.T) {
	assert.Equal(t, 250, cgocall.FirstAndLast([]byte{200, 1, 2, 50}))
	assert.Equal(t, 14, cgocall.FirstAndLast([]byte{7}))
	assert.Equal(t, 0, cgocall.FirstAndLast(nil))
}
