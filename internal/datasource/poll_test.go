package datasource_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
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

const authorization = "Api-Key server-secret"

// serve starts a server and makes a source for it.
func serve(t *testing.T, handler http.HandlerFunc, change ...func(*datasource.Options)) *datasource.Poller {
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	base, err := url.Parse(server.URL + "/prefix/")
	require.NoError(t, err)
	options := datasource.Options{Base: base, Authorization: authorization}
	for _, c := range change {
		c(&options)
	}
	source := datasource.NewPoller(options)
	t.Cleanup(source.CloseIdleConnections)
	return source
}

// list answers with the statuses one after the other, then with 200 and "[]".
func list(attempts *int, statuses ...int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		*attempts++
		if *attempts <= len(statuses) {
			w.WriteHeader(statuses[*attempts-1])
		}
		_, _ = io.WriteString(w, "[]")
	}
}

func TestRequestsAreWhatTheServiceWants(t *testing.T) {
	var got []*http.Request
	source := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r)
		_, _ = io.WriteString(w, "[]")
	})
	_, err := source.Load(t.Context())
	require.NoError(t, err)
	_, _, err = source.Poll(t.Context(), "")
	require.NoError(t, err)
	require.Len(t, got, 2)
	for _, r := range got {
		assert.Equal(t, http.MethodGet, r.Method)
		assert.Equal(t, "/prefix/sdk/v2/flags?v=0", r.RequestURI)
		assert.Equal(t, []string{authorization}, r.Header["Authorization"])
		assert.Equal(t, []string{"experiment-go-server/" + experiment.Version}, r.Header["X-Amp-Exp-Library"])
		assert.NotContains(t, r.Header, "If-None-Match")
	}
}

func TestDocumentsHaveBodyAndETag(t *testing.T) {
	source := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `W/"1"`)
		_, _ = io.WriteString(w, "anything\x00")
	})
	want := datasource.Document{Body: []byte("anything\x00"), ETag: `W/"1"`}
	loaded, err := source.Load(t.Context())
	require.NoError(t, err)
	assert.Equal(t, want, loaded)
	polled, changed, err := source.Poll(t.Context(), "")
	require.NoError(t, err)
	assert.True(t, changed)
	assert.Equal(t, want, polled)
}

func TestPollAsksWhetherTheDocumentChanged(t *testing.T) {
	current := `"2"`
	source := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", current)
		if r.Header.Get("If-None-Match") == current {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = io.WriteString(w, "[2]")
	})
	document, changed, err := source.Poll(t.Context(), `"1"`)
	require.NoError(t, err)
	assert.True(t, changed)
	assert.Equal(t, datasource.Document{Body: []byte("[2]"), ETag: `"2"`}, document)

	document, changed, err = source.Poll(t.Context(), document.ETag)
	require.NoError(t, err)
	assert.False(t, changed)
	assert.Zero(t, document)
}

func TestOnly200IsADocument(t *testing.T) {
	for _, status := range []int{201, 202, 203, 206, 301, 304, 400, 401, 404, 500, 503} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			attempts := 0
			source := serve(t, list(&attempts, status))
			_, changed, err := source.Poll(t.Context(), "")
			var got *httpapi.StatusError
			require.ErrorAs(t, err, &got)
			assert.Equal(t, status, got.StatusCode)
			assert.False(t, changed)
			assert.Equal(t, 1, attempts, "a poll waits for the next")
		})
	}
}

