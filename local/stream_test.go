//go:build cgo

package local_test

import (
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experimenttest"
	"github.com/amplitude/experiment-go-server/internal/testlog"
	"github.com/amplitude/experiment-go-server/internal/testservice"
	"github.com/amplitude/experiment-go-server/local"
)

func TestStart_TakesFlagsFromTheStream(t *testing.T) {
	server := newFake(t, plain("f", "1"))
	client := initializeFor(t, server, liveConfig(server))
	require.NoError(t, client.Start(t.Context()))
	assert.Equal(t, "1", value(t, client, "f"))
	assert.Equal(t, local.SourceStream, client.Status().Source)

	updates := changes(client)
	setFlags(t, server, plain("f", "2"))
	assert.Equal(t, []string{"f"}, testservice.Receive(t, updates))
	assert.Equal(t, "2", value(t, client, "f"))
	assert.Zero(t, requests(server, experimenttest.EndpointFlags), "a stream needs no polls")
}

func TestStart_PollsIfTheServiceHasNoStream(t *testing.T) {
	server, err := experimenttest.NewServer(&experimenttest.Config{
		Flags: documentOf([]string{plain("f", "1")}), NoStream: true,
	})
	require.NoError(t, err)
	t.Cleanup(server.Close)
	config := liveConfig(server)
	config.FlagConfigPollingInterval = local.FastPolling
	logger, log := testlog.New()
	config.Logger = logger
	client := initializeFor(t, server, config)
	require.NoError(t, client.Start(t.Context()))
	assert.Equal(t, local.SourcePoll, client.Status().Source)
	updates := changes(client)
	setFlags(t, server, plain("f", "2"))
	testservice.Receive(t, updates)
	assert.Equal(t, "2", value(t, client, "f"))
	assert.Empty(t, log.Messages(t, slog.LevelWarn))
	assert.Equal(t, []string{"the service has no stream of flags; they are polled"}, log.Messages(t, slog.LevelInfo))
}

func TestStream_IsReplacedByPollsWhenItFailsWithOneWarning(t *testing.T) {
	server := newFake(t, plain("f", "1"))
	config := liveConfig(server)
	config.FlagConfigPollingInterval = local.FastPolling
	logger, log := testlog.New()
	config.Logger = logger
	client := initializeFor(t, server, config)
	require.NoError(t, client.Start(t.Context()))
	require.NoError(t, server.Fail(experimenttest.EndpointStream, experimenttest.Fault{
		Drop: true, Times: experimenttest.UntilCleared,
	}))
	updates := changes(client)
	// An event that is not a document ends the stream.
	require.NoError(t, server.Chaos(1, 1, experimenttest.EndpointStream))
	eventually(t, func() bool { return requests(server, experimenttest.EndpointFlags) > 3 })
	setFlags(t, server, plain("f", "2"))
	testservice.Receive(t, updates)
	assert.Equal(t, "2", value(t, client, "f"))
	assert.Equal(t, local.SourcePoll, client.Status().Source)
	assert.Equal(t, []string{"the stream of flags failed; flags are polled until it works again"},
		log.Messages(t, slog.LevelWarn))
}

func TestStart_ReturnsALoadErrorIfStreamAndPollFail(t *testing.T) {
	server := newFake(t)
	for _, endpoint := range []experimenttest.Endpoint{
		experimenttest.EndpointStream, experimenttest.EndpointFlags,
	} {
		require.NoError(t, server.Fail(endpoint, experimenttest.Fault{
			Status: 401, Times: experimenttest.UntilCleared,
		}))
	}
	var load *local.LoadError
	err := initializeFor(t, server, liveConfig(server)).Start(t.Context())
	require.ErrorAs(t, err, &load)
	assert.Equal(t, 401, load.StatusCode)
}
