//go:build cgo

package main

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/amplitude/experiment-go-server/experimenttest"
	"github.com/amplitude/experiment-go-server/local"
	"github.com/amplitude/experiment-go-server/remote"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds the wait for an event that comes soon in a working program.
const patience = 20 * time.Second

func TestServe_UsesFlagsAsSoonAsTheyAreLoaded(t *testing.T) {
	fake := newFake(t)
	// Start does not retry a 404, so the second request for flags is loadFlags'
	// retry.
	down := make(chan struct{})
	require.NoError(t, fake.Fail(experimenttest.EndpointFlags,
		experimenttest.Fault{Status: http.StatusNotFound, Wait: down}))
	server := startServer(t, newTestApp(t, fake))

	await(t, fake, experimenttest.EndpointFlags, 1)
	assert.Equal(t, "the old checkout", server.get(t, "/checkout?user=user-1&plan=premium"), "before the flags")
	close(down)
	// Polls begin after the flags are loaded.
	await(t, fake, experimenttest.EndpointFlags, 3)
	assert.Equal(t, "the new checkout", server.get(t, "/checkout?user=user-1&plan=premium"))
	assert.Equal(t, "the old checkout", server.get(t, "/checkout?user=user-1&plan=free"))
	assert.Equal(t, "the first month is free", server.get(t, "/offer?user=user-1"))

	require.NoError(t, fake.SetFlags([]byte(strings.ReplaceAll(string(readFlags(t)), `"op": "is"`, `"op": "is not"`))))
	// Polls do not overlap: the first poll from now has brought the flags when
	// the second one arrives.
	await(t, fake, experimenttest.EndpointFlags, countFlagRequests(fake)+2)
	assert.Equal(t, "the old checkout", server.get(t, "/checkout?user=user-1&plan=premium"), "after the change")
	assert.Equal(t, "the new checkout", server.get(t, "/checkout?user=user-1&plan=free"), "after the change")
	server.stop(t)
}

func TestServe_AnswersWithoutTheService(t *testing.T) {
	fake := newFake(t)
	never := make(chan struct{})
	for _, endpoint := range []experimenttest.Endpoint{experimenttest.EndpointFlags, experimenttest.EndpointVardata} {
		require.NoError(t, fake.Fail(endpoint, experimenttest.Fault{Wait: never, Times: experimenttest.UntilCleared}))
	}
	a := newTestApp(t, fake)
	a.fetchTimeout = 10 * time.Millisecond
	server := startServer(t, a)

	assert.Equal(t, "no offer", server.get(t, "/offer?user=user-1"))
	assert.Equal(t, "the old checkout", server.get(t, "/checkout?user=user-1&plan=premium"))
	await(t, fake, experimenttest.EndpointFlags, 1)
	server.stop(t) // while Start waits for a response
}

func TestServe_FinishesCurrentRequests(t *testing.T) {
	fake := newFake(t)
	hold := make(chan struct{})
	require.NoError(t, fake.Fail(experimenttest.EndpointVardata, experimenttest.Fault{Wait: hold}))
	a := newTestApp(t, fake)
	a.fetchTimeout = patience
	server := startServer(t, a)

	page := make(chan string, 1)
	go func() { page <- server.get(t, "/offer?user=user-1") }()
	await(t, fake, experimenttest.EndpointVardata, 1)
	server.cancel()
	receive(t, server.closed) // Shutdown has begun
	assert.Empty(t, server.result, "serve waits for the current request")
	close(hold)
	assert.Equal(t, "the first month is free", receive(t, page))
	server.stop(t)
	assert.ErrorIs(t, a.local.Start(t.Context()), local.ErrClosed)
}

func TestServe_FailsWithItsListener(t *testing.T) {
	listener := listen(t)
	require.NoError(t, listener.Close())
	assert.ErrorIs(t, newTestApp(t, newFake(t)).serve(t.Context(), listener), net.ErrClosed)
}

