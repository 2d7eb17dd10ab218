//go:build !cgo

package local_test

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/local"
)

func TestInitialize_SaysWhatToDoWithoutCgo(t *testing.T) {
	client, err := local.Initialize("server-key", nil)
	assert.Nil(t, client)
	require.ErrorIs(t, err, local.ErrUnsupported)
	var unsupported *local.UnsupportedError
	require.ErrorAs(t, err, &unsupported)
	assert.Equal(t, runtime.GOOS, unsupported.OS)
	assert.Equal(t, runtime.GOARCH, unsupported.Arch)
	assert.NotEmpty(t, unsupported.Reason)
	assert.Contains(t, err.Error(), runtime.GOOS+"/"+runtime.GOARCH)
	assert.Contains(t, err.Error(), "CGO_ENABLED=1")
	assert.Contains(t, err.Error(), "C compiler")
	assert.Equal(t, err, local.Available())
}
