//go:build cgo

package local_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/testservice"
	"github.com/amplitude/experiment-go-server/local"
)

// Package updater tests how Start, Close and polls exclude each other.

func TestStart_LoadsFlagsAndThenPolls(t *testing.T) {
	s := testservice.New(t)
	client := initialize(t, config(s))
	poll := start(t, s, client, testservice.Flags("1", "f"))
	assert.Equal(t, "1", value(t, client, "f"))
	poll.RespondAndNext(t, testservice.Flags("2", "f"))
	assert.Equal(t, "2", value(t, client, "f"))
}

func TestStart_ReturnsALoadErrorIfNothingLoads(t *testing.T) {
	for _, tt := range []struct {
		name     string
		response http.HandlerFunc
		status   int
		want     string
	}{
		{
			"rejected key", testservice.Status(401), 401,
			"starting the local client: loading flags: status 401 Unauthorized: the service does not know the " +
				"deployment key; is it a server deployment's key, and is ServerZone right?",
		},
		{
			"wrong path", testservice.Status(404), 404,
			"loading flags: status 404 Not Found: is the path in ServerURL right?",
		},
		{"not JSON", testservice.Body("<html>"), 0, "starting the local client: loading flags: "},
		{"null", testservice.Body("null"), 0, "starting the local client: loading flags: "},
		{
			"oversized", testservice.Oversized, 0,
			"loading flags: the body is larger than the limit of 67108864 bytes",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := testservice.New(t)
			client := initialize(t, config(s))
			result := startInBackground(t, client)
			s.Next(t).Respond(tt.response)
			err := testservice.Receive(t, result)
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

func TestStart_RetriesTransientFailures(t *testing.T) {
	s := testservice.New(t)
	client := initialize(t, config(s))
	result := startInBackground(t, client)
	s.Next(t).Respond(testservice.Status(503))
	s.Next(t).Respond(testservice.Truncated)
	s.Next(t).Respond(testservice.Flags("1", "f"))
	require.NoError(t, testservice.Receive(t, result))
	assert.Equal(t, "1", value(t, client, "f"))
}

func TestStart_RetriesARequestAfterTheTimeout(t *testing.T) {
	s := testservice.New(t)
	c := config(s)
	c.FlagConfigRequestTimeout = 200 * time.Millisecond
	client := initialize(t, c)
	result := startInBackground(t, client)
	first := s.Next(t)
	testservice.Receive(t, first.Context().Done())
	s.Next(t).Respond(testservice.Flags("second attempt", "f"))
	require.NoError(t, testservice.Receive(t, result))
	assert.Equal(t, "second attempt", value(t, client, "f"))
}

func TestStart_LimitsRequestsUnlessThereIsNoTimeout(t *testing.T) {
	for _, tt := range []struct {
		name    string
		timeout time.Duration
		want    bool
	}{
		{"default", 0, true},
		{"an hour", time.Hour, true},
		{"none", local.NoTimeout, false},
		{"negative", -time.Hour, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			transport := &deadlines{}
			c := &local.Config{FlagConfigRequestTimeout: tt.timeout, HTTPClient: &http.Client{Transport: transport}}
			require.Error(t, initialize(t, c).Start(t.Context()))
			assert.Equal(t, []bool{tt.want}, transport.has)
		})
	}
}

// deadlines is a transport that records whether requests have a deadline. It
// sends none.
type deadlines struct{ has []bool }

func (d *deadlines) RoundTrip(request *http.Request) (*http.Response, error) {
	_, has := request.Context().Deadline()
	d.has = append(d.has, has)
	return (&refusing{}).RoundTrip(request)
}

func TestStart_IsInterruptedByItsContext(t *testing.T) {
	s := testservice.New(t)
	client := initialize(t, config(s))
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error, 1)
	go func() { result <- client.Start(ctx) }()
	request := s.Next(t)
	cancel()
	err := testservice.Receive(t, result)
	require.ErrorIs(t, err, context.Canceled)
	var load *local.LoadError
	require.ErrorAs(t, err, &load)
	testservice.Receive(t, request.Context().Done())
}

func TestStart_PollsAfterItsContextHasEnded(t *testing.T) {
	s := testservice.New(t)
	client := initialize(t, config(s))
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error, 1)
	go func() { result <- client.Start(ctx) }()
	s.Next(t).Respond(testservice.Flags("1", "f"))
	require.NoError(t, testservice.Receive(t, result))
	cancel()
	s.Next(t).RespondAndNext(t, testservice.Flags("2", "f"))
	assert.Equal(t, "2", value(t, client, "f"))
}

func TestStart_FailsIfItsContextHasEnded(t *testing.T) {
	s := testservice.New(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, initialize(t, config(s)).Start(ctx), context.Canceled)
}

func TestStart_RejectsANilContext(t *testing.T) {
	client := initialize(t, nil)
	var none context.Context
	assert.EqualError(t, client.Start(none),
		"starting the local client: the context is nil; pass context.Background() for none")
}

func TestStart_ReplacesTheFlagsOfTheBootstrap(t *testing.T) {
	const byKey = `{"f":{"key":"f","segments":[{"variant":"v"}],"variants":{"v":{"key":"v","value":"bootstrap"}}}}`
	for name, document := range map[string]string{
		"array": testservice.Document("bootstrap", "f"), "by key": byKey,
	} {
		t.Run(name, func(t *testing.T) {
			s := testservice.New(t)
			c := config(s)
			c.Bootstrap = []byte(document)
			client := initialize(t, c)
			assert.Equal(t, "bootstrap", value(t, client, "f"), "before Start")
			start(t, s, client, testservice.Flags("service", "g"))
			assert.Equal(t, "service", value(t, client, "g"))
			_, ok := client.Variant(nobody, "f")
			assert.False(t, ok, "all flags of the Bootstrap are replaced")
		})
	}
}

func TestStart_DoesNotPollWithNoPolling(t *testing.T) {
	s := testservice.New(t)
	c := config(s)
	c.FlagConfigPollingInterval = local.NoPolling
	client := initialize(t, c)
	result := startInBackground(t, client)
	s.Next(t).Respond(testservice.Flags("1", "f"))
	require.NoError(t, testservice.Receive(t, result))
	require.NoError(t, client.Start(t.Context()), "it has started")
	assert.Equal(t, "1", value(t, client, "f"))
	require.NoError(t, client.Close())
	s.RequireNoRequest(t)
}

func TestStart_ReturnsErrClosedAfterClose(t *testing.T) {
	s := testservice.New(t)
	client := initialize(t, config(s))
	require.NoError(t, client.Close())
	err := client.Start(t.Context())
	require.ErrorIs(t, err, local.ErrClosed)
	assert.EqualError(t, err, "starting the local client: the client is closed: make a new one with Initialize")
}
