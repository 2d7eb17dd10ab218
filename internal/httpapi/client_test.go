package httpapi_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/backoff"
	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

// script is a server that answers the nth request with the nth handler, and fails the test if there are more.
type script struct {
	*httptest.Server
	requests    atomic.Int32
	connections atomic.Int32
}

func serve(t *testing.T, handlers ...http.HandlerFunc) *script {
	t.Helper()
	s := &script{}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := int(s.requests.Add(1))
		if !assert.LessOrEqual(t, n, len(handlers), "a request too many") {
			w.WriteHeader(http.StatusTeapot)
			return
		}
		handlers[n-1](w, r)
	}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.connections.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s
}

func answer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

func hang(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

func hangMidBody(w http.ResponseWriter, r *http.Request) {
	_, _ = w.Write([]byte(`{"half":`))
	_ = http.NewResponseController(w).Flush()
	<-r.Context().Done()
}

// cutAfter sends the bytes as they are and closes the connection.
func cutAfter(bytes string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, buffer, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		_, _ = buffer.WriteString(bytes)
		_ = buffer.Flush()
		_ = conn.Close()
	}
}

// hourly is a backoff that no test waits for.
var hourly = backoff.Exponential{Min: time.Hour, Max: time.Hour, Factor: 1}

func get(url string) *httpapi.Request {
	return &httpapi.Request{Method: http.MethodGet, URL: url}
}

func TestDoReturnsStatusHeaderAndBody(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, http.MethodPost, r.Method)
		assert.Equal(t, "/path?v=0", r.RequestURI)
		assert.Equal(t, []string{"Api-Key k"}, r.Header["Authorization"])
		assert.Equal(t, int64(4), r.ContentLength)
		w.Header().Set("ETag", `"1"`)
		answer(200, "body")(w, r)
	})
	header := http.Header{"Authorization": {"Api-Key k"}}
	got, err := httpapi.New(httpapi.Options{}).Do(t.Context(), &httpapi.Request{
		Method: http.MethodPost, URL: s.URL + "/path?v=0", Header: header, Body: []byte("user")})
	require.NoError(t, err)
	assert.Equal(t, 200, got.StatusCode)
	assert.Equal(t, `"1"`, got.Header.Get("ETag"))
	assert.Equal(t, "body", string(got.Body))
	assert.Equal(t, http.Header{"Authorization": {"Api-Key k"}}, header, "the request's header is only read")
}

func TestDoReturnsTheStatusesAccepted(t *testing.T) {
	s := serve(t, answer(304, ""), answer(204, ""))
	c := httpapi.New(httpapi.Options{})
	for _, status := range []int{304, 204} {
		request := get(s.URL)
		request.Accept = []int{200, 204, 304}
		got, err := c.Do(t.Context(), request)
		require.NoError(t, err)
		assert.Equal(t, status, got.StatusCode)
		assert.Empty(t, got.Body)
	}
}

func TestDoRetriesOnlyWhatMayPass(t *testing.T) {
	once := []int{201, 202, 204, 206, 300, 301, 304, 400, 401, 403, 404, 405, 408, 409, 413, 422, 431, 451, 499}
	again := []int{429, 500, 501, 502, 503, 504, 505, 507, 511, 599}
	for _, status := range once {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			s := serve(t, answer(status, ""))
			got, err := httpapi.New(httpapi.Options{Retries: 2}).Do(t.Context(), get(s.URL))
			assert.Nil(t, got)
			var statusErr *httpapi.StatusError
			require.ErrorAs(t, err, &statusErr)
			assert.Equal(t, &httpapi.StatusError{StatusCode: status}, statusErr)
			assert.Equal(t, int32(1), s.requests.Load())
		})
	}
	for _, status := range again {
		t.Run(strconv.Itoa(status)+" then 200", func(t *testing.T) {
			s := serve(t, answer(status, ""), answer(status, ""), answer(200, "ok"))
			got, err := httpapi.New(httpapi.Options{Retries: 2}).Do(t.Context(), get(s.URL))
			require.NoError(t, err)
			assert.Equal(t, "ok", string(got.Body))
		})
		t.Run(strconv.Itoa(status)+" to the end", func(t *testing.T) {
			s := serve(t, answer(500, ""), answer(500, ""), answer(status, ""))
			got, err := httpapi.New(httpapi.Options{Retries: 2}).Do(t.Context(), get(s.URL))
			assert.Nil(t, got)
			var statusErr *httpapi.StatusError
			require.ErrorAs(t, err, &statusErr)
			assert.Equal(t, status, statusErr.StatusCode)
			assert.Equal(t, int32(3), s.requests.Load())
		})
	}
}

