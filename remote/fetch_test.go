package remote_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/remote"
)

func TestFetch_ReturnsVariants(t *testing.T) {
	s := serve(t, respond(200, `{
		"my-flag": {"key":"on","value":"on","payload":{"n":1},"metadata":{"segmentName":"All Other Users"},"new":0},
		"number":  {"key":"ten","value":10},
		"default": {"key":"off","metadata":{"default":true}},
		"draft":   {"key":"on","metadata":{"deployed":false}}}`))
	client := initialize(t, s, nil)
	want := experiment.Variants{
		"my-flag": {Key: "on", Value: "on", Payload: map[string]any{"n": 1.0},
			Metadata: map[string]any{"segmentName": "All Other Users"}},
		"number": {Key: "ten", Value: "10"},
	}
	got, err := client.Fetch(t.Context(), user)
	require.NoError(t, err)
	assert.Equal(t, want, got)

	want["default"] = experiment.Variant{Key: "off", Metadata: map[string]any{"default": true}}
	want["draft"] = experiment.Variant{Key: "on", Metadata: map[string]any{"deployed": false}}
	got, err = client.FetchWithOptions(t.Context(), user, remote.FetchOptions{IncludeDefaults: true})
	require.NoError(t, err)
	assert.Equal(t, want, got)
}

func TestFetch_ReturnsAnEmptyMapIfThereAreNoVariants(t *testing.T) {
	for _, body := range []string{`{}`, `{"f":{"key":"off","metadata":{"default":true}}}`} {
		got, err := initialize(t, serve(t, respond(200, body)), nil).Fetch(t.Context(), user)
		require.NoError(t, err)
		assert.Equal(t, experiment.Variants{}, got)
	}
}

func TestFetchWithOptions_ReturnsOnlyTheRequestedFlags(t *testing.T) {
	s := serve(t, respond(200, `{"child":{"key":"on"},"parent":{"key":"on"}}`))
	options := remote.FetchOptions{FlagKeys: []string{"child", "none"}}
	got, err := initialize(t, s, nil).FetchWithOptions(t.Context(), user, options)
	require.NoError(t, err)
	assert.Equal(t, experiment.Variants{"child": {Key: "on"}}, got)
}

func TestFetch_WarnsOfAMalformedVariantAndReturnsTheOthers(t *testing.T) {
	var logs bytes.Buffer
	s := serve(t, respond(200, `{"bad":{"key":7},"good":{"key":"on"}}`))
	client := initialize(t, s, func(c *remote.Config) {
		withoutTime := func(_ []string, attr slog.Attr) slog.Attr {
			if attr.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return attr
		}
		c.Logger = slog.New(slog.NewTextHandler(&logs, &slog.HandlerOptions{ReplaceAttr: withoutTime}))
	})
	got, err := client.Fetch(t.Context(), user)
	require.NoError(t, err)
	assert.Equal(t, experiment.Variants{"good": {Key: "on"}}, got)
	assert.Equal(t, `level=WARN msg="leaving out a malformed variant of the experiment service's response" `+
		`flag=bad error="key is a JSON number, not a string, at byte 8"`+"\n", logs.String())
}

func TestFetch_RetriesAsOftenAsConfigured(t *testing.T) {
	for _, tt := range []struct{ retries, attempts int }{
		{0, 9}, {1, 2}, {3, 4}, {remote.NoRetries, 1}} {
		t.Run(strconv.Itoa(tt.retries), func(t *testing.T) {
			s := serve(t, respond(500, ""))
			client := initialize(t, s, func(c *remote.Config) { c.FetchRetries = tt.retries })
			_, err := client.Fetch(t.Context(), user)
			require.Error(t, err)
			assert.Len(t, s.requests(), tt.attempts)
		})
	}
}

func TestFetch_RetriesATruncatedBody(t *testing.T) {
	truncated := respondTruncated(`{"f":`)
	s := serve(t, truncated, respond(200, `{"f":{"key":"on"}}`))
	got, err := initialize(t, s, nil).Fetch(t.Context(), user)
	require.NoError(t, err)
	assert.Equal(t, experiment.Variants{"f": {Key: "on"}}, got)

	s = serve(t, truncated)
	_, err = initialize(t, s, nil).Fetch(t.Context(), user)
	require.EqualError(t, err, "fetching variants: gave up after 9 attempts: reading the body: unexpected EOF")
}

func TestFetch_LimitsEachAttemptByItsTimeout(t *testing.T) {
	t.Run("first", func(t *testing.T) {
		s := serve(t, hang, respond(200, `{"f":{"key":"on"}}`))
		client := initialize(t, s, func(c *remote.Config) {
			c.FetchTimeout, c.FetchRetryTimeout = 50*time.Millisecond, remote.NoTimeout
		})
		got, err := client.Fetch(t.Context(), user)
		require.NoError(t, err)
		assert.Equal(t, experiment.Variants{"f": {Key: "on"}}, got)
	})
	t.Run("retries", func(t *testing.T) {
		s := serve(t, respond(500, ""), hang, hang)
		client := initialize(t, s, func(c *remote.Config) {
			c.FetchTimeout, c.FetchRetryTimeout, c.FetchRetries = remote.NoTimeout, 50*time.Millisecond, 2
		})
		_, err := client.Fetch(t.Context(), user)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorContains(t, err, "fetching variants: gave up after 3 attempts: ")
		var fetchErr *remote.FetchError
		assert.False(t, errors.As(err, &fetchErr), "the last attempt got no status")
	})
}

func TestFetch_EndsWithTheContext(t *testing.T) {
	t.Run("before it starts", func(t *testing.T) {
		s := serve(t, respond(200, `{}`))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := initialize(t, s, nil).Fetch(ctx, user)
		require.ErrorIs(t, err, context.Canceled)
		require.EqualError(t, err, "fetching variants: context canceled")
		assert.Empty(t, s.requests())
	})
	for name, half := range map[string]string{"before the header": "", "mid-body": `{"f":`} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if half != "" {
					_, _ = io.WriteString(w, half)
					_ = http.NewResponseController(w).Flush()
				}
				cancel()
				hang(w, r)
			})
			_, err := initialize(t, s, nil).Fetch(ctx, user)
			require.ErrorIs(t, err, context.Canceled)
			assert.Len(t, s.requests(), 1)
		})
	}
	t.Run("in backoff", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		s := serve(t, respond(503, ""))
		client := initialize(t, s, func(c *remote.Config) {
			c.FetchRetryBackoffMin, c.FetchRetryBackoffMax = time.Hour, time.Hour
			c.Logger = debugLogger(writer(func([]byte) { cancel() }))
		})
		_, err := client.Fetch(ctx, user)
		require.ErrorIs(t, err, context.Canceled)
		require.EqualError(t, err, "fetching variants: context canceled after 1 attempt, "+
			"the last of which failed: status 503 Service Unavailable")
		var fetchErr *remote.FetchError
		assert.False(t, errors.As(err, &fetchErr), "the context ended the fetch")
	})
	t.Run("by deadline", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		_, err := initialize(t, serve(t, hang), nil).Fetch(ctx, user)
		require.EqualError(t, err, "fetching variants: context deadline exceeded")
	})
}

// writer is an io.Writer that passes each write to a function.
type writer func([]byte)

func (w writer) Write(p []byte) (int, error) {
	w(p)
	return len(p), nil
}
