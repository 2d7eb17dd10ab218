//go:build cgo

package local_test

import (
	"log/slog"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experimenttest"
	"github.com/amplitude/experiment-go-server/internal/testlog"
	"github.com/amplitude/experiment-go-server/internal/testservice"
	"github.com/amplitude/experiment-go-server/local"
)

func TestOnUpdate_TellsWhichFlagsChanged(t *testing.T) {
	server := newFake(t, plain("a", "1"), plain("b", "1"), ofUsers("target", "c"), dependent("child", "target"))
	setCohort(t, server, "c", "ada")
	client := initializeFor(t, server, liveConfig(server))
	updates := changes(client)
	require.NoError(t, client.Start(t.Context()))
	assert.Equal(t, []string{"a", "b", "child", "target"}, testservice.Receive(t, updates), "the first load")
	setFlags(t, server, plain("a", "2"), ofUsers("target", "c"), dependent("child", "target"), plain("d", "1"))
	assert.Equal(t, []string{"a", "b", "d"}, testservice.Receive(t, updates), "changed, removed, added")
	setFlags(t, server, plain("a", "2"), plain("target", "1"), dependent("child", "target"), plain("d", "1"))
	assert.Equal(t, []string{"child", "target"}, testservice.Receive(t, updates), "a flag and its dependent")
}

func TestOnUpdate_JoinsChangesWhileTheListenerRuns(t *testing.T) {
	server := newFake(t, plain("a", "1"))
	client := initializeFor(t, server, liveConfig(server))
	calls, goOn := make(chan []string), make(chan struct{})
	client.OnUpdate(func(update local.Update) {
		calls <- update.FlagKeys
		<-goOn
	})
	others := changes(client)
	require.NoError(t, client.Start(t.Context()))
	testservice.Receive(t, calls)
	testservice.Receive(t, others)
	for _, flag := range []string{"b", "c", "d"} {
		setFlags(t, server, plain("a", "1"), plain(flag, "1"))
		testservice.Receive(t, others) // is not held up
	}
	goOn <- struct{}{}
	assert.Equal(t, []string{"b", "c", "d"}, testservice.Receive(t, calls), "one call for all")
	close(goOn)
}

func TestOnUpdate_EndsWhenItIsCanceled(t *testing.T) {
	server := newFake(t, plain("a", "1"))
	client := initializeFor(t, server, liveConfig(server))
	canceled := make(chan []string, 10)
	cancel := client.OnUpdate(func(update local.Update) { canceled <- update.FlagKeys })
	updates := changes(client)
	require.NoError(t, client.Start(t.Context()))
	testservice.Receive(t, updates)
	testservice.Receive(t, canceled)
	cancel()
	cancel()
	setFlags(t, server, plain("a", "2"))
	testservice.Receive(t, updates)
	assert.Empty(t, canceled)
}

func TestOnUpdate_MayCloseTheClient(t *testing.T) {
	server := newFake(t, plain("a", "1"))
	client := initializeFor(t, server, liveConfig(server))
	require.NoError(t, client.Start(t.Context()))
	closed := make(chan error, 1)
	client.OnUpdate(func(local.Update) { closed <- client.Close() })
	setFlags(t, server, plain("a", "2"))
	require.NoError(t, testservice.Receive(t, closed))
	assert.Equal(t, "2", value(t, client, "a"))
}

func TestOnUpdate_ContainsAPanic(t *testing.T) {
	server := newFake(t, plain("a", "1"))
	config := liveConfig(server)
	logger, log := testlog.New()
	config.Logger = logger
	client := initializeFor(t, server, config)
	calls := make(chan []string, 10)
	client.OnUpdate(func(update local.Update) {
		calls <- update.FlagKeys
		panic("in a listener")
	})
	require.NoError(t, client.Start(t.Context()))
	testservice.Receive(t, calls)
	setFlags(t, server, plain("b", "1"))
	assert.Equal(t, []string{"a", "b"}, testservice.Receive(t, calls))
	eventually(t, func() bool { return len(log.Messages(t, slog.LevelError)) == 2 })
}

func TestReady_IsClosedWhenThereAreFlags(t *testing.T) {
	server := newFake(t, plain("a", "1"))
	client := initializeFor(t, server, liveConfig(server))
	select {
	case <-client.Ready():
		assert.Fail(t, "ready without flags")
	default:
	}
	require.NoError(t, client.Start(t.Context()))
	testservice.Receive(t, client.Ready())
	assert.Equal(t, client.Ready(), client.Ready(), "the same channel")
	testservice.Receive(t, initialize(t, &local.Config{Bootstrap: []byte("[]")}).Ready())
}

func TestStartInBackground_KeepsTryingUntilThereAreFlags(t *testing.T) {
	server := newFake(t, plain("a", "1"))
	require.NoError(t, server.Fail(experimenttest.EndpointFlags, experimenttest.Fault{Status: http.StatusForbidden}))
	config := liveConfig(server)
	config.StreamUpdates, config.StreamServerURL = false, ""
	logger, log := testlog.New()
	config.Logger = logger
	client := initializeFor(t, server, config)
	client.StartInBackground()
	client.StartInBackground()
	testservice.Receive(t, client.Ready())
	assert.Equal(t, "1", value(t, client, "a"))
	require.NoError(t, client.Start(t.Context()), "it has started, or is about to")
	assert.Equal(t, []string{"cannot load flags; there are none yet, and loading them is retried"},
		log.Messages(t, slog.LevelWarn))
}

func TestStartInBackground_EndsWithClose(t *testing.T) {
	server := newFake(t)
	require.NoError(t, server.Fail(experimenttest.EndpointFlags, experimenttest.Hang()))
	config := liveConfig(server)
	config.StreamUpdates, config.StreamServerURL = false, ""
	client := initializeFor(t, server, config)
	client.StartInBackground()
	eventually(t, func() bool { return requests(server, experimenttest.EndpointFlags) == 1 })
	closeNow(t, client)
}
