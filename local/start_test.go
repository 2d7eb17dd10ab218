//go:build cgo

package local_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/local"
)

func TestStartLoadsFlagsAndThenPolls(t *testing.T) {
	s := newService(t)
	client := initialize(t, config(s))
	poll := start(t, s, client, flags(document("1", "f")))
	assert.Equal(t, "1", value(t, client, "f"))
	poll.answer(t, s, flags(document("2", "f")))
	assert.Equal(t, "2", value(t, client, "f"))
}

func TestStartFailsWhenNothingLoads(t *testing.T) {
	for _, tt := range []struct {
		name   string
		answer http.HandlerFunc
		status int
		want   string
	}{
		{
			"rejected key", status(401), 401, "starting the local client: loading flags: status 401 Unauthorized: " +
				"the service does not know the deployment key; is it a server deployment's key, and is ServerZone right?",
		},
		{"wrong path", status(404), 404, "loading flags: status 404 Not Found: is the path in ServerURL right?"},
		{"no flags", flags("<html>"), 0, "starting the local client: loading flags: "},
		{"null", flags("null"), 0, "starting the local client: loading flags: "},
		{"oversized", oversized, 0, "loading flags: the body is larger than the limit of 67108864 bytes"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newService(t)
			client := initialize(t, config(s))
			result := started(t, client)
			s.next(t).reply <- tt.answer
			err := receive(t, result)
			var load *local.LoadError
			require.ErrorAs(t, err, &load)
			assert.Equal(t, tt.status, load.StatusCode)
			assert.ErrorContains(t, err, tt.want)
			assert.NotContains(t, err.Error(), deploymentKey)
			assert.Error(t, errors.Unwrap(load))
			_, err = client.Evaluate(nobody)
			assert.ErrorIs(t, err, local.ErrNotReady)
		})
	}
}

func TestStartRetriesWhatMayPass(t *testing.T) {
	s := newService(t)
	client := initialize(t, config(s))
	result := started(t, client)
	s.next(t).reply <- status(503)
	s.next(t).reply <- cut
	s.next(t).reply <- flags(document("1", "f"))
	require.NoError(t, receive(t, result))
	assert.Equal(t, "1", value(t, client, "f"))
}

func TestAFailedStartLeavesNothingRunningAndMayBeTriedAgain(t *testing.T) {
	s := newService(t)
	client := initialize(t, config(s))
	result := started(t, client)
	s.next(t).reply <- status(403)
	require.Error(t, receive(t, result))

	// If something were polling, it would take one of these answers.
	result = started(t, client)
	s.next(t).reply <- status(403)
	require.Error(t, receive(t, result))

	start(t, s, client, flags(document("1", "f")))
	assert.Equal(t, "1", value(t, client, "f"))
}

func TestTheContextBoundsTheLoading(t *testing.T) {
	s := newService(t)
	client := initialize(t, config(s))
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error, 1)
	go func() { result <- client.Start(ctx) }()
	request := s.next(t)
	cancel()
	err := receive(t, result)
	require.ErrorIs(t, err, context.Canceled)
	var load *local.LoadError
	require.ErrorAs(t, err, &load)
	receive(t, request.Context().Done())
}

func TestTheContextDoesNotBoundThePolling(t *testing.T) {
	s := newService(t)
	client := initialize(t, config(s))
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error, 1)
	go func() { result <- client.Start(ctx) }()
	s.next(t).reply <- flags(document("1", "f"))
	require.NoError(t, receive(t, result))
	cancel()
	s.next(t).answer(t, s, flags(document("2", "f")))
	assert.Equal(t, "2", value(t, client, "f"))
}

func TestStartWithAContextThatHasEndedFails(t *testing.T) {
	s := newService(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, initialize(t, config(s)).Start(ctx), context.Canceled)
}

