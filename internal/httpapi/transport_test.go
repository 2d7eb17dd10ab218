package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

func TestDo_KeepsConnectionsAfterEveryResponse(t *testing.T) {
	for name, client := range map[string]*http.Client{"own pool": nil, "the caller's": {Transport: &http.Transport{}}} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, respond(200, "{}"), respond(404, "gone"), respond(500, "sorry"), respond(200, "{}"),
				respond(500, "sorry"), respond(500, "sorry"), respond(304, ""), respond(200, "{}"))
			c := httpapi.New(httpapi.Options{Retries: 1, HTTPClient: client})
			for range 6 {
				_, _ = c.Do(t.Context(), get(s.URL))
			}
			assert.Equal(t, int32(8), s.requests.Load())
			assert.Equal(t, int32(1), s.connections.Load())
		})
	}
}

func TestCloseIdleConnections_ClosesOnlyTheClientsOwnPool(t *testing.T) {
	callers := &http.Client{Transport: &http.Transport{}}
	for _, tt := range []struct {
		name        string
		client      *http.Client
		connections int32
	}{{"own", nil, 2}, {"the caller's", callers, 1}} {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, respond(200, ""), respond(200, ""))
			c := httpapi.New(httpapi.Options{HTTPClient: tt.client})
			_, err := c.Do(t.Context(), get(s.URL))
			require.NoError(t, err)
			c.CloseIdleConnections()
			_, err = c.Do(t.Context(), get(s.URL))
			require.NoError(t, err)
			assert.Equal(t, tt.connections, s.connections.Load())
		})
	}
}

func TestDo_DoesNotChangeTheCallersHTTPClient(t *testing.T) {
	s := serve(t, respond(200, ""))
	transport := &http.Transport{}
	callers := &http.Client{Transport: transport, Timeout: time.Minute}
	_, err := httpapi.New(httpapi.Options{HTTPClient: callers, Timeout: time.Second}).Do(t.Context(), get(s.URL))
	require.NoError(t, err)
	assert.Same(t, transport, callers.Transport)
	assert.Equal(t, time.Minute, callers.Timeout)
	assert.Nil(t, callers.CheckRedirect)
}

func TestDo_FollowsARedirectWithinTheOrigin(t *testing.T) {
	t.Run("with the header", func(t *testing.T) {
		s := serve(t, redirect(307, "/there"), func(w http.ResponseWriter, r *http.Request) {
			assert.Equal(t, "/there", r.URL.Path)
			assert.Equal(t, "Api-Key k", r.Header.Get("Authorization"))
			respond(200, "ok")(w, r)
		})
		request := get(s.URL)
		request.Key = key(t, "k")
		got, err := httpapi.New(httpapi.Options{}).Do(t.Context(), request)
		require.NoError(t, err)
		assert.Equal(t, "ok", string(got.Body))
	})
	t.Run("with the method and the body", func(t *testing.T) {
		s := serve(t, redirect(307, "/there"), func(_ http.ResponseWriter, r *http.Request) {
			assert.Equal(t, http.MethodPost, r.Method)
			assert.Equal(t, int64(2), r.ContentLength)
		})
		_, err := httpapi.New(httpapi.Options{}).Do(t.Context(),
			&httpapi.Request{Method: http.MethodPost, URL: s.URL, Body: []byte("{}")})
		require.NoError(t, err)
	})
	t.Run("unless the caller's CheckRedirect stops it", func(t *testing.T) {
		s := serve(t, redirect(307, "/there"))
		callers := &http.Client{
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		_, err := httpapi.New(httpapi.Options{HTTPClient: callers}).Do(t.Context(), get(s.URL))
		var status *httpapi.StatusError
		require.ErrorAs(t, err, &status)
		assert.Equal(t, 307, status.StatusCode)
	})
}

func TestDo_DoesNotFollowOtherRedirects(t *testing.T) {
	t.Run("to another port", func(t *testing.T) {
		other := serve(t) // fails the test if it gets a request
		s := serve(t, redirect(308, other.URL+"/secret?user=x"))
		_, err := httpapi.New(httpapi.Options{Retries: 3}).Do(t.Context(), get(s.URL))
		require.EqualError(t, err, "status 308 Permanent Redirect: a redirect to "+other.URL+
			" was not followed because it would change the scheme, host, port or method; set ServerURL to its target")
	})
	t.Run("to another scheme", func(t *testing.T) {
		s := serve(t)
		s.Config.Handler = redirect(302, "https"+s.URL[len("http"):])
		_, err := httpapi.New(httpapi.Options{}).Do(t.Context(), get(s.URL))
		var status *httpapi.StatusError
		require.ErrorAs(t, err, &status)
		assert.Equal(t, 302, status.StatusCode)
	})
	t.Run("that turn a POST into a GET", func(t *testing.T) {
		s := serve(t, redirect(302, "/there"))
		_, err := httpapi.New(httpapi.Options{}).Do(t.Context(),
			&httpapi.Request{Method: http.MethodPost, URL: s.URL, Body: []byte("{}")})
		var status *httpapi.StatusError
		require.ErrorAs(t, err, &status)
		assert.Equal(t, &httpapi.StatusError{StatusCode: 302, RedirectTo: s.URL}, status)
	})
}

func TestDo_EndsARedirectLoopWithoutRetries(t *testing.T) {
	var requests atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		redirect(307, "/again")(w, r)
	}))
	defer s.Close()
	_, err := httpapi.New(httpapi.Options{Retries: 3}).Do(t.Context(), get(s.URL))
	require.ErrorContains(t, err, "stopped after 10 redirects")
	assert.Equal(t, int32(10), requests.Load())
}
