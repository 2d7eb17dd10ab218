package httpapi_test

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/backoff"
	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

// scriptedServer handles the nth request with the nth handler, and fails the
// test if there are more requests than handlers.
type scriptedServer struct {
	*httptest.Server
	requests    atomic.Int32
	connections atomic.Int32
}

// serve starts a scriptedServer. It is closed when the test ends.
func serve(t *testing.T, handlers ...http.HandlerFunc) *scriptedServer {
	t.Helper()
	s := &scriptedServer{}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := int(s.requests.Add(1))
		if !assert.LessOrEqual(t, n, len(handlers), "more requests than expected") {
			w.WriteHeader(http.StatusTeapot)
			return
		}
		handlers[n-1](w, r)
	}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.connections.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s
}

// respond returns a handler that writes a status and a body.
func respond(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// redirect returns a handler that redirects to a URL.
func redirect(status int, to string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", to)
		w.WriteHeader(status)
	}
}

// hang handles a request by waiting until the client gives up.
func hang(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// hangMidBody writes half a body, then hangs.
func hangMidBody(w http.ResponseWriter, r *http.Request) {
	_, _ = w.Write([]byte(`{"half":`))
	_ = http.NewResponseController(w).Flush()
	hang(w, r)
}

// closeAfter returns a handler that writes the bytes to the connection as they
// are, without a status line of its own, and closes the connection.
func closeAfter(bytes string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, buffer, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		_, _ = buffer.WriteString(bytes)
		_ = buffer.Flush()
		_ = conn.Close()
	}
}

// hourly is a backoff that no test waits for.
var hourly = backoff.Exponential{Min: time.Hour, Max: time.Hour, Factor: 1}

// key returns the Key of a deployment key.
func key(t *testing.T, deploymentKey string) httpapi.Key {
	t.Helper()
	k, err := httpapi.Authorization(deploymentKey)
	require.NoError(t, err)
	return k
}

func get(url string) *httpapi.Request {
	return &httpapi.Request{Method: http.MethodGet, URL: url}
}

// waitRecorder is a slog.Handler that records the "wait" of each record and
// then calls a function.
type waitRecorder struct {
	mu       sync.Mutex
	recorded []time.Duration
	then     func()
}

func (r *waitRecorder) Enabled(context.Context, slog.Level) bool { return true }
func (r *waitRecorder) WithAttrs([]slog.Attr) slog.Handler       { return r }
func (r *waitRecorder) WithGroup(string) slog.Handler            { return r }

func (r *waitRecorder) Handle(_ context.Context, record slog.Record) error {
	r.mu.Lock()
	record.Attrs(func(attr slog.Attr) bool {
		if attr.Key == "wait" {
			r.recorded = append(r.recorded, attr.Value.Duration())
		}
		return true
	})
	r.mu.Unlock()
	r.then()
	return nil
}

func (r *waitRecorder) waits() []time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.recorded
}