func TestDoRetriesBrokenConnections(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	for name, bytes := range map[string]string{
		"nothing":               "",
		"no HTTP":               "hello\r\n\r\n",
		"header cut":            head,
		"body missing":          head + "Content-Length: 10\r\n\r\n",
		"body cut":              head + "Content-Length: 10\r\n\r\n{\"a\":",
		"chunks cut":            head + "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n",
		"body that is not gzip": head + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, cutAfter(bytes), answer(200, "whole"))
			got, err := httpapi.New(httpapi.Options{Retries: 1, HTTPClient: fresh(t)}).Do(t.Context(), get(s.URL))
			require.NoError(t, err)
			assert.Equal(t, "whole", string(got.Body))
			assert.Equal(t, int32(2), s.requests.Load())
		})
	}
}

// fresh is an HTTP client without kept connections: net/http itself sends a GET again when a kept one turns out dead.
func fresh(t *testing.T) *http.Client {
	t.Helper()
	return &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
}

func TestDoSaysWhyABodyIsMissing(t *testing.T) {
	cut := cutAfter("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{")
	s := serve(t, cut, cut)
	_, err := httpapi.New(httpapi.Options{Retries: 1}).Do(t.Context(), get(s.URL))
	require.EqualError(t, err, "gave up after 2 attempts: reading the body: unexpected EOF")
}

func TestDoSaysWhyThereIsNoConnection(t *testing.T) {
	s := serve(t)
	s.Close()
	_, err := httpapi.New(httpapi.Options{Retries: 2}).Do(t.Context(), get(s.URL))
	var network *net.OpError
	require.ErrorAs(t, err, &network)
	assert.ErrorContains(t, err, "gave up after 3 attempts: ")
}

func TestDoDoesNotRetryAnUntrustedCertificate(t *testing.T) {
	s := httptest.NewUnstartedServer(answer(200, ""))
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	s.StartTLS()
	defer s.Close()
	_, err := httpapi.New(httpapi.Options{Retries: 2}).Do(t.Context(), get(s.URL))
	require.ErrorContains(t, err, "certificate")
	assert.NotContains(t, err.Error(), "gave up")
}

func TestTimeoutsOfTheFirstAttemptAndOfRetriesAreTheirOwn(t *testing.T) {
	for _, stall := range []struct {
		name    string
		handler http.HandlerFunc
	}{{"before the header", hang}, {"mid-body", hangMidBody}} {
		t.Run("first, "+stall.name, func(t *testing.T) {
			s := serve(t, stall.handler, answer(200, "ok"))
			c := httpapi.New(httpapi.Options{Retries: 1, Timeout: 50 * time.Millisecond})
			got, err := c.Do(t.Context(), get(s.URL))
			require.NoError(t, err)
			assert.Equal(t, "ok", string(got.Body))
		})
		t.Run("retry, "+stall.name, func(t *testing.T) {
			s := serve(t, answer(500, ""), stall.handler, stall.handler)
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

func TestTheContextEndsEverything(t *testing.T) {
	t.Run("before anything", func(t *testing.T) {
		s := serve(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := httpapi.New(httpapi.Options{Retries: 9}).Do(ctx, get(s.URL))
		assert.Equal(t, context.Canceled, err)
	})
	t.Run("while connecting", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		release := make(chan struct{})
		stuck := &http.Client{Transport: &http.Transport{
			DialContext: func(context.Context, string, string) (net.Conn, error) {
				cancel()
				<-release // net/http lets a dial outlive its request, which must not wait for it
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
				<-r.Context().Done()
			})
			_, err := httpapi.New(httpapi.Options{Retries: 9}).Do(ctx, get(s.URL))
			require.ErrorIs(t, err, context.Canceled)
		})
	}
	t.Run("in backoff", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s := serve(t, answer(503, ""))
		logs := &records{then: cancel}
		_, err := httpapi.New(httpapi.Options{Retries: 9, Backoff: hourly,
			Logger: slog.New(logs)}).Do(ctx, get(s.URL))
		require.ErrorIs(t, err, context.Canceled)
		require.EqualError(t, err,
			"context canceled after 1 attempt, the last of which failed: status 503 Service Unavailable")
	})
	t.Run("by deadline", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		s := serve(t, hang)
		_, err := httpapi.New(httpapi.Options{Retries: 9, Timeout: time.Hour}).Do(ctx, get(s.URL))
		assert.Equal(t, context.DeadlineExceeded, err)
	})
}

func TestBodiesAreLimited(t *testing.T) {
	const limit = 1000
	body := make([]byte, limit+1)
	for i := range body {
		body[i] = 'x'
	}
	inChunks := func(body []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			_ = http.NewResponseController(w).Flush() // so the length is not known ahead
			_, _ = w.Write(body)
		}
	}
	for _, tt := range []struct {
		name     string
		handler  http.HandlerFunc
		tooLarge bool
	}{
		{"at the limit", answer(200, string(body[:limit])), false},
		{"at the limit, in chunks", inChunks(body[:limit]), false},
		{"above, by Content-Length", answer(200, string(body)), true},
		{"above, in chunks", inChunks(body), true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, tt.handler)
			got, err := httpapi.New(httpapi.Options{Retries: 3, MaxBodyBytes: limit}).Do(t.Context(), get(s.URL))
			if tt.tooLarge {
				var tooLarge *httpapi.BodyTooLargeError
				require.ErrorAs(t, err, &tooLarge)
				assert.Equal(t, &httpapi.BodyTooLargeError{Limit: limit}, tooLarge)
				assert.EqualError(t, err, "the body is larger than the limit of 1000 bytes")
			} else {
				require.NoError(t, err)
				assert.Len(t, got.Body, limit)
			}
		})
	}
}

