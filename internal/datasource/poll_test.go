package datasource_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/datasource"
	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// serve starts a server and returns a Poller for it. Both are closed when the
// test ends.
func serve(t *testing.T, handler http.HandlerFunc, change ...func(*datasource.Options)) *datasource.Poller {
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	base, err := url.Parse(server.URL + "/prefix/")
	require.NoError(t, err)
	key, err := httpapi.Authorization("server-secret")
	require.NoError(t, err)
	options := datasource.Options{Base: base, Authorization: key}
	for _, c := range change {
		c(&options)
	}
	poller := datasource.NewPoller(options)
	t.Cleanup(poller.CloseIdleConnections)
	return poller
}

// respond returns a handler that responds with each of the statuses once, then
// with 200. It counts the attempts. The body is always "[]".
func respond(attempts *int, statuses ...int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		*attempts++
		if *attempts <= len(statuses) {
			w.WriteHeader(statuses[*attempts-1])
		}
		_, _ = io.WriteString(w, "[]")
	}
}

// hangUntil returns a handler that waits until the client gives up or release
// is closed.
func hangUntil(release <-chan struct{}) http.HandlerFunc {
	return func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-release:
		}
	}
}

func TestPoller_SendsWhatTheServiceExpects(t *testing.T) {
	var got []*http.Request
	poller := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r)
		_, _ = io.WriteString(w, "[]")
	})
	_, err := poller.Load(t.Context())
	require.NoError(t, err)
	_, _, err = poller.Poll(t.Context(), "")
	require.NoError(t, err)
	require.Len(t, got, 2)
	for _, r := range got {
		assert.Equal(t, http.MethodGet, r.Method)
		assert.Equal(t, "/prefix/sdk/v2/flags?v=0", r.RequestURI)
		assert.Equal(t, []string{"Api-Key server-secret"}, r.Header["Authorization"])
		assert.Equal(t, []string{"experiment-go-server/" + experiment.Version}, r.Header["X-Amp-Exp-Library"])
		assert.NotContains(t, r.Header, "If-None-Match")
	}
}

func TestPoller_ReturnsBodyAndETag(t *testing.T) {
	poller := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `W/"1"`)
		_, _ = io.WriteString(w, "anything\x00")
	})
	want := datasource.Document{Body: []byte("anything\x00"), ETag: `W/"1"`}
	loaded, err := poller.Load(t.Context())
	require.NoError(t, err)
	assert.Equal(t, want, loaded)
	polled, changed, err := poller.Poll(t.Context(), "")
	require.NoError(t, err)
	assert.True(t, changed)
	assert.Equal(t, want, polled)
}

func TestPoll_ReturnsNoDocumentIfTheETagIsCurrent(t *testing.T) {
	current := `"2"`
	poller := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", current)
		if r.Header.Get("If-None-Match") == current {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = io.WriteString(w, "[2]")
	})
	document, changed, err := poller.Poll(t.Context(), `"1"`)
	require.NoError(t, err)
	assert.True(t, changed)
	assert.Equal(t, datasource.Document{Body: []byte("[2]"), ETag: `"2"`}, document)

	document, changed, err = poller.Poll(t.Context(), document.ETag)
	require.NoError(t, err)
	assert.False(t, changed)
	assert.Zero(t, document)
}

func TestPoller_DropsALongETag(t *testing.T) {
	for _, tt := range []struct{ name, etag, want string }{
		{"1 KiB", strings.Repeat("x", 1024), strings.Repeat("x", 1024)},
		{"more than 1 KiB", strings.Repeat("x", 1025), ""},
		{"20 KiB", strings.Repeat("x", 20<<10), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			poller := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("ETag", tt.etag)
				_, _ = io.WriteString(w, "[]")
			})
			loaded, err := poller.Load(t.Context())
			require.NoError(t, err)
			assert.Equal(t, tt.want, loaded.ETag)
			polled, changed, err := poller.Poll(t.Context(), loaded.ETag)
			require.NoError(t, err)
			assert.True(t, changed)
			assert.Equal(t, tt.want, polled.ETag)
		})
	}
}

func TestPoll_ReturnsTheRetryAfter(t *testing.T) {
	poller := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	_, _, err := poller.Poll(t.Context(), "")
	var status *httpapi.StatusError
	require.ErrorAs(t, err, &status)
	assert.Equal(t, 7*time.Second, status.RetryAfter)
}

func TestPoll_AcceptsOnly200AndDoesNotRetry(t *testing.T) {
	for _, status := range []int{201, 202, 203, 206, 301, 304, 400, 401, 404, 500, 503} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			attempts := 0
			poller := serve(t, respond(&attempts, status))
			_, changed, err := poller.Poll(t.Context(), "")
			var got *httpapi.StatusError
			require.ErrorAs(t, err, &got)
			assert.Equal(t, status, got.StatusCode)
			assert.False(t, changed)
			assert.Equal(t, 1, attempts, "Poll does not retry")
		})
	}
}

func TestLoad_RetriesTransientFailures(t *testing.T) {
	for _, tt := range []struct {
		name     string
		statuses []int
		attempts int
		ok       bool
	}{
		{"one failure", []int{500}, 2, true},
		{"a failure of every attempt except the last", []int{429, 500, 503}, 4, true},
		{"a failure of every attempt", []int{500, 500, 500, 502}, 4, false},
		{"a rejected key", []int{401}, 1, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			attempts := 0
			poller := serve(t, respond(&attempts, tt.statuses...))
			document, err := poller.Load(t.Context())
			assert.Equal(t, tt.attempts, attempts)
			if tt.ok {
				require.NoError(t, err)
				assert.Equal(t, "[]", string(document.Body))
				return
			}
			var got *httpapi.StatusError
			require.ErrorAs(t, err, &got)
			assert.Equal(t, tt.statuses[len(tt.statuses)-1], got.StatusCode)
		})
	}
}