func TestStartRefusesANilContext(t *testing.T) {
	client := initialize(t, nil)
	var none context.Context
	assert.EqualError(t, client.Start(none), "starting the local client: the context is nil; pass context.Background() for none")
}

func TestASecondStartDoesNothing(t *testing.T) {
	s := newService(t)
	client := initialize(t, config(s))
	poll := start(t, s, client, flags(document("1", "f")))
	require.NoError(t, client.Start(t.Context()), "no request is answered, so none is made")
	poll.answer(t, s, flags(document("2", "f")))
}

func TestAStartDuringAnotherWaitsForIt(t *testing.T) {
	s := newService(t)
	client := initialize(t, config(s))
	one, two := started(t, client), started(t, client)
	s.next(t).reply <- flags(document("1", "f"))
	require.NoError(t, receive(t, one))
	require.NoError(t, receive(t, two))
	assert.Equal(t, "1", value(t, client, "f"))
}

func TestAStartThatWaitsForAnotherEndsWithItsContext(t *testing.T) {
	s := newService(t)
	client := initialize(t, config(s))
	one := started(t, client)
	request := s.next(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, client.Start(ctx), context.Canceled)
	request.reply <- flags(document("1", "f"))
	require.NoError(t, receive(t, one))
}

func TestBootstrapIsEvaluatedBeforeStart(t *testing.T) {
	const byKey = `{"f":{"key":"f","segments":[{"variant":"v"}],"variants":{"v":{"key":"v","value":"bootstrap"}}}}`
	for name, text := range map[string]string{"array": document("bootstrap", "f"), "by key": byKey} {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			c := config(s)
			c.Bootstrap = []byte(text)
			client := initialize(t, c)
			assert.Equal(t, "bootstrap", value(t, client, "f"))
			start(t, s, client, flags(document("service", "g")))
			assert.Equal(t, "service", value(t, client, "g"))
			_, ok := client.Variant(nobody, "f")
			assert.False(t, ok, "the service's flags replace those of the bootstrap as a whole")
		})
	}
}

func TestWithABootstrapStartSucceedsAndPollingGoesOnToTry(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{"status": status(401), "malformed": flags("{]"), "oversized": oversized} {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			c := config(s)
			logger, log := newLog()
			c.Logger = logger
			c.Bootstrap = []byte(document("bootstrap", "f"))
			client := initialize(t, c)
			poll := start(t, s, client, answer)
			assert.Equal(t, "bootstrap", value(t, client, "f"))
			poll = poll.answer(t, s, answer)
			assert.Equal(t, []string{"cannot load flags; the flags of the Bootstrap stay in use"}, log.of(t, slog.LevelWarn))
			assert.Empty(t, log.of(t, slog.LevelInfo))
			poll.answer(t, s, flags(document("service", "f")))
			assert.Equal(t, "service", value(t, client, "f"))
			assert.Equal(t, []string{"polling for flags works again"}, log.of(t, slog.LevelInfo))
		})
	}
}

func TestWithABootstrapAContextThatHasEndedIsAFailedLoad(t *testing.T) {
	s := newService(t)
	c := config(s)
	c.Bootstrap = []byte(document("bootstrap", "f"))
	client := initialize(t, c)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.NoError(t, client.Start(ctx))
	s.next(t).answer(t, s, flags(document("service", "f")))
	assert.Equal(t, "service", value(t, client, "f"))
}

func TestNoPollingKeepsTheFlagsOfStart(t *testing.T) {
	s := newService(t)
	c := config(s)
	c.FlagConfigPollingInterval = local.NoPolling
	client := initialize(t, c)
	result := started(t, client)
	s.next(t).reply <- flags(document("1", "f"))
	require.NoError(t, receive(t, result))
	require.NoError(t, client.Start(t.Context()), "it has started")
	assert.Equal(t, "1", value(t, client, "f"))
	require.NoError(t, client.Close())
	select {
	case <-s.requests:
		assert.Fail(t, "a request came")
	default:
	}
}