func TestConnectionsAreKeptWhateverTheAnswer(t *testing.T) {
	for name, client := range map[string]*http.Client{"own pool": nil, "the caller's": {Transport: &http.Transport{}}} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, answer(200, "{}"), answer(404, "gone"), answer(500, "sorry"), answer(200, "{}"),
				answer(500, "sorry"), answer(500, "sorry"), answer(304, ""), answer(200, "{}"))
			c := httpapi.New(httpapi.Options{Retries: 1, HTTPClient: client})
			for range 6 {
				_, _ = c.Do(t.Context(), get(s.URL))
			}
			assert.Equal(t, int32(8), s.requests.Load())
			assert.Equal(t, int32(1), s.connections.Load())
		})
	}
}

func TestCloseIdleConnectionsClosesOnlyTheOwnPool(t *testing.T) {
	theirs := &http.Client{Transport: &http.Transport{}}
	for _, tt := range []struct {
		name        string
		client      *http.Client
		connections int32
	}{{"own", nil, 2}, {"the caller's", theirs, 1}} {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, answer(200, ""), answer(200, ""))
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

func TestTheCallersHTTPClientIsNotChanged(t *testing.T) {
	s := serve(t, answer(200, ""))
	transport := &http.Transport{}
	theirs := &http.Client{Transport: transport, Timeout: time.Minute}
	_, err := httpapi.New(httpapi.Options{HTTPClient: theirs, Timeout: time.Second}).Do(t.Context(), get(s.URL))
	require.NoError(t, err)
	assert.Same(t, transport, theirs.Transport)
	assert.Equal(t, time.Minute, theirs.Timeout)
	assert.Nil(t, theirs.CheckRedirect)
}

func TestRedirectsStayAtTheOrigin(t *testing.T) {
	redirect := func(status int, to string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", to)
			w.WriteHeader(status)
		}
	}
	t.Run("same origin is followed, with the header", func(t *testing.T) {
		s := serve(t, redirect(307, "/there"), func(w http.ResponseWriter, r *http.Request) {
			assert.Equal(t, "/there", r.URL.Path)
			assert.Equal(t, "Api-Key k", r.Header.Get("Authorization"))
			answer(200, "ok")(w, r)
		})
		request := get(s.URL)
		request.Header = http.Header{"Authorization": {"Api-Key k"}}
		got, err := httpapi.New(httpapi.Options{}).Do(t.Context(), request)
		require.NoError(t, err)
		assert.Equal(t, "ok", string(got.Body))
	})
	t.Run("another port is not followed", func(t *testing.T) {
		other := serve(t) // fails the test if it gets a request
		s := serve(t, redirect(308, other.URL+"/secret?user=x"))
		_, err := httpapi.New(httpapi.Options{Retries: 3}).Do(t.Context(), get(s.URL))
		require.EqualError(t, err, "status 308 Permanent Redirect: a redirect to "+other.URL+
			" was not followed because it would change the host or the method; set ServerURL to its target")
	})
	t.Run("another scheme is not followed", func(t *testing.T) {
		s := serve(t)
		s.Config.Handler = redirect(302, "https"+s.URL[len("http"):])
		_, err := httpapi.New(httpapi.Options{}).Do(t.Context(), get(s.URL))
		var status *httpapi.StatusError
		require.ErrorAs(t, err, &status)
		assert.Equal(t, 302, status.StatusCode)
	})
	t.Run("a POST does not become a GET", func(t *testing.T) {
		s := serve(t, redirect(302, "/there"))
		_, err := httpapi.New(httpapi.Options{}).Do(t.Context(),
			&httpapi.Request{Method: http.MethodPost, URL: s.URL, Body: []byte("{}")})
		var status *httpapi.StatusError
		require.ErrorAs(t, err, &status)
		assert.Equal(t, &httpapi.StatusError{StatusCode: 302, RedirectTo: s.URL}, status)
	})
	t.Run("a POST stays a POST with its body", func(t *testing.T) {
		s := serve(t, redirect(307, "/there"), func(w http.ResponseWriter, r *http.Request) {
			assert.Equal(t, http.MethodPost, r.Method)
			assert.Equal(t, int64(2), r.ContentLength)
		})
		_, err := httpapi.New(httpapi.Options{}).Do(t.Context(),
			&httpapi.Request{Method: http.MethodPost, URL: s.URL, Body: []byte("{}")})
		require.NoError(t, err)
	})
	t.Run("a loop ends and is not retried", func(t *testing.T) {
		var requests atomic.Int32
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			requests.Add(1)
			redirect(307, "/again")(w, r)
		}))
		defer s.Close()
		_, err := httpapi.New(httpapi.Options{Retries: 3}).Do(t.Context(), get(s.URL))
		require.ErrorContains(t, err, "stopped after 10 redirects")
		assert.Equal(t, int32(10), requests.Load())
	})
	t.Run("the caller's CheckRedirect has its say", func(t *testing.T) {
		s := serve(t, redirect(307, "/there"))
		theirs := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		_, err := httpapi.New(httpapi.Options{HTTPClient: theirs}).Do(t.Context(), get(s.URL))
		var status *httpapi.StatusError
		require.ErrorAs(t, err, &status)
		assert.Equal(t, 307, status.StatusCode)
	})
}

