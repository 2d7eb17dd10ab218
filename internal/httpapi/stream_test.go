package httpapi_test

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

// firstThenHang responds with 200 and "first", and leaves the body open.
func firstThenHang(w http.ResponseWriter, r *http.Request) {
	_, _ = io.WriteString(w, "first")
	_ = http.NewResponseController(w).Flush()
	hang(w, r)
}

// requireFirst reads what firstThenHang has written.
func requireFirst(t *testing.T, resp *http.Response) {
	t.Helper()
	got := make([]byte, len("first"))
	_, err := io.ReadFull(resp.Body, got)
	require.NoError(t, err)
	require.Equal(t, "first", string(got))
}

func TestOpen_ReturnsABodyThatEndsWithTheContext(t *testing.T) {
	overHTTP2 := serveHTTP2(t, firstThenHang)
	overHTTP1 := serve(t, firstThenHang)
	for _, tt := range []struct {
		name, url string
		client    *httpapi.Client
	}{
		{"HTTP/1.1", overHTTP1.URL, httpapi.New(httpapi.Options{})},
		{"HTTP/2", overHTTP2.URL, overHTTP2.client(httpapi.Options{})},
	} {
		t.Run(tt.name, func(t *testing.T) {
			defer tt.client.CloseIdleConnections()
			ctx, cancel := context.WithCancel(t.Context())
			resp, err := tt.client.Open(ctx, get(tt.url))
			require.NoError(t, err)
			defer resp.Body.Close()
			requireFirst(t, resp)
			cancel()
			_, err = resp.Body.Read(make([]byte, 1))
			assert.ErrorIs(t, err, context.Canceled)
		})
	}
}

func TestOpen_SendsTheHeaderAndTheKey(t *testing.T) {
	var got http.Header
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) { got = r.Header })
	c := httpapi.New(httpapi.Options{})
	request := get(s.URL)
	request.Header = http.Header{"Accept": {"text/event-stream"}}
	request.Key = key(t, "server-secret")
	resp, err := c.Open(t.Context(), request)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	assert.Equal(t, []string{"text/event-stream"}, got["Accept"])
	assert.Equal(t, []string{"Api-Key server-secret"}, got["Authorization"])
	assert.Equal(t, http.Header{"Accept": {"text/event-stream"}}, request.Header)
}

// Each of the timeouts is shorter than the time until the header.
func TestOpen_IsNotCutByATimeout(t *testing.T) {
	caller := &http.Client{Timeout: time.Millisecond, Transport: &http.Transport{DisableKeepAlives: true}}
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(20 * time.Millisecond)
		firstThenHang(w, r)
	})
	c := httpapi.New(httpapi.Options{HTTPClient: caller, Timeout: time.Millisecond, RetryTimeout: time.Millisecond})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	resp, err := c.Open(ctx, get(s.URL))
	require.NoError(t, err)
	defer resp.Body.Close()
	requireFirst(t, resp)
	assert.Equal(t, time.Millisecond, caller.Timeout)
}

func TestOpen_ReturnsAStatusErrorWithoutRetries(t *testing.T) {
	for _, status := range []int{204, 301, 401, 404, 429, 500, 501, 503} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			s := serve(t, respond(status, ""))
			c := httpapi.New(httpapi.Options{Retries: 3})
			defer c.CloseIdleConnections()
			resp, err := c.Open(t.Context(), get(s.URL))
			assert.Nil(t, resp)
			var got *httpapi.StatusError
			require.ErrorAs(t, err, &got)
			assert.Equal(t, &httpapi.StatusError{StatusCode: status}, got)
			assert.Equal(t, int32(1), s.requests.Load())
		})
	}
}

func TestOpen_DoesNotWaitForAnUnwantedBody(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusInternalServerError)
		firstThenHang(w, r)
	})
	_, err := httpapi.New(httpapi.Options{}).Open(t.Context(), get(s.URL))
	require.ErrorContains(t, err, "status 500 ")
}

func TestOpen_FollowsRedirectsOnlyWithinTheOrigin(t *testing.T) {
	within := serve(t, redirect(307, "/there"), respond(200, "ok"))
	c := httpapi.New(httpapi.Options{})
	defer c.CloseIdleConnections()
	resp, err := c.Open(t.Context(), get(within.URL))
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())

	elsewhere := serve(t)
	from := serve(t, redirect(307, elsewhere.URL))
	_, err = c.Open(t.Context(), get(from.URL))
	var status *httpapi.StatusError
	require.ErrorAs(t, err, &status)
	assert.Equal(t, elsewhere.URL, status.RedirectTo)
}

func TestOpen_EndsWithTheContextBeforeTheHeader(t *testing.T) {
	s := serve(t, hang)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := httpapi.New(httpapi.Options{}).Open(ctx, get(s.URL))
	require.ErrorIs(t, err, context.DeadlineExceeded)

	_, err = httpapi.New(httpapi.Options{}).Open(ctx, get(s.URL))
	require.Equal(t, context.DeadlineExceeded, err, "no request at all")
	assert.Equal(t, int32(1), s.requests.Load())
}

func TestOpen_SaysWhyThereIsNoConnection(t *testing.T) {
	s := serve(t)
	s.Close()
	_, err := httpapi.New(httpapi.Options{}).Open(t.Context(), get(s.URL))
	require.ErrorContains(t, err, "connect")
	assert.NotContains(t, err.Error(), "gave up")
}