func TestLoad_RetriesATruncatedBody(t *testing.T) {
	attempts := 0
	poller := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if attempts++; attempts == 1 {
			w.Header().Set("Content-Length", "100")
		}
		_, _ = io.WriteString(w, "[]")
	})
	document, err := poller.Load(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "[]", string(document.Body))
	assert.Equal(t, 2, attempts)
}

func TestPoller_RejectsABodyAboveTheLimit(t *testing.T) {
	attempts := 0
	poller := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		attempts++
		w.Header().Set("Content-Length", strconv.Itoa(datasource.MaxBodyBytes+1))
		w.WriteHeader(http.StatusOK)
	})
	var tooLarge *httpapi.BodyTooLargeError
	_, err := poller.Load(t.Context())
	require.ErrorAs(t, err, &tooLarge)
	assert.Equal(t, int64(64<<20), tooLarge.Limit)
	_, _, err = poller.Poll(t.Context(), "")
	require.ErrorAs(t, err, &tooLarge)
	assert.Equal(t, 2, attempts, "neither Load nor Poll retries")
}

func TestPoll_EndsAfterTheTimeout(t *testing.T) {
	release := make(chan struct{})
	poller := serve(t, hangUntil(release), func(o *datasource.Options) { o.Timeout = time.Millisecond })
	defer close(release)
	_, _, err := poller.Poll(t.Context(), "")
	var timeout interface{ Timeout() bool }
	require.ErrorAs(t, err, &timeout)
	assert.True(t, timeout.Timeout())
}

func TestLoad_LimitsEachAttemptByTheTimeout(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	poller := serve(t, hangUntil(release), func(o *datasource.Options) { o.Timeout = time.Millisecond })
	defer close(release)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	_, err := poller.Load(ctx)
	assert.ErrorContains(t, err, "gave up after 4 attempts: ")
}

func TestPoller_EndsARequestWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	poller := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	_, err := poller.Load(ctx)
	require.ErrorIs(t, err, context.Canceled)
	_, _, err = poller.Poll(ctx, "")
	require.ErrorIs(t, err, context.Canceled)
}

func TestLoad_KeepsTheKeyOutOfErrorsAndLogs(t *testing.T) {
	var logs bytes.Buffer
	attempts := 0
	poller := serve(t, respond(&attempts, 503, 401), func(o *datasource.Options) {
		o.Logger = slog.New(slog.NewTextHandler(&logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	_, err := poller.Load(t.Context())
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "server-secret")
	assert.NotEmpty(t, logs.String(), "the retry is logged")
	assert.NotContains(t, logs.String(), "server-secret")
}

func TestPoller_IsPrintedWithoutTheKey(t *testing.T) {
	var options datasource.Options
	poller := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "[]") },
		func(o *datasource.Options) { options = *o })
	_, err := poller.Load(t.Context())
	require.NoError(t, err)
	type holder struct {
		Poller *datasource.Poller
		copied datasource.Poller
		inner  *datasource.Poller
	}
	var out bytes.Buffer
	for _, value := range []any{poller, *poller, &poller, holder{poller, *poller, poller}, options, &options} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
			fmt.Fprintf(&out, verb, value)
		}
		slog.New(slog.NewTextHandler(&out, nil)).Info("m", "value", value)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("m", "value", value)
		encoded, _ := json.Marshal(value)
		out.Write(encoded)
	}
	assert.NotContains(t, out.String(), "server-secret")
	assert.NotContains(t, out.String(), fmt.Sprintf("%x", "server-secret"))
	assert.NotContains(t, out.String(), fmt.Sprintf("%X", "server-secret"))
}

func TestPoller_UsesButDoesNotChangeTheCallersHTTPClient(t *testing.T) {
	attempts := 0
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	counter := &requestCounter{transport, 0}
	client := &http.Client{Transport: counter, Timeout: time.Minute}
	poller := serve(t, respond(&attempts), func(o *datasource.Options) { o.HTTPClient = client })
	_, err := poller.Load(t.Context())
	require.NoError(t, err)
	_, _, err = poller.Poll(t.Context(), "")
	require.NoError(t, err)
	assert.Equal(t, 2, counter.requests)
	assert.Equal(t, http.Client{Transport: counter, Timeout: time.Minute}, *client)
}

// requestCounter counts the requests that a transport sends.
type requestCounter struct {
	http.RoundTripper
	requests int
}

func (c *requestCounter) RoundTrip(r *http.Request) (*http.Response, error) {
	c.requests++
	return c.RoundTripper.RoundTrip(r)
}

func TestPoller_SharesAConnectionBetweenLoadAndPoll(t *testing.T) {
	var addresses []string
	poller := serve(t, func(w http.ResponseWriter, r *http.Request) {
		addresses = append(addresses, r.RemoteAddr)
		_, _ = io.WriteString(w, "[]")
	})
	_, err := poller.Load(t.Context())
	require.NoError(t, err)
	_, _, err = poller.Poll(t.Context(), "")
	require.NoError(t, err)
	require.Len(t, addresses, 2)
	assert.Equal(t, addresses[0], addresses[1])
}
