package httpapi_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

func TestDo_RetriesOnlyTransientStatuses(t *testing.T) {
	permanent := []int{201, 202, 204, 206, 300, 301, 304, 400, 401, 403, 404, 405, 408, 409, 413, 422, 431, 451, 499}
	transient := []int{429, 500, 501, 502, 503, 504, 505, 507, 511, 599}
	for _, status := range permanent {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			s := serve(t, respond(status, ""))
			got, err := httpapi.New(httpapi.Options{Retries: 2}).Do(t.Context(), get(s.URL))
			assert.Nil(t, got)
			var statusErr *httpapi.StatusError
			require.ErrorAs(t, err, &statusErr)
			assert.Equal(t, &httpapi.StatusError{StatusCode: status}, statusErr)
			assert.Equal(t, int32(1), s.requests.Load())
		})
	}
	for _, status := range transient {
		t.Run(strconv.Itoa(status)+" then 200", func(t *testing.T) {
			s := serve(t, respond(status, ""), respond(status, ""), respond(200, "ok"))
			got, err := httpapi.New(httpapi.Options{Retries: 2}).Do(t.Context(), get(s.URL))
			require.NoError(t, err)
			assert.Equal(t, "ok", string(got.Body))
		})
		t.Run(strconv.Itoa(status)+" on the last attempt", func(t *testing.T) {
			s := serve(t, respond(500, ""), respond(500, ""), respond(status, ""))
			got, err := httpapi.New(httpapi.Options{Retries: 2}).Do(t.Context(), get(s.URL))
			assert.Nil(t, got)
			var statusErr *httpapi.StatusError
			require.ErrorAs(t, err, &statusErr)
			assert.Equal(t, status, statusErr.StatusCode)
			assert.Equal(t, int32(3), s.requests.Load())
		})
	}
}

func TestDo_RetriesBrokenConnections(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	for name, bytes := range map[string]string{
		"nothing":               "",
		"not HTTP":              "hello\r\n\r\n",
		"header truncated":      head,
		"body missing":          head + "Content-Length: 10\r\n\r\n",
		"body truncated":        head + "Content-Length: 10\r\n\r\n{\"a\":",
		"chunks truncated":      head + "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n",
		"body that is not gzip": head + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, closeAfter(bytes), respond(200, "whole"))
			// net/http itself repeats a GET if a connection from the pool turns
			// out to be closed, so the client has no pool.
			unpooled := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
			got, err := httpapi.New(httpapi.Options{Retries: 1, HTTPClient: unpooled}).Do(t.Context(), get(s.URL))
			require.NoError(t, err)
			assert.Equal(t, "whole", string(got.Body))
			assert.Equal(t, int32(2), s.requests.Load())
		})
	}
}

func TestDo_SaysWhyThereIsNoConnection(t *testing.T) {
	s := serve(t)
	s.Close()
	_, err := httpapi.New(httpapi.Options{Retries: 2}).Do(t.Context(), get(s.URL))
	var network *net.OpError
	require.ErrorAs(t, err, &network)
	assert.ErrorContains(t, err, "gave up after 3 attempts: ")
}

func TestDo_DoesNotRetryAnUntrustedCertificate(t *testing.T) {
	s := httptest.NewUnstartedServer(respond(200, ""))
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	s.StartTLS()
	defer s.Close()
	_, err := httpapi.New(httpapi.Options{Retries: 2}).Do(t.Context(), get(s.URL))
	require.ErrorContains(t, err, "certificate")
	assert.NotContains(t, err.Error(), "gave up")
}

func TestDo_LimitsEachAttemptByItsTimeout(t *testing.T) {
	for _, stall := range []struct {
		name    string
		handler http.HandlerFunc
	}{{"before the header", hang}, {"mid-body", hangMidBody}} {
		t.Run("first, "+stall.name, func(t *testing.T) {
			s := serve(t, stall.handler, respond(200, "ok"))
			c := httpapi.New(httpapi.Options{Retries: 1, Timeout: 50 * time.Millisecond})
			got, err := c.Do(t.Context(), get(s.URL))
			require.NoError(t, err)
			assert.Equal(t, "ok", string(got.Body))
		})
		t.Run("retry, "+stall.name, func(t *testing.T) {
			s := serve(t, respond(500, ""), stall.handler, stall.handler)
			c := httpapi.New(httpapi.Options{Retries: 2, RetryTimeout: 50 * time.Millisecond})
			_, err := c.Do(t.Context(), get(s.URL))
			require.ErrorIs(t, err, context.DeadlineExceeded)
			assert.ErrorContains(t, err, "gave up after 3 attempts: ")
		})
		t.Run("the caller's HTTPClient's, "+stall.name, func(t *testing.T) {
			s := serve(t, stall.handler)
			c := httpapi.New(httpapi.Options{
				Timeout: time.Hour, HTTPClient: &http.Client{Timeout: 50 * time.Millisecond}})
			_, err := c.Do(t.Context(), get(s.URL))
			require.ErrorIs(t, err, context.DeadlineExceeded)
		})
	}
}

func TestDo_EndsWithTheContextBetweenAttempts(t *testing.T) {
	t.Run("before the first", func(t *testing.T) {
		s := serve(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := httpapi.New(httpapi.Options{Retries: 9}).Do(ctx, get(s.URL))
		assert.Equal(t, context.Canceled, err)
	})
	t.Run("in backoff", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s := serve(t, respond(503, ""))
		logs := &waitRecorder{then: cancel}
		_, err := httpapi.New(httpapi.Options{Retries: 9, Backoff: hourly,
			Logger: slog.New(logs)}).Do(ctx, get(s.URL))
		require.ErrorIs(t, err, context.Canceled)
		require.EqualError(t, err,
			"context canceled after 1 attempt, the last of which failed: status 503 Service Unavailable")
	})
}

func TestDo_EndsWithTheContextDuringAnAttempt(t *testing.T) {
	t.Run("while connecting", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		release := make(chan struct{})
		stuck := &http.Client{Transport: &http.Transport{
			DialContext: func(context.Context, string, string) (net.Conn, error) {
				cancel()
				<-release // a dial may outlive its request, and Do must not wait for it
				return nil, net.ErrClosed
			}}}
		_, err := httpapi.New(httpapi.Options{Retries: 9, HTTPClient: stuck}).Do(ctx, get("http://127.0.0.1"))
		close(release)
		assert.Equal(t, context.Canceled, err)
	})
	t.Run("before the header", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			cancel()
			hang(w, r)
		})
		_, err := httpapi.New(httpapi.Options{Retries: 9}).Do(ctx, get(s.URL))
		assert.Equal(t, context.Canceled, err)
	})
	for _, status := range []int{200, 404, 500} {
		t.Run(fmt.Sprintf("mid-body of %d", status), func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.WriteHeader(status)
				_, _ = w.Write([]byte("{"))
				_ = http.NewResponseController(w).Flush()
				cancel()
				hang(w, r)
			})
			_, err := httpapi.New(httpapi.Options{Retries: 9}).Do(ctx, get(s.URL))
			require.ErrorIs(t, err, context.Canceled)
		})
	}
	t.Run("by deadline", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		s := serve(t, hang)
		_, err := httpapi.New(httpapi.Options{Retries: 9, Timeout: time.Hour}).Do(ctx, get(s.URL))
		assert.Equal(t, context.DeadlineExceeded, err)
	})
}
