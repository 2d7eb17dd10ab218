//go:build cgo

package local_test

import (
	"log/slog"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/testlog"
	"github.com/amplitude/experiment-go-server/internal/testservice"
	"github.com/amplitude/experiment-go-server/local"
)

const deploymentKey = "server-secret"

var nobody = &experiment.User{}

// config returns a Config that polls so often that tests do not wait. Requests
// have no timeout, so they may wait for the test to respond.
func config(s *testservice.Service) *local.Config {
	return &local.Config{
		ServerURL:                 s.URL,
		FlagConfigPollingInterval: local.FastPolling,
		FlagConfigRequestTimeout:  local.NoTimeout,
		Logger:                    slog.New(slog.DiscardHandler),
	}
}

// initialize returns a client, which the end of the test closes.
func initialize(t testing.TB, config *local.Config) *local.Client {
	client, err := local.Initialize(deploymentKey, config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	return client
}

// start starts the client with the first response, and returns the first poll.
func start(
	t *testing.T, s *testservice.Service, client *local.Client, first http.HandlerFunc,
) *testservice.Request {
	t.Helper()
	result := startInBackground(t, client)
	s.Next(t).Respond(first)
	require.NoError(t, testservice.Receive(t, result))
	return s.Next(t)
}

// startInBackground calls Start and returns the channel that gets its result.
func startInBackground(t *testing.T, client *local.Client) <-chan error {
	result := make(chan error, 1)
	go func() { result <- client.Start(t.Context()) }()
	return result
}

// closeNow closes the client. It fails the test if Close waits for something
// that it should have stopped.
func closeNow(t *testing.T, client *local.Client) {
	t.Helper()
	result := make(chan error, 1)
	go func() { result <- client.Close() }()
	require.NoError(t, testservice.Receive(t, result))
}

// value returns the value of a flag's variant, which is the same for every
// user.
func value(t *testing.T, client *local.Client, flagKey string) string {
	t.Helper()
	variant, ok := client.Variant(&experiment.User{UserID: "u1"}, flagKey)
	require.True(t, ok, "flag %q has no variant", flagKey)
	return variant.Value
}

func TestClient_IsNotReadyBeforeThereAreFlags(t *testing.T) {
	logger, log := testlog.New()
	client := initialize(t, &local.Config{Logger: logger})
	_, err := client.Evaluate(nobody)
	require.ErrorIs(t, err, local.ErrNotReady)
	assert.EqualError(t, err,
		"evaluating flags: there are no flags yet: call Start and wait for it to succeed, or set Config.Bootstrap")
	_, ok := client.Variant(nobody, "pro")
	assert.False(t, ok)
	_, ok = client.FlagMetadata("pro")
	assert.False(t, ok)
	assert.Equal(t, []string{"cannot evaluate a flag", "cannot look up a flag"}, log.Messages(t, slog.LevelDebug))
}

func TestClient_NotMadeByInitializeReturnsErrors(t *testing.T) {
	for name, client := range map[string]*local.Client{"nil": nil, "zero": {}} {
		t.Run(name, func(t *testing.T) {
			const overlooked = "the client was not made by Initialize: was its error checked?"
			assert.EqualError(t, client.Start(t.Context()), "starting the local client: "+overlooked)
			_, err := client.Evaluate(nobody)
			assert.EqualError(t, err, "evaluating flags: "+overlooked)
			_, ok := client.Variant(nobody, "pro")
			assert.False(t, ok)
			_, ok = client.FlagMetadata("pro")
			assert.False(t, ok)
			assert.NoError(t, client.Close())
		})
	}
}

func TestClient_MayBeUsedConcurrently(t *testing.T) {
	s := testservice.New(t)
	go s.RespondToAll(testservice.Body(targeting))
	client := initialize(t, config(s))
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Add(1)
		go func() {
			defer wait.Done()
			_ = client.Start(t.Context())
			for range 50 {
				_, _ = client.Evaluate(userOf("pro"))
				_, _ = client.Variant(userOf("pro"), "pro")
				_, _ = client.FlagMetadata("pro")
			}
			if i == 0 {
				_ = client.Close()
			}
		}()
	}
	wait.Wait()
	variant, ok := client.Variant(userOf("pro"), "pro")
	assert.True(t, ok)
	assert.Equal(t, proOn, variant)
}