func TestRun_EndsWithItsContext(t *testing.T) {
	fake := newFake(t)
	t.Setenv("EXPERIMENT_KEY", fake.DeploymentKey)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	assert.NoError(t, run(ctx, "127.0.0.1:0", fake.URL))
	assert.ErrorContains(t, run(ctx, "127.0.0.1:x", fake.URL), "listen tcp")
	t.Setenv("EXPERIMENT_KEY", "")
	assert.ErrorContains(t, run(ctx, "127.0.0.1:0", fake.URL), "the deployment key is empty")
}

func TestNewApp_RejectsInvalidConfigs(t *testing.T) {
	_, err := newApp("key", &local.Config{ServerURL: "localhost"}, nil)
	assert.ErrorContains(t, err, "initializing the local client: ServerURL")
	_, err = newApp("key", nil, &remote.Config{ServerURL: "localhost"})
	assert.ErrorContains(t, err, "initializing the remote client: ServerURL")
}

func readFlags(t *testing.T) []byte {
	t.Helper()
	document, err := os.ReadFile("flags.json")
	require.NoError(t, err)
	return document
}

func newFake(t *testing.T) *experimenttest.Server {
	t.Helper()
	fake, err := experimenttest.NewServer(&experimenttest.Config{Flags: readFlags(t)})
	require.NoError(t, err)
	t.Cleanup(fake.Close)
	return fake
}

// newTestApp returns an app of the fake service that retries and polls so often
// that tests do not wait.
func newTestApp(t *testing.T, fake *experimenttest.Server) *app {
	t.Helper()
	logger := slog.New(slog.DiscardHandler)
	a, err := newApp(fake.DeploymentKey,
		&local.Config{ServerURL: fake.URL, FlagConfigPollingInterval: local.FastPolling, Logger: logger},
		&remote.Config{ServerURL: fake.URL, Logger: logger})
	require.NoError(t, err)
	a.startRetry = time.Millisecond
	a.fetchTimeout = patience
	return a
}

// testServer is an app that serves on loopback.
type testServer struct {
	url    string
	cancel context.CancelFunc
	closed chan struct{} // closed when the listener is
	result chan error    // of serve
}

func startServer(t *testing.T, a *app) *testServer {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	listener := &watchedListener{Listener: listen(t), closed: make(chan struct{})}
	s := &testServer{
		url: "http://" + listener.Addr().String(), cancel: cancel, closed: listener.closed, result: make(chan error, 1),
	}
	go func() { s.result <- a.serve(ctx, listener) }()
	return s
}

// get returns the body of a page, without its line break.
func (s *testServer) get(t *testing.T, path string) string {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: patience}
	response, err := client.Get(s.url + path)
	if !assert.NoError(t, err) {
		return ""
	}
	defer response.Body.Close()
	assert.Equal(t, http.StatusOK, response.StatusCode)
	body, err := io.ReadAll(response.Body)
	assert.NoError(t, err)
	return strings.TrimSuffix(string(body), "\n")
}

// stop ends the server and fails unless it shuts down without an error.
func (s *testServer) stop(t *testing.T) {
	t.Helper()
	s.cancel()
	require.NoError(t, receive(t, s.result))
}

// watchedListener reports when it is closed.
type watchedListener struct {
	net.Listener
	once   sync.Once
	closed chan struct{}
}

func (l *watchedListener) Close() error {
	err := l.Listener.Close()
	l.once.Do(func() { close(l.closed) })
	return err
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	return listener
}

// await waits until n requests to the endpoint have arrived.
func await(t *testing.T, fake *experimenttest.Server, endpoint experimenttest.Endpoint, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	require.NoError(t, fake.AwaitRequests(ctx, endpoint, n))
}

func countFlagRequests(fake *experimenttest.Server) int {
	count := 0
	for _, request := range fake.Requests() {
		if request.Endpoint == experimenttest.EndpointFlags {
			count++
		}
	}
	return count
}

// receive returns the next value of a channel, or the zero value if the channel
// is closed.
func receive[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case value := <-from:
		return value
	case <-time.After(patience):
		require.FailNow(t, "nothing came")
		panic("unreachable")
	}
}