func TestLoadRetriesWhatMayPass(t *testing.T) {
	for _, tt := range []struct {
		name     string
		statuses []int
		attempts int
		ok       bool
	}{
		{"one failure", []int{500}, 2, true},
		{"as many failures as there are retries", []int{429, 500, 503}, 4, true},
		{"too many failures", []int{500, 500, 500, 502}, 4, false},
		{"a rejected key", []int{401}, 1, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			attempts := 0
			source := serve(t, list(&attempts, tt.statuses...))
			document, err := source.Load(t.Context())
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

func TestLoadRetriesABodyCutOff(t *testing.T) {
	attempts := 0
	source := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if attempts++; attempts == 1 {
			w.Header().Set("Content-Length", "100")
		}
		_, _ = io.WriteString(w, "[]")
	})
	document, err := source.Load(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "[]", string(document.Body))
	assert.Equal(t, 2, attempts)
}

func TestABodyAboveTheLimitIsRefused(t *testing.T) {
	attempts := 0
	source := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		attempts++
		w.Header().Set("Content-Length", strconv.Itoa(datasource.MaxBodyBytes+1))
		w.WriteHeader(http.StatusOK)
	})
	var tooLarge *httpapi.BodyTooLargeError
	_, err := source.Load(t.Context())
	require.ErrorAs(t, err, &tooLarge)
	assert.Equal(t, int64(64<<20), tooLarge.Limit)
	_, _, err = source.Poll(t.Context(), "")
	require.ErrorAs(t, err, &tooLarge)
	assert.Equal(t, 2, attempts, "neither tries again")
}

func TestTheTimeoutEndsAnAttempt(t *testing.T) {
	release := make(chan struct{})
	source := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-release:
		}
	}, func(o *datasource.Options) { o.Timeout = time.Millisecond })
	defer close(release)
	_, _, err := source.Poll(t.Context(), "")
	var timeout interface{ Timeout() bool }
	require.ErrorAs(t, err, &timeout)
	assert.True(t, timeout.Timeout())
}

func TestTheTimeoutEndsEachAttemptOfALoad(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	source := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-release:
		}
	}, func(o *datasource.Options) { o.Timeout = time.Millisecond })
	defer close(release)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	_, err := source.Load(ctx)
	assert.ErrorContains(t, err, "gave up after 4 attempts: ")
}

func TestTheContextEndsARequest(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	source := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	_, err := source.Load(ctx)
	require.ErrorIs(t, err, context.Canceled)
	_, _, err = source.Poll(ctx, "")
	require.ErrorIs(t, err, context.Canceled)
}

func TestTheKeyIsInNoErrorAndNoLog(t *testing.T) {
	var log bytes.Buffer
	attempts := 0
	source := serve(t, list(&attempts, 503, 401), func(o *datasource.Options) {
		o.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	_, err := source.Load(t.Context())
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "server-secret")
	assert.NotEmpty(t, log.String(), "the retry is logged")
	assert.NotContains(t, log.String(), "server-secret")
}

func TestTheCallersHTTPClientIsUsedAndLeftAlone(t *testing.T) {
	attempts := 0
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	counted := &counting{transport, 0}
	client := &http.Client{Transport: counted, Timeout: time.Minute}
	source := serve(t, list(&attempts), func(o *datasource.Options) { o.HTTPClient = client })
	_, err := source.Load(t.Context())
	require.NoError(t, err)
	_, _, err = source.Poll(t.Context(), "")
	require.NoError(t, err)
	assert.Equal(t, 2, counted.requests)
	assert.Equal(t, http.Client{Transport: counted, Timeout: time.Minute}, *client)
}

type counting struct {
	http.RoundTripper
	requests int
}

func (c *counting) RoundTrip(r *http.Request) (*http.Response, error) {
	c.requests++
	return c.RoundTripper.RoundTrip(r)
}

func TestLoadAndPollShareAConnection(t *testing.T) {
	var addresses []string
	source := serve(t, func(w http.ResponseWriter, r *http.Request) {
		addresses = append(addresses, r.RemoteAddr)
		_, _ = io.WriteString(w, "[]")
	})
	_, err := source.Load(t.Context())
	require.NoError(t, err)
	_, _, err = source.Poll(t.Context(), "")
	require.NoError(t, err)
	require.Len(t, addresses, 2)
	assert.Equal(t, addresses[0], addresses[1])
}
