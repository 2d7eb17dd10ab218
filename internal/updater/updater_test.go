//go:build cgo

package updater_test

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/datasource"
	"github.com/amplitude/experiment-go-server/internal/httpapi"
	"github.com/amplitude/experiment-go-server/internal/snapshot"
	"github.com/amplitude/experiment-go-server/internal/testlog"
	"github.com/amplitude/experiment-go-server/internal/testservice"
	"github.com/amplitude/experiment-go-server/internal/updater"
)

const deploymentKey = "server-secret"

// optionsFor returns options that poll so often that tests do not wait.
// Requests have no timeout, so they may wait for the test to respond.
func optionsFor(t testing.TB, s *testservice.Service) updater.Options {
	base, err := url.Parse(s.URL)
	require.NoError(t, err)
	key, err := httpapi.Authorization(deploymentKey)
	require.NoError(t, err)
	return updater.Options{
		Source:   datasource.Options{Base: base, Authorization: key},
		Interval: time.Millisecond,
		Logger:   slog.New(slog.DiscardHandler),
	}
}

// logged returns the options with a logger, and the log of that logger.
func logged(options updater.Options) (updater.Options, *testlog.Log) {
	logger, log := testlog.New()
	options.Logger, options.Source.Logger = logger, logger
	return options, log
}

// bootstrapped returns the options with a Bootstrap whose flags have the value.
func bootstrapped(t testing.TB, options updater.Options, value string, flagKeys ...string) updater.Options {
	options.Bootstrap = compile(t, testservice.Document(value, flagKeys...))
	return options
}

func compile(t testing.TB, document string) *snapshot.Snapshot {
	s, err := snapshot.New([]byte(document))
	require.NoError(t, err)
	return s
}

// newUpdater returns an Updater, which the end of the test closes.
func newUpdater(t testing.TB, options updater.Options) *updater.Updater {
	u := updater.New(options)
	t.Cleanup(func() { _ = u.Close() })
	return u
}

// start starts the updater with the first response, and returns the first poll.
func start(
	t *testing.T, s *testservice.Service, u *updater.Updater, first http.HandlerFunc,
) *testservice.Request {
	t.Helper()
	result := startInBackground(t, u)
	s.Next(t).Respond(first)
	require.NoError(t, testservice.Receive(t, result))
	return s.Next(t)
}

// startInBackground calls Start and returns the channel that gets its result.
func startInBackground(t *testing.T, u *updater.Updater) <-chan error {
	result := make(chan error, 1)
	go func() { result <- u.Start(t.Context()) }()
	return result
}

// closeInBackground calls Close and returns a channel that is closed after it.
func closeInBackground(u *updater.Updater) <-chan struct{} {
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		_ = u.Close()
	}()
	return closed
}

// closeNow closes the updater. It fails the test if Close waits for something
// that it should have stopped.
func closeNow(t *testing.T, u *updater.Updater) {
	t.Helper()
	testservice.Receive(t, closeInBackground(u))
}

// value returns the value of a flag's variant, which is the same for every
// user.
func value(t *testing.T, u *updater.Updater, flagKey string) string {
	t.Helper()
	return variant(t, u, flagKey).Value
}

// variant returns a flag's variant, which is the same for every user.
func variant(t *testing.T, u *updater.Updater, flagKey string) *experiment.Variant {
	t.Helper()
	current := u.Current()
	require.NotNil(t, current)
	variant, err := current.Variant(&experiment.User{UserID: "u1"}, flagKey)
	require.NoError(t, err)
	require.NotNil(t, variant, "flag %q has no variant", flagKey)
	return variant
}

func TestNew_PublishesTheBootstrapWithoutConnecting(t *testing.T) {
	s := testservice.New(t)
	options := bootstrapped(t, optionsFor(t, s), "bootstrap", "f")
	u := newUpdater(t, options)
	assert.Same(t, options.Bootstrap, u.Current())
	closeNow(t, u)
	s.RequireNoRequest(t)
}

func TestNew_HasNoFlagsWithoutABootstrap(t *testing.T) {
	s := testservice.New(t)
	u := newUpdater(t, optionsFor(t, s))
	assert.Nil(t, u.Current())
	closeNow(t, u)
	s.RequireNoRequest(t)
}

func TestNew_SumsUpWarningsBeyondTheMaximum(t *testing.T) {
	malformed := strings.TrimSuffix(strings.Repeat(`{"key":"broken"},`, 50), ",")
	options, log := logged(updater.Options{Bootstrap: compile(t, "["+malformed+"]")})
	options.Source.Base = &url.URL{}
	newUpdater(t, options)
	warnings := log.Messages(t, slog.LevelWarn)
	require.Len(t, warnings, 21)
	assert.Equal(t, "more problems in flag configs", warnings[20])
	assert.Contains(t, log.String(), `"number":30`)
}
