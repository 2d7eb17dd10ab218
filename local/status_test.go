//go:build cgo

package local_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experimenttest"
	"github.com/amplitude/experiment-go-server/internal/testservice"
	"github.com/amplitude/experiment-go-server/local"
)

func TestStatus_DescribesFlagsAndCohorts(t *testing.T) {
	server := newFake(t, ofUsers("target", "b"), ofUsers("other", "a"), plain("f", "1"), `{"key":"broken"}`)
	modified := time.UnixMilli(1700000000000)
	require.NoError(t, server.SetCohort(experimenttest.Cohort{
		ID: "b", LastModified: modified, MemberIDs: []string{"ada", "bob"},
	}))
	setCohort(t, server, "a")
	client := initializeFor(t, server, liveConfig(server))
	empty := client.Status()
	assert.Equal(t, local.Status{Stale: true}, empty, "before Start")

	before := time.Now().Round(0)
	require.NoError(t, client.Start(t.Context()))
	status := client.Status()
	assert.Equal(t, local.SourceStream, status.Source)
	assert.Len(t, status.Version, 16)
	assert.False(t, status.Stale)
	assert.False(t, status.LoadedAt.Before(before))
	assert.False(t, status.ConfirmedAt.Before(before))
	require.NoError(t, status.LastError)
	assert.Equal(t, 3, status.Flags)
	require.Len(t, status.LeftOut, 1)
	assert.Equal(t, "broken", status.LeftOut[0].FlagKey)
	assert.Equal(t, "malformed", status.LeftOut[0].Code)
	require.Len(t, status.Cohorts, 2)
	assert.Equal(t, "a", status.Cohorts[0].ID)
	assert.Equal(t, local.CohortStatus{
		ID: "b", GroupType: "User", FlagKeys: []string{"target"}, Loaded: true, Members: 2, LastModified: modified,
	}, status.Cohorts[1])
}

func TestStatus_HasOneVersionForOneContent(t *testing.T) {
	server := newFake(t, ofUsers("target", "c"))
	setCohort(t, server, "c", "ada")
	one, two := liveConfig(server), liveConfig(server)
	two.StreamUpdates, two.StreamServerURL = false, ""
	clients := []*local.Client{initializeFor(t, server, one), initializeFor(t, server, two)}
	for _, client := range clients {
		require.NoError(t, client.Start(t.Context()))
	}
	first, second := clients[0].Status(), clients[1].Status()
	assert.Equal(t, first.Version, second.Version)
	assert.Equal(t, local.SourcePoll, second.Source)
	updates := changes(clients[0])
	setFlags(t, server, ofUsers("target", "c"), plain("f", "1"))
	testservice.Receive(t, updates)
	assert.NotEqual(t, second.Version, clients[0].Status().Version)
}

func TestStatus_IsStaleWithoutConfirmation(t *testing.T) {
	server := newFake(t, plain("f", "1"))
	config := liveConfig(server)
	config.StreamUpdates, config.StreamServerURL = false, ""
	config.FlagConfigPollingInterval = local.NoPolling
	config.StaleAfter = time.Nanosecond
	client := initializeFor(t, server, config)
	require.NoError(t, client.Start(t.Context()))
	eventually(t, func() bool { return client.Status().Stale })
	config.StaleAfter = local.NeverStale
	client = initializeFor(t, server, config)
	require.NoError(t, client.Start(t.Context()))
	assert.False(t, client.Status().Stale)
}

func TestStatus_IsOfTheBootstrap(t *testing.T) {
	client := initialize(t, &local.Config{Bootstrap: documentOf([]string{plain("f", "1")})})
	status := client.Status()
	assert.Equal(t, local.SourceBootstrap, status.Source)
	assert.True(t, status.Stale)
	assert.True(t, status.ConfirmedAt.IsZero())
	assert.Equal(t, 1, status.Flags)
}

func TestStatus_OfAClientNotMadeByInitialize(t *testing.T) {
	assert.Equal(t, local.Status{Stale: true}, new(local.Client).Status())
	assert.Nil(t, new(local.Client).Ready())
	new(local.Client).OnUpdate(func(local.Update) {})()
	new(local.Client).StartInBackground()
}
