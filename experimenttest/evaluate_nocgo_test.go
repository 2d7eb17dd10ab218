//go:build !cgo

package experimenttest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
)

func TestVardata_WithoutCgoNeedsSetVariants(t *testing.T) {
	server := start(t, nil)
	got := send(t, server, "POST", "/sdk/v2/vardata", nil, `{}`)
	assert.Equal(t, 501, got.status)
	assert.Contains(t, got.body, "501 Not Implemented: this fake service cannot evaluate flags: ")
	assert.Contains(t, got.body, "; set the variants with SetVariants\n")

	require.NoError(t, server.SetVariants(experiment.Variants{"f": {Key: "on"}}))
	assert.Equal(t, `{"f":{"key":"on"}}`, send(t, server, "POST", "/sdk/v2/vardata", nil, `{}`).body)
}
