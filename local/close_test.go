//go:build cgo

package local_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/testservice"
	"github.com/amplitude/experiment-go-server/local"
)

func TestClose_StopsThePollingAndCancelsARequest(t *testing.T) {
	s := testservice.New(t)
	client := initialize(t, config(s))
	poll := start(t, s, client, testservice.Flags("1", "f"))
	closeNow(t, client)
	testservice.Receive(t, poll.Context().Done())
	s.RequireNoRequest(t)
}

func TestClose_MayBeCalledRepeatedlyAndConcurrently(t *testing.T) {
	s := testservice.New(t)
	client := initialize(t, config(s))
	start(t, s, client, testservice.Flags("1", "f"))
	const goroutines = 8
	results := make(chan error, goroutines)
	for range goroutines {
		go func() { results <- client.Close() }()
	}
	for range goroutines {
		require.NoError(t, testservice.Receive(t, results))
	}
	require.NoError(t, client.Close())
}

func TestClose_SucceedsWithoutStart(t *testing.T) {
	client, err := local.Initialize(deploymentKey, nil)
	require.NoError(t, err)
	require.NoError(t, client.Close())
}

func TestClose_LeavesTheLastFlagsInUse(t *testing.T) {
	s := testservice.New(t)
	client := initialize(t, config(s))
	start(t, s, client, testservice.Flags("1", "f")).RespondAndNext(t, testservice.Flags("2", "f"))
	require.NoError(t, client.Close())
	assert.Equal(t, "2", value(t, client, "f"))
	variants, err := client.Evaluate(nobody)
	require.NoError(t, err)
	assert.Equal(t, "2", variants["f"].Value)
}
