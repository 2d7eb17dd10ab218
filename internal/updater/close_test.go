//go:build cgo

package updater_test

import (
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/datasource"
	"github.com/amplitude/experiment-go-server/internal/testservice"
	"github.com/amplitude/experiment-go-server/internal/updater"
)

// stubborn is a transport whose first response has flags. Later requests
// outlive their context until the test releases them.
type stubborn struct {
	loaded  bool
	polling chan struct{} // closed when a poll has begun
	release chan struct{}
}

func (s *stubborn) RoundTrip(r *http.Request) (*http.Response, error) {
	if !s.loaded {
		s.loaded = true
		response := httptest.NewRecorder()
		testservice.Flags("1", "f")(response, r)
		return response.Result(), nil
	}
	close(s.polling)
	<-r.Context().Done()
	<-s.release
	return nil, r.Context().Err()
}

func TestClose_WaitsForThePoller(t *testing.T) {
	transport := &stubborn{polling: make(chan struct{}), release: make(chan struct{})}
	u := newUpdater(t, updater.Options{
		Source:   datasource.Options{Base: &url.URL{}, HTTPClient: &http.Client{Transport: transport}},
		Interval: time.Millisecond,
		Logger:   slog.New(slog.DiscardHandler),
	})
	require.NoError(t, u.Start(t.Context()))
	testservice.Receive(t, transport.polling)
	closed := closeInBackground(u)
	select {
	case <-closed:
		assert.Fail(t, "Close returned before the poll ended")
	case <-time.After(20 * time.Millisecond): // long after a Close that does not wait
	}
	close(transport.release)
	testservice.Receive(t, closed)
}

// connections returns options for a server that responds in this way, and a
// channel that gets a value for each connection that is closed.
func connections(t *testing.T, response http.HandlerFunc) (updater.Options, <-chan struct{}) {
	closed := make(chan struct{}, 1)
	server := httptest.NewUnstartedServer(response)
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			closed <- struct{}{}
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	base, err := url.Parse(server.URL)
	require.NoError(t, err)
	return updater.Options{
		Source: datasource.Options{Base: base},
		Logger: slog.New(slog.DiscardHandler),
	}, closed
}

func TestClose_ClosesTheIdleConnections(t *testing.T) {
	options, closed := connections(t, testservice.Flags("1", "f"))
	u := newUpdater(t, options)
	require.NoError(t, u.Start(t.Context()))
	closeNow(t, u)
	testservice.Receive(t, closed)
}

func TestStart_LeavesNoConnectionAfterAFailure(t *testing.T) {
	options, closed := connections(t, testservice.Body("{}"))
	u := newUpdater(t, options)
	require.Error(t, u.Start(t.Context()))
	testservice.Receive(t, closed)
}

func TestClose_DuringAPollIsNotAFailure(t *testing.T) {
	s := testservice.New(t)
	options, log := logged(optionsFor(t, s))
	u := newUpdater(t, options)
	start(t, s, u, testservice.Flags("1", "f"))
	closeNow(t, u)
	assert.Empty(t, log.Messages(t, slog.LevelWarn))
}

func TestClose_InterruptsStart(t *testing.T) {
	s := testservice.New(t)
	for name, options := range map[string]updater.Options{
		"without bootstrap": optionsFor(t, s),
		"with bootstrap":    bootstrapped(t, optionsFor(t, s), "bootstrap", "f"),
	} {
		t.Run(name, func(t *testing.T) {
			u := newUpdater(t, options)
			result := startInBackground(t, u)
			request := s.Next(t)
			closeNow(t, u)
			require.ErrorIs(t, testservice.Receive(t, result), updater.ErrClosed)
			testservice.Receive(t, request.Context().Done())
		})
	}
}

func TestClose_InterruptsTheBackoffOfStart(t *testing.T) {
	s := testservice.New(t)
	u := newUpdater(t, optionsFor(t, s))
	result := startInBackground(t, u)
	s.Next(t).Respond(testservice.Status(503))
	closeNow(t, u)
	require.ErrorIs(t, testservice.Receive(t, result), updater.ErrClosed)
}

// If Start and Close race, nothing hangs, and goleak finds nothing running.
func TestClose_MayRaceWithStart(t *testing.T) {
	s := testservice.New(t)
	go s.RespondToAll(testservice.Flags("1", "f"))
	for range 50 {
		u := newUpdater(t, optionsFor(t, s))
		result := startInBackground(t, u)
		closeNow(t, u)
		if err := testservice.Receive(t, result); err != nil {
			require.ErrorIs(t, err, updater.ErrClosed)
		}
	}
}
