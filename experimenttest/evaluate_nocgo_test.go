//go:build !cgo

package experimenttest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/remote"
)

func TestVardata_WithoutCgoNeedsSetVariants(t *testing.T) {
	server := start(t, nil)
	got := send(t, server, "POST", "/sdk/v2/vardata", nil, `{}`)
	assert.Equal(t, 422, got.status)
	assert.Equal(t, "422 Unprocessable Entity: this fake service cannot evaluate flags: it was built without cgo; "+
		"set the variants with SetVariants, or build the program with CGO_ENABLED=1 and a C compiler\n", got.body)

	require.NoError(t, server.SetVariants(experiment.Variants{"f": {Key: "on"}}))
	assert.Equal(t, `{"f":{"key":"on"}}`, send(t, server, "POST", "/sdk/v2/vardata", nil, `{}`).body)
}

func TestVardata_WithoutCgoIsNotRetried(t *testing.T) {
	server := start(t, nil)
	client, err := remote.Initialize(server.DeploymentKey, &remote.Config{ServerURL: server.URL})
	require.NoError(t, err)
	_, err = client.Fetch(t.Context(), &experiment.User{UserID: "u"})
	require.ErrorContains(t, err, "422")
	assert.Len(t, server.Requests(), 1)
}