func TestRetryAfterReplacesTheBackoff(t *testing.T) {
	header := func(status int, value string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", value)
			w.WriteHeader(status)
		}
	}
	long := httpapi.Options{Retries: 1, Backoff: hourly}
	past := time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat)
	for _, h := range []http.HandlerFunc{header(429, "0"), header(429, past), header(503, "0")} {
		s := serve(t, h, answer(200, ""))
		_, err := httpapi.New(long).Do(t.Context(), get(s.URL))
		require.NoError(t, err, "an hour of backoff would outlast the test")
	}
	t.Run("the wait is what was asked for, and a little", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		logs := &records{then: cancel}
		s := serve(t, header(429, "50"))
		_, err := httpapi.New(httpapi.Options{Retries: 1, Logger: slog.New(logs)}).Do(ctx, get(s.URL))
		require.ErrorIs(t, err, context.Canceled)
		require.Len(t, logs.waits(), 1)
		assert.GreaterOrEqual(t, logs.waits()[0], 50*time.Second)
		assert.LessOrEqual(t, logs.waits()[0], 55*time.Second)
	})
	for _, status := range []int{429, 503} {
		t.Run(fmt.Sprintf("%d with too long a wait is not retried", status), func(t *testing.T) {
			s := serve(t, header(status, "61"))
			_, err := httpapi.New(long).Do(t.Context(), get(s.URL))
			var statusErr *httpapi.StatusError
			require.ErrorAs(t, err, &statusErr)
			assert.Equal(t, &httpapi.StatusError{StatusCode: status, RetryAfter: 61 * time.Second}, statusErr)
			assert.EqualError(t, err,
				fmt.Sprintf("status %d %s, retry after 1m1s", status, http.StatusText(status)))
		})
	}
}

func TestDoIsSafeForGoroutines(t *testing.T) {
	const goroutines, each = 16, 20
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer(200, r.URL.RawQuery)(w, r)
	}))
	defer s.Close()
	c := httpapi.New(httpapi.Options{Retries: 1, Timeout: time.Minute, RetryTimeout: time.Minute})
	var all sync.WaitGroup
	for g := range goroutines {
		all.Add(1)
		go func() {
			defer all.Done()
			for i := range each {
				query := url.Values{"q": {fmt.Sprint(g, i)}}.Encode()
				got, err := c.Do(t.Context(), get(s.URL+"?"+query))
				if assert.NoError(t, err) {
					assert.Equal(t, query, string(got.Body))
				}
			}
		}()
	}
	all.Wait()
}

// records is a slog.Handler that keeps the "wait" of each line and then calls a function.
type records struct {
	mu   sync.Mutex
	kept []time.Duration
	then func()
}

func (r *records) Enabled(context.Context, slog.Level) bool { return true }
func (r *records) WithAttrs([]slog.Attr) slog.Handler       { return r }
func (r *records) WithGroup(string) slog.Handler            { return r }

func (r *records) Handle(_ context.Context, record slog.Record) error {
	r.mu.Lock()
	record.Attrs(func(attr slog.Attr) bool {
		if attr.Key == "wait" {
			r.kept = append(r.kept, attr.Value.Duration())
		}
		return true
	})
	r.mu.Unlock()
	r.then()
	return nil
}

func (r *records) waits() []time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.kept
}
