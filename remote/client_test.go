package remote_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/remote"
)

const key = "server-secret-key"

// sent is a request as the server saw it.
type sent struct {
	Method, URI, Body string
	Header            http.Header
}

// service answers the nth request with the nth handler, the last one again and again, and keeps the requests.
type service struct {
	*httptest.Server
	mu       sync.Mutex
	requests []sent
}

func serve(t *testing.T, handlers ...http.HandlerFunc) *service {
	t.Helper()
	s := &service{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		s.mu.Lock()
		s.requests = append(s.requests, sent{r.Method, r.RequestURI, string(body), r.Header})
		n := min(len(s.requests), len(handlers))
		s.mu.Unlock()
		handlers[n-1](w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *service) seen() []sent {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

func answer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// initialize makes a client for the service that retries without waiting and logs nothing, but for what change says.
func initialize(t *testing.T, s *service, change func(*remote.Config)) *remote.Client {
	t.Helper()
	config := &remote.Config{
		ServerURL: s.URL, FetchRetryBackoffMin: remote.NoBackoff, Logger: slog.New(slog.DiscardHandler)}
	if change != nil {
		change(config)
	}
	client, err := remote.Initialize(key, config)
	require.NoError(t, err)
	return client
}

var user = &experiment.User{UserID: "user-1"}

func TestFetchReturnsVariants(t *testing.T) {
	s := serve(t, answer(200, `{
		"my-flag": {"key":"on","value":"on","payload":{"n":1},"metadata":{"segmentName":"All Other Users"},"new":0},
		"number":  {"key":"ten","value":10},
		"default": {"key":"off","metadata":{"default":true}},
		"draft":   {"key":"on","metadata":{"deployed":false}}}`))
	client := initialize(t, s, nil)
	on := experiment.Variants{
		"my-flag": {Key: "on", Value: "on", Payload: map[string]any{"n": 1.0}, Metadata: map[string]any{"segmentName": "All Other Users"}},
		"number":  {Key: "ten", Value: "10"},
	}
	got, err := client.Fetch(t.Context(), user)
	require.NoError(t, err)
	assert.Equal(t, on, got)

	on["default"] = experiment.Variant{Key: "off", Metadata: map[string]any{"default": true}}
	on["draft"] = experiment.Variant{Key: "on", Metadata: map[string]any{"deployed": false}}
	got, err = client.FetchWithOptions(t.Context(), user, remote.FetchOptions{IncludeDefaults: true})
	require.NoError(t, err)
	assert.Equal(t, on, got)
}

func TestFetchReturnsAnEmptyMapForNothing(t *testing.T) {
	for _, body := range []string{`{}`, `{"f":{"key":"off","metadata":{"default":true}}}`} {
		got, err := initialize(t, serve(t, answer(200, body)), nil).Fetch(t.Context(), user)
		require.NoError(t, err)
		assert.Equal(t, experiment.Variants{}, got)
	}
}

func TestFetchReturnsOnlyTheFlagsAskedFor(t *testing.T) {
	s := serve(t, answer(200, `{"child":{"key":"on"},"parent":{"key":"on"}}`))
	got, err := initialize(t, s, nil).FetchWithOptions(t.Context(), user, remote.FetchOptions{FlagKeys: []string{"child", "none"}})
	require.NoError(t, err)
	assert.Equal(t, experiment.Variants{"child": {Key: "on"}}, got)
}

func TestFetchSendsTheUserInTheHeader(t *testing.T) {
	s := serve(t, answer(200, `{}`))
	client := initialize(t, s, func(c *remote.Config) { c.ServerURL += "/base/" })
	_, err := client.Fetch(t.Context(), &experiment.User{UserID: "user>1?"})
	require.NoError(t, err)
	require.Len(t, s.seen(), 1)
	// The user is {"user_id":"user\u003e1?","library":"experiment-go-server/0.1.0"}
	assert.Equal(t, sent{Method: "GET", URI: "/base/sdk/v2/vardata?v=0", Header: http.Header{
		"Authorization":   {"Api-Key server-secret-key"},
		"X-Amp-Exp-User":  {"eyJ1c2VyX2lkIjoidXNlclx1MDAzZTE/IiwibGlicmFyeSI6ImV4cGVyaW1lbnQtZ28tc2VydmVyLzAuMS4wIn0="},
		"Accept-Encoding": {"gzip"},
		"User-Agent":      {"Go-http-client/1.1"},
	}}, s.seen()[0])
}

func TestFetchOptionsBecomeHeaders(t *testing.T) {
	const flagKeys, track, exposure = "X-Amp-Exp-Flag-Keys", "X-Amp-Exp-Track", "X-Amp-Exp-Exposure-Track"
	for _, tt := range []struct {
		name    string
		options remote.FetchOptions
		want    map[string][]string
	}{
		{"none", remote.FetchOptions{}, map[string][]string{}},
		{"no keys", remote.FetchOptions{FlagKeys: []string{}}, map[string][]string{}},
		{"keys", remote.FetchOptions{FlagKeys: []string{"a", "b>?"}}, // ["a","b\u003e?"]
			map[string][]string{flagKeys: {"WyJhIiwiYlx1MDAzZT8iXQ=="}}},
		{"assignment on", remote.FetchOptions{TrackAssignment: remote.TrackOn}, map[string][]string{track: {"track"}}},
		{"assignment off", remote.FetchOptions{TrackAssignment: remote.TrackOff}, map[string][]string{track: {"no-track"}}},
		{"exposure on", remote.FetchOptions{TrackExposure: remote.TrackOn}, map[string][]string{exposure: {"track"}}},
		{"exposure off", remote.FetchOptions{TrackExposure: remote.TrackOff}, map[string][]string{exposure: {"no-track"}}},
		{"all", remote.FetchOptions{FlagKeys: []string{"a"}, TrackAssignment: remote.TrackOff,
			TrackExposure: remote.TrackOn, IncludeDefaults: true},
			map[string][]string{flagKeys: {"WyJhIl0="}, track: {"no-track"}, exposure: {"track"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, answer(200, `{}`))
			_, err := initialize(t, s, nil).FetchWithOptions(t.Context(), user, tt.options)
			require.NoError(t, err)
			got := map[string][]string{}
			for _, name := range []string{flagKeys, track, exposure} {
				if values, ok := s.seen()[0].Header[name]; ok {
					got[name] = values
				}
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestFetchPostsAUserTooLargeForTheHeader(t *testing.T) {
	// 6000 bytes of JSON are 8000 of base64.
	const frame = len(`{"user_id":"","library":"l"}`)
	for _, tt := range []struct {
		bytes  int
		method string
	}{{5999, "GET"}, {6000, "GET"}, {6001, "POST"}, {100_000, "POST"}} {
		t.Run(strconv.Itoa(tt.bytes), func(t *testing.T) {
			s := serve(t, answer(503, ""), answer(200, `{"f":{"key":"on"}}`))
			id := strings.Repeat("x", tt.bytes-frame)
			got, err := initialize(t, s, nil).Fetch(t.Context(), &experiment.User{UserID: id, Library: "l"})
			require.NoError(t, err)
			assert.Equal(t, experiment.Variants{"f": {Key: "on"}}, got)
			userJSON := `{"user_id":"` + id + `","library":"l"}`
			require.Len(t, s.seen(), 2)
			for _, request := range s.seen() {
				assert.Equal(t, tt.method, request.Method)
				assert.Equal(t, "/sdk/v2/vardata?v=0", request.URI)
				assert.Equal(t, "Api-Key "+key, request.Header.Get("Authorization"))
				if tt.method == "GET" {
					assert.Equal(t, base64.StdEncoding.EncodeToString([]byte(userJSON)), request.Header.Get("X-Amp-Exp-User"))
					assert.Len(t, request.Header.Get("X-Amp-Exp-User"), 8000)
					assert.Empty(t, request.Body)
				} else {
					assert.Equal(t, userJSON, request.Body)
					assert.Equal(t, "application/json", request.Header.Get("Content-Type"))
					assert.NotContains(t, request.Header, "X-Amp-Exp-User")
				}
			}
		})
	}
}

func TestUserHasTheProtocolsNames(t *testing.T) {
	s := serve(t, answer(200, `{}`))
	_, err := initialize(t, s, nil).Fetch(t.Context(), &experiment.User{
		UserID: "u", DeviceID: "d", Country: "c", Region: "r", DMA: "dma", City: "city", Language: "l", Platform: "p",
		Version: "v", OS: "os", DeviceManufacturer: "dm", DeviceBrand: "db", DeviceModel: "dmo", Carrier: "ca",
		Library: "mine/1", IPAddress: "10.0.0.1",
		UserProperties:  map[string]any{"plan": "pro"},
		Groups:          map[string][]string{"org": {"acme"}},
		GroupProperties: map[string]map[string]map[string]any{"org": {"acme": {"size": 3}}},
		CohortIDs:       []string{"c1"},
		GroupCohortIDs:  map[string]map[string][]string{"org": {"acme": {"c2"}}},
	})
	require.NoError(t, err)
	got, err := base64.StdEncoding.DecodeString(s.seen()[0].Header.Get("X-Amp-Exp-User"))
	require.NoError(t, err)
	assert.Equal(t, `{"user_id":"u","device_id":"d","country":"c","region":"r","dma":"dma","city":"city","language":"l",`+
		`"platform":"p","version":"v","os":"os","device_manufacturer":"dm","device_brand":"db","device_model":"dmo",`+
		`"carrier":"ca","library":"mine/1","ip_address":"10.0.0.1","user_properties":{"plan":"pro"},`+
		`"groups":{"org":["acme"]},"group_properties":{"org":{"acme":{"size":3}}},"cohort_ids":["c1"],`+
		`"group_cohort_ids":{"org":{"acme":["c2"]}}}`, string(got))
}

func TestFetchRejectsBadArguments(t *testing.T) {
	s := serve(t, answer(200, `{}`))
	client := initialize(t, s, nil)
	var nilContext context.Context
	ctx := t.Context()
	for _, tt := range []struct {
		name    string
		client  *remote.Client
		ctx     context.Context
		user    *experiment.User
		options remote.FetchOptions
		want    string
	}{
		{"nil user", client, ctx, nil, remote.FetchOptions{}, "fetching variants: the user is nil; pass &experiment.User{} for an anonymous user"},
		{"nil context", client, nilContext, user, remote.FetchOptions{},
			"fetching variants: the context is nil; pass context.Background() for none"},
		{"nil client", nil, ctx, user, remote.FetchOptions{},
			"fetching variants: the client was not made by Initialize: was its error checked?"},
		{"zero client", &remote.Client{}, ctx, user, remote.FetchOptions{},
			"fetching variants: the client was not made by Initialize: was its error checked?"},
		{"user that JSON cannot hold", client, ctx, &experiment.User{UserProperties: map[string]any{"p": math.NaN()}},
			remote.FetchOptions{}, "fetching variants: encoding the user: json: unsupported value: NaN"},
		{"assignment", client, ctx, user, remote.FetchOptions{TrackAssignment: 7},
			"fetching variants: TrackAssignment is 7: use TrackOn, TrackOff or leave it unset"},
		{"exposure", client, ctx, user, remote.FetchOptions{TrackExposure: -1},
			"fetching variants: TrackExposure is -1: use TrackOn, TrackOff or leave it unset"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.client.FetchWithOptions(tt.ctx, tt.user, tt.options)
			assert.Nil(t, got)
			assert.EqualError(t, err, tt.want)
		})
	}
	assert.Empty(t, s.seen())
}

func TestFetchErrorsByStatus(t *testing.T) {
	const badUser = ": the service rejects the user; does it have a UserID or a DeviceID?"
	const badKey = ": the service does not know the deployment key; is it a server deployment's key, and is ServerZone right?"
	for _, tt := range []struct {
		status, attempts int
		want             string
	}{
		{204, 1, "status 204 No Content"},
		{304, 1, "status 304 Not Modified"},
		{400, 1, "status 400 Bad Request" + badUser},
		{401, 1, "status 401 Unauthorized" + badKey},
		{403, 1, "status 403 Forbidden" + badKey},
		{404, 1, "status 404 Not Found: is the path in ServerURL right?"},
		{408, 1, "status 408 Request Timeout"},
		{413, 1, "status 413 Request Entity Too Large: the user, or the list of flag keys, is larger than the service accepts"},
		{431, 1, "status 431 Request Header Fields Too Large: the user, or the list of flag keys, is larger than the service accepts"},
		{499, 1, "status 499"},
		{429, 9, "gave up after 9 attempts: status 429 Too Many Requests"},
		{500, 9, "gave up after 9 attempts: status 500 Internal Server Error"},
		{501, 9, "gave up after 9 attempts: status 501 Not Implemented"},
		{503, 9, "gave up after 9 attempts: status 503 Service Unavailable"},
		{599, 9, "gave up after 9 attempts: status 599"},
	} {
		t.Run(strconv.Itoa(tt.status), func(t *testing.T) {
			s := serve(t, answer(tt.status, ""))
			got, err := initialize(t, s, nil).Fetch(t.Context(), user)
			assert.Nil(t, got)
			var fetchErr *remote.FetchError
			require.ErrorAs(t, err, &fetchErr)
			assert.Equal(t, tt.status, fetchErr.StatusCode)
			assert.EqualError(t, err, "fetching variants: "+tt.want)
			assert.Len(t, s.seen(), tt.attempts)
		})
	}
}

func TestFetchErrorSaysHowLongToWait(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	_, err := initialize(t, s, nil).Fetch(t.Context(), user)
	var fetchErr *remote.FetchError
	require.ErrorAs(t, err, &fetchErr)
	assert.Equal(t, time.Hour, fetchErr.RetryAfter)
	assert.EqualError(t, err, "fetching variants: status 429 Too Many Requests, retry after 1h0m0s")
	assert.EqualError(t, errors.Unwrap(fetchErr), "status 429 Too Many Requests, retry after 1h0m0s")
	assert.Len(t, s.seen(), 1)
}

func TestFetchRetriesAsOftenAsConfigured(t *testing.T) {
	for _, tt := range []struct{ retries, attempts int }{
		{0, 9}, {1, 2}, {3, 4}, {remote.NoRetries, 1}} {
		t.Run(strconv.Itoa(tt.retries), func(t *testing.T) {
			s := serve(t, answer(500, ""))
			client := initialize(t, s, func(c *remote.Config) { c.FetchRetries = tt.retries })
			_, err := client.Fetch(t.Context(), user)
			require.Error(t, err)
			assert.Len(t, s.seen(), tt.attempts)
		})
	}
}

func TestFetchTimeoutsAreForAttempts(t *testing.T) {
	hang := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	t.Run("first", func(t *testing.T) {
		s := serve(t, hang, answer(200, `{"f":{"key":"on"}}`))
		client := initialize(t, s, func(c *remote.Config) {
			c.FetchTimeout, c.FetchRetryTimeout = 50*time.Millisecond, remote.NoTimeout
		})
		got, err := client.Fetch(t.Context(), user)
		require.NoError(t, err)
		assert.Equal(t, experiment.Variants{"f": {Key: "on"}}, got)
	})
	t.Run("retries", func(t *testing.T) {
		s := serve(t, answer(500, ""), hang, hang)
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

func TestFetchEndsWithTheContext(t *testing.T) {
	t.Run("before it starts", func(t *testing.T) {
		s := serve(t, answer(200, `{}`))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := initialize(t, s, nil).Fetch(ctx, user)
		require.ErrorIs(t, err, context.Canceled)
		require.EqualError(t, err, "fetching variants: context canceled")
		assert.Empty(t, s.seen())
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
				<-r.Context().Done()
			})
			_, err := initialize(t, s, nil).Fetch(ctx, user)
			require.ErrorIs(t, err, context.Canceled)
			assert.Len(t, s.seen(), 1)
		})
	}
	t.Run("in backoff", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		s := serve(t, answer(503, ""))
		client := initialize(t, s, func(c *remote.Config) {
			c.FetchRetryBackoffMin, c.FetchRetryBackoffMax = time.Hour, time.Hour
			c.Logger = slog.New(slog.NewTextHandler(writer(func([]byte) { cancel() }), &slog.HandlerOptions{Level: slog.LevelDebug}))
		})
		_, err := client.Fetch(ctx, user)
		require.ErrorIs(t, err, context.Canceled)
		require.EqualError(t, err, "fetching variants: context canceled after 1 attempt, "+
			"the last of which failed: status 503 Service Unavailable")
		var fetchErr *remote.FetchError
		assert.False(t, errors.As(err, &fetchErr), "the reason is the context")
	})
	t.Run("by deadline", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		s := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		_, err := initialize(t, s, nil).Fetch(ctx, user)
		require.EqualError(t, err, "fetching variants: context deadline exceeded")
	})
}

func TestFetchDoesNotRetryAnAnswerThatIsNoJSON(t *testing.T) {
	s := serve(t, answer(200, `<html>`))
	_, err := initialize(t, s, nil).Fetch(t.Context(), user)
	require.EqualError(t, err, "fetching variants: decoding the response: it is not JSON: "+
		"invalid character '<' looking for beginning of value at byte 1")
	assert.Len(t, s.seen(), 1)
}

func TestFetchRetriesABodyCutOff(t *testing.T) {
	cut := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, `{"f":`)
	}
	s := serve(t, cut, answer(200, `{"f":{"key":"on"}}`))
	got, err := initialize(t, s, nil).Fetch(t.Context(), user)
	require.NoError(t, err)
	assert.Equal(t, experiment.Variants{"f": {Key: "on"}}, got)

	s = serve(t, cut)
	_, err = initialize(t, s, nil).Fetch(t.Context(), user)
	require.EqualError(t, err, "fetching variants: gave up after 9 attempts: reading the body: unexpected EOF")
}

func TestFetchRefusesAnAnswerAboveTheLimit(t *testing.T) {
	block := bytes.Repeat([]byte(" "), 1<<20)
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		for range 33 {
			if _, err := w.Write(block); err != nil {
				return // the client has read enough
			}
		}
	})
	_, err := initialize(t, s, nil).Fetch(t.Context(), user)
	require.EqualError(t, err, "fetching variants: the body is larger than the limit of 33554432 bytes")
	assert.Len(t, s.seen(), 1)
}

func TestFetchWarnsOfAMalformedVariantAndReturnsTheOthers(t *testing.T) {
	var logs bytes.Buffer
	s := serve(t, answer(200, `{"bad":{"key":7},"good":{"key":"on"}}`))
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

func TestNeitherLogsNorErrorsHaveTheKeyOrTheUser(t *testing.T) {
	const id = "jane@example.com"
	echo := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, "<no> "+r.Header.Get("Authorization")+id)
		}
	}
	elsewhere := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "http://other.example/?key="+key+"&user="+id)
		w.WriteHeader(http.StatusFound)
	}
	cut := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, key+id)
	}
	for name, handler := range map[string]http.HandlerFunc{
		"400": echo(400), "401": echo(401), "429": echo(429), "500": echo(500), "no JSON": echo(200),
		"redirect": elsewhere, "cut": cut, "timeout": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
	} {
		t.Run(name, func(t *testing.T) {
			var logs bytes.Buffer
			s := serve(t, handler)
			client := initialize(t, s, func(c *remote.Config) {
				c.FetchRetries, c.FetchTimeout, c.FetchRetryTimeout = 1, 50*time.Millisecond, 50*time.Millisecond
				c.Logger = slog.New(slog.NewTextHandler(&logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
			})
			_, err := client.Fetch(t.Context(), &experiment.User{UserID: id})
			require.Error(t, err)
			for _, text := range []string{err.Error(), logs.String()} {
				assert.NotContains(t, text, key)
				assert.NotContains(t, text, id)
				assert.NotContains(t, text, base64.StdEncoding.EncodeToString([]byte(id))[:12])
			}
		})
	}
}

func TestASharedUserIsNeverWrittenTo(t *testing.T) {
	original := func() *experiment.User {
		return &experiment.User{
			UserID:          "u",
			UserProperties:  map[string]any{"plan": "pro", "list": []any{"a", 1.0, map[string]any{"b": true}}},
			Groups:          map[string][]string{"org": {"acme"}},
			GroupProperties: map[string]map[string]map[string]any{"org": {"acme": {"size": 3}}},
			CohortIDs:       []string{"c1"},
			GroupCohortIDs:  map[string]map[string][]string{"org": {"acme": {"c2"}}},
		}
	}
	s := serve(t, answer(200, `{"f":{"key":"on"}}`))
	client := initialize(t, s, nil)
	shared := original()
	var all sync.WaitGroup
	for range 16 {
		all.Add(1)
		go func() {
			defer all.Done()
			for range 10 {
				got, err := client.FetchWithOptions(t.Context(), shared, remote.FetchOptions{FlagKeys: []string{"f"}})
				assert.NoError(t, err)
				assert.Equal(t, experiment.Variants{"f": {Key: "on"}}, got)
			}
		}()
	}
	all.Wait()
	assert.Equal(t, original(), shared)
}

// writer is an io.Writer that calls itself.
type writer func([]byte)

func (w writer) Write(p []byte) (int, error) {
	w(p)
	return len(p), nil
}
