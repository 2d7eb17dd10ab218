//go:build cgo

package local_test

import (
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/local"
)

func TestCloseStopsThePollingAndCancelsARequest(t *testing.T) {
	s := newService(t)
	client := initialize(t, config(s))
	poll := start(t, s, client, flags(document("1", "f")))
	closeNow(t, client)
	receive(t, poll.Context().Done())
	select {
	case <-s.requests:
		assert.Fail(t, "a request came after Close")
	default:
	}
}

func TestClosingDuringAPollIsNoFailure(t *testing.T) {
	s := newService(t)
	c := config(s)
	logger, log := newLog()
	c.Logger = logger
	client := initialize(t, c)
	start(t, s, client, flags(document("1", "f")))
	closeNow(t, client)
	assert.Empty(t, log.of(t, slog.LevelWarn))
}

// lingering is a transport that answers the first request, and of which others end some time after they were cancelled.
type lingering struct {
	loaded  bool
	polling chan struct{}
	ended   atomic.Bool
}

func (l *lingering) RoundTrip(r *http.Request) (*http.Response, error) {
	if !l.loaded {
		l.loaded = true
		answer := httptest.NewRecorder()
		flags(document("1", "f"))(answer, r)
		return answer.Result(), nil
	}
	close(l.polling)
	<-r.Context().Done()
	time.Sleep(20 * time.Millisecond) // so that a Close that does not wait returns before; nothing else depends on it
	l.ended.Store(true)
	return nil, r.Context().Err()
}

func TestCloseWaitsForThePoller(t *testing.T) {
	transport := &lingering{polling: make(chan struct{})}
	client := initialize(t, &local.Config{
		FlagConfigPollingInterval: time.Millisecond, HTTPClient: &http.Client{Transport: transport},
	})
	require.NoError(t, client.Start(t.Context()))
	receive(t, transport.polling)
	closeNow(t, client)
	assert.True(t, transport.ended.Load())
}

func TestCloseClosesTheConnectionsOfTheClient(t *testing.T) {
	closed := make(chan struct{}, 1)
	server := httptest.NewUnstartedServer(flags(document("1", "f")))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			closed <- struct{}{}
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	client := initialize(t, &local.Config{ServerURL: server.URL, FlagConfigPollingInterval: local.NoPolling})
	require.NoError(t, client.Start(t.Context()))
	closeNow(t, client)
	receive(t, closed)
}

func TestCloseMayBeCalledAgainAndByMany(t *testing.T) {
	s := newService(t)
	client := initialize(t, config(s))
	start(t, s, client, flags(document("1", "f")))
	const goroutines = 8
	results := make(chan error, goroutines)
	for range goroutines {
		go func() { results <- client.Close() }()
	}
	for range goroutines {
		require.NoError(t, receive(t, results))
	}
	require.NoError(t, client.Close())
}

func TestCloseWithoutStart(t *testing.T) {
	client, err := local.Initialize(deploymentKey, nil)
	require.NoError(t, err)
	require.NoError(t, client.Close())
}

func TestAClosedClientAnswersFromItsLastFlags(t *testing.T) {
	s := newService(t)
	client := initialize(t, config(s))
	start(t, s, client, flags(document("1", "f"))).answer(t, s, flags(document("2", "f")))
	require.NoError(t, client.Close())
	assert.Equal(t, "2", value(t, client, "f"))
	variants, err := client.Evaluate(nobody)
	require.NoError(t, err)
	assert.Equal(t, "2", variants["f"].Value)
}

func TestStartAfterCloseIsErrClosed(t *testing.T) {
	s := newService(t)
	client := initialize(t, config(s))
	require.NoError(t, client.Close())
	err := client.Start(t.Context())
	require.ErrorIs(t, err, local.ErrClosed)
	assert.EqualError(t, err, "starting the local client: the client is closed: make a new one with Initialize")

	c := config(s)
	client = initialize(t, c)
	start(t, s, client, flags(document("1", "f")))
	require.NoError(t, client.Close())
	require.ErrorIs(t, client.Start(t.Context()), local.ErrClosed, "also after a Start that succeeded")
}

func TestCloseInterruptsStart(t *testing.T) {
	s := newService(t)
	c := config(s)
	c.Bootstrap = []byte(document("bootstrap", "f"))
	for name, c := range map[string]*local.Config{"without bootstrap": config(s), "with bootstrap": c} {
		t.Run(name, func(t *testing.T) {
			client := initialize(t, c)
			result := started(t, client)
			request := s.next(t)
			closeNow(t, client)
			require.ErrorIs(t, receive(t, result), local.ErrClosed)
			receive(t, request.Context().Done())
		})
	}
}

func TestCloseInterruptsTheBackoffOfStart(t *testing.T) {
	s := newService(t)
	client := initialize(t, config(s))
	result := started(t, client)
	s.next(t).reply <- status(503)
	closeNow(t, client)
	require.ErrorIs(t, receive(t, result), local.ErrClosed)
}

// Whichever comes first, nothing runs afterwards (see goleak) and nothing hangs.
func TestStartRacingWithClose(t *testing.T) {
	s := newService(t)
	go s.answerAll(flags(document("1", "f")))
	for range 50 {
		client := initialize(t, config(s))
		result := started(t, client)
		closeNow(t, client)
		if err := receive(t, result); err != nil {
			require.ErrorIs(t, err, local.ErrClosed)
		}
	}
}
