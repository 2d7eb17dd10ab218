package httpapi_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/backoff"
	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

// askToWait returns a handler that writes a status with a Retry-After.
func askToWait(status int, retryAfter string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", retryAfter)
		w.WriteHeader(status)
	}
}

func TestDo_WaitsForTheLongerOfRetryAfterAndBackoff(t *testing.T) {
	past := time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat)
	for _, tt := range []struct {
		name        string
		handler     http.HandlerFunc
		backoff     time.Duration
		least, most time.Duration
	}{
		{"no Retry-After", respond(503, ""), time.Hour, 30 * time.Minute, time.Hour},
		{"zero", askToWait(429, "0"), time.Hour, 30 * time.Minute, time.Hour},
		{"zero with 503", askToWait(503, "0"), time.Hour, 30 * time.Minute, time.Hour},
		{"a date that has passed", askToWait(429, past), time.Hour, 30 * time.Minute, time.Hour},
		{"less than the backoff", askToWait(429, "60"), time.Hour, 30 * time.Minute, time.Hour},
		{"more than the backoff", askToWait(429, "50"), time.Second, 50 * time.Second, 55 * time.Second},
		{"without backoff", askToWait(503, "50"), 0, 50 * time.Second, 55 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			logs := &waitRecorder{then: cancel}
			c := httpapi.New(httpapi.Options{Retries: 1, Logger: slog.New(logs),
				Backoff: backoff.Exponential{Min: tt.backoff, Max: tt.backoff, Factor: 1}})
			_, err := c.Do(ctx, get(serve(t, tt.handler).URL))
			require.ErrorIs(t, err, context.Canceled)
			require.Len(t, logs.waits(), 1)
			assert.GreaterOrEqual(t, logs.waits()[0], tt.least)
			assert.LessOrEqual(t, logs.waits()[0], tt.most)
		})
	}
}

func TestDo_DoesNotRetryALongRetryAfter(t *testing.T) {
	for _, status := range []int{429, 503} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			s := serve(t, askToWait(status, "61"))
			_, err := httpapi.New(httpapi.Options{Retries: 1}).Do(t.Context(), get(s.URL))
			var statusErr *httpapi.StatusError
			require.ErrorAs(t, err, &statusErr)
			assert.Equal(t, &httpapi.StatusError{StatusCode: status, RetryAfter: 61 * time.Second}, statusErr)
			assert.EqualError(t, err,
				fmt.Sprintf("status %d %s, retry after 1m1s", status, http.StatusText(status)))
		})
	}
	t.Run("if the second makes it long", func(t *testing.T) {
		t.Parallel()
		s := serve(t, askToWait(429, "1"), askToWait(503, "60"))
		_, err := httpapi.New(httpapi.Options{Retries: 8}).Do(t.Context(), get(s.URL))
		require.EqualError(t, err, "gave up after 2 attempts, because the service asks for more than a minute of "+
			"waiting: status 503 Service Unavailable, retry after 1m0s")
	})
}

func TestDo_GivesUpIfTheContextEndsBeforeTheRetry(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	s := serve(t, respond(503, ""))
	_, err := httpapi.New(httpapi.Options{Retries: 8, Backoff: hourly}).Do(ctx, get(s.URL))
	require.EqualError(t, err, "gave up after 1 attempt, because the context ends before the next one: "+
		"status 503 Service Unavailable")
}

func TestDo_LimitsTheRetriesOfAllCalls(t *testing.T) {
	var requests atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		w.WriteHeader(http.StatusInternalServerError)
	}))
	defer s.Close()
	c := httpapi.New(httpapi.Options{Retries: 8})
	const calls = 300
	began := time.Now()
	for range calls {
		_, err := c.Do(t.Context(), get(s.URL))
		require.ErrorContains(t, err, "status 500 Internal Server Error")
	}
	// 10 retries, one for each 10 calls, and one for each 5 s that they took.
	most := calls + 10 + calls/10 + int(time.Since(began)/(5*time.Second)) + 1
	assert.LessOrEqual(t, int(requests.Load()), most)
	assert.GreaterOrEqual(t, int(requests.Load()), calls+10+calls/10-1)
}

func TestDo_SaysThatTheRetriesAreUsedUp(t *testing.T) {
	s := httptest.NewServer(respond(500, ""))
	defer s.Close()
	c := httpapi.New(httpapi.Options{Retries: 50})
	_, err := c.Do(t.Context(), get(s.URL))
	require.EqualError(t, err, "gave up after 11 attempts, because too many requests of this client have failed: "+
		"status 500 Internal Server Error")
}
