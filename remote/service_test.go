package remote_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/remote"
)

const deploymentKey = "server-secret-key"

var user = &experiment.User{UserID: "user-1"}

// sent is a request as the service got it.
type sent struct {
	Method, URI, Body string
	Header            http.Header
}

// service is a double of the experiment service. It handles the nth request
// with the nth handler, every further request with the last one, and records
// the requests.
type service struct {
	*httptest.Server
	mu       sync.Mutex
	recorded []sent
}

// serve starts a service. It is closed when the test ends.
func serve(t *testing.T, handlers ...http.HandlerFunc) *service {
	t.Helper()
	s := &service{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		s.mu.Lock()
		s.recorded = append(s.recorded, sent{r.Method, r.RequestURI, string(body), r.Header})
		n := min(len(s.recorded), len(handlers))
		s.mu.Unlock()
		handlers[n-1](w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// requests returns the requests so far.
func (s *service) requests() []sent {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.recorded
}

// respond returns a handler that writes a status and a body.
func respond(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// respondTruncated returns a handler that writes a body shorter than its
// Content-Length.
func respondTruncated(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, body)
	}
}

// hang handles a request by waiting until the client gives up.
func hang(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// initialize returns a client of the service. Unless change sets otherwise, the
// client retries without waiting and logs nothing.
func initialize(t *testing.T, s *service, change func(*remote.Config)) *remote.Client {
	t.Helper()
	config := &remote.Config{
		ServerURL: s.URL, FetchRetryBackoffMin: remote.NoBackoff, Logger: slog.New(slog.DiscardHandler)}
	if change != nil {
		change(config)
	}
	client, err := remote.Initialize(deploymentKey, config)
	require.NoError(t, err)
	return client
}

// debugLogger returns a logger that writes records of every level to w.
func debugLogger(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug}))
}
