//go:build cgo

package local_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/amplitude/experiment-go-server/experimenttest"
	"github.com/amplitude/experiment-go-server/internal/testservice"
	"github.com/amplitude/experiment-go-server/local"
)

func TestStart_LeavesNothingWithEverythingDownAndNoFile(t *testing.T) {
	server := &experimenttest.Server{URL: closedURL(t), APIKey: "a", SecretKey: "s"}
	path := filepath.Join(t.TempDir(), "flags")
	client, err := local.InitializeAdjusted(
		experimenttest.DefaultDeploymentKey, chaosConfig(server, nil, path, true), hasten)
	require.NoError(t, err)
	before := goleak.IgnoreCurrent()
	for range 2 {
		var failed *local.LoadError
		require.ErrorAs(t, client.Start(t.Context()), &failed)
		assert.Zero(t, failed.StatusCode)
		goleak.VerifyNone(t, before)
	}
	status := client.Status()
	assert.Equal(t, local.SourceNone, status.Source)
	assert.True(t, status.Stale)
	require.Error(t, status.LastError)
	require.NoError(t, client.Close())
	assert.NoFileExists(t, path)
}

func TestStartInBackground_ComesUpWhenTheServiceDoes(t *testing.T) {
	server, err := experimenttest.NewServer(nil)
	require.NoError(t, err)
	defer server.Close()
	w, err := newWorld(server)
	require.NoError(t, err)
	down := experimenttest.Reset()
	down.Times = experimenttest.UntilCleared
	for _, endpoint := range clientEndpoints {
		require.NoError(t, server.Fail(endpoint, down))
	}
	path := filepath.Join(t.TempDir(), "flags")
	l := newLife(t, chaosConfig(server, nil, path, true), nil)
	l.client.StartInBackground()
	require.NoError(t, server.AwaitRequests(t.Context(), experimenttest.EndpointFlags, 3))
	assert.Equal(t, local.SourceNone, l.client.Status().Source)
	server.ClearFaults()
	testservice.Receive(t, l.client.Ready())
	awaitNewest(t, l, w)
	l.close(t)
	assert.Equal(t, w.newest().flags, startWithoutService(t, w, path, false))
}
