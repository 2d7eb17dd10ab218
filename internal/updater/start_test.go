//go:build cgo

package updater_test

import (
	"context"
	"log/slog"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/httpapi"
	"github.com/amplitude/experiment-go-server/internal/testservice"
	"github.com/amplitude/experiment-go-server/internal/updater"
)

func TestStart_LeavesNothingRunningAfterAFailureAndMayBeCalledAgain(t *testing.T) {
	s := testservice.New(t)
	u := newUpdater(t, optionsFor(t, s))
	result := startInBackground(t, u)
	s.Next(t).Respond(testservice.Status(403))
	var status *httpapi.StatusError
	require.ErrorAs(t, testservice.Receive(t, result), &status)
	assert.Equal(t, 403, status.StatusCode)
	assert.Nil(t, u.Current())

	// A poller that was left running would take one of these responses.
	result = startInBackground(t, u)
	s.Next(t).Respond(testservice.Status(403))
	require.Error(t, testservice.Receive(t, result))

	start(t, s, u, testservice.Flags("1", "f"))
	assert.Equal(t, "1", value(t, u, "f"))
}

func TestStart_DoesNothingAfterASuccess(t *testing.T) {
	s := testservice.New(t)
	u := newUpdater(t, optionsFor(t, s))
	poll := start(t, s, u, testservice.Flags("1", "f"))
	require.NoError(t, u.Start(t.Context()), "nothing responds to a request, so there is none")
	poll.RespondAndNext(t, testservice.Flags("2", "f"))
}

func TestStart_WaitsForAnotherStart(t *testing.T) {
	s := testservice.New(t)
	u := newUpdater(t, optionsFor(t, s))
	one, two := startInBackground(t, u), startInBackground(t, u)
	s.Next(t).Respond(testservice.Flags("1", "f"))
	require.NoError(t, testservice.Receive(t, one))
	require.NoError(t, testservice.Receive(t, two))
	assert.Equal(t, "1", value(t, u, "f"))
}

func TestStart_StopsWaitingForAnotherStartWhenItsContextEnds(t *testing.T) {
	s := testservice.New(t)
	u := newUpdater(t, optionsFor(t, s))
	one := startInBackground(t, u)
	request := s.Next(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, u.Start(ctx), context.Canceled)
	request.Respond(testservice.Flags("1", "f"))
	require.NoError(t, testservice.Receive(t, one))
}

func TestStart_SucceedsWithABootstrapWhenTheLoadFails(t *testing.T) {
	for name, response := range map[string]http.HandlerFunc{
		"status": testservice.Status(401), "malformed": testservice.Body("{]"), "oversized": testservice.Oversized,
	} {
		t.Run(name, func(t *testing.T) {
			s := testservice.New(t)
			options, log := logged(bootstrapped(t, optionsFor(t, s), "bootstrap", "f"))
			u := newUpdater(t, options)
			poll := start(t, s, u, response)
			assert.Equal(t, "bootstrap", value(t, u, "f"))
			poll = poll.RespondAndNext(t, response)
			assert.Equal(t, []string{"cannot load flags; the flags of the Bootstrap stay in use"},
				log.Messages(t, slog.LevelWarn))
			assert.Empty(t, log.Messages(t, slog.LevelInfo))
			poll.RespondAndNext(t, testservice.Flags("service", "f"))
			assert.Equal(t, "service", value(t, u, "f"))
			assert.Equal(t, []string{"polling for flags works again"}, log.Messages(t, slog.LevelInfo))
		})
	}
}

func TestStart_SucceedsWithABootstrapWhenTheContextHasEnded(t *testing.T) {
	s := testservice.New(t)
	u := newUpdater(t, bootstrapped(t, optionsFor(t, s), "bootstrap", "f"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.NoError(t, u.Start(ctx))
	s.Next(t).RespondAndNext(t, testservice.Flags("service", "f"))
	assert.Equal(t, "service", value(t, u, "f"))
}

func TestStart_ReturnsErrClosedAfterClose(t *testing.T) {
	s := testservice.New(t)
	u := newUpdater(t, optionsFor(t, s))
	require.NoError(t, u.Close())
	require.ErrorIs(t, u.Start(t.Context()), updater.ErrClosed)

	u = newUpdater(t, optionsFor(t, s))
	start(t, s, u, testservice.Flags("1", "f"))
	require.NoError(t, u.Close())
	require.ErrorIs(t, u.Start(t.Context()), updater.ErrClosed, "also after a Start that succeeded")
}
