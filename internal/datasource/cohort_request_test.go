package datasource_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/cohort"
	"github.com/amplitude/experiment-go-server/internal/datasource"
	"github.com/amplitude/experiment-go-server/internal/testlog"
	"github.com/amplitude/experiment-go-server/internal/testservice"
)

const soon = time.Millisecond // an Interval, for tests that wait for the next download

func TestCohortFeed_SendsWhatTheServiceExpects(t *testing.T) {
	c := newCohortTest(t)
	c.want("c1")
	r := c.service.Next(t)
	assert.Equal(t, http.MethodGet, r.Method)
	assert.Equal(t, "/prefix/sdk/v1/cohort/c1?maxCohortSize=2147483647", r.RequestURI)
	assert.Equal(t, []string{basicAuth}, r.Header["Authorization"])
	assert.Equal(t, []string{"experiment-go-server/" + experiment.Version}, r.Header["X-Amp-Exp-Library"])
	assert.Equal(t, "gzip", r.Header.Get("Accept-Encoding"))
}

func TestCohortFeed_SendsTheMaxSize(t *testing.T) {
	c := newCohortTest(t, func(s *cohortSettings) { s.MaxSize = 1 })
	c.want("c1")
	r := c.service.Next(t)
	assert.Equal(t, "maxCohortSize=1", r.URL.RawQuery)
	r.Respond(cohortBody("c1", 5))
	assert.EqualError(t, c.event(t).Err, `downloading cohort "c1": the cohort has more than 1 members`)
}

func TestCohortFeed_EscapesTheID(t *testing.T) {
	c := newCohortTest(t)
	for id, path := range map[string]string{
		"a b":          "a%20b",
		"a/b":          "a%2Fb",
		"a//b/":        "a%2F%2Fb%2F",
		"/":            "%2F",
		".":            "%2E",
		"..":           "%2E%2E",
		"...":          "...",
		"../v2/flags":  "..%2Fv2%2Fflags",
		"a/../b":       "a%2F..%2Fb",
		`..\b`:         "..%5Cb",
		"%":            "%25",
		"%2F":          "%252F",
		"%2e%2e":       "%252e%252e",
		"a?b=c&d#e":    "a%3Fb=c&d%23e",
		"a+b;c,d:e@f!": "a+b%3Bc%2Cd:e@f%21",
		"日本":           "%E6%97%A5%E6%9C%AC",
		"\xff\x00\n":   "%FF%00%0A",

		strings.Repeat("x", 1024): strings.Repeat("x", 1024),
	} {
		c.want(id)
		r := c.service.Next(t)
		sent, _, _ := strings.Cut(r.RequestURI, "?")
		sent, _ = strings.CutPrefix(sent, "/prefix/sdk/v1/cohort/")
		decoded, err := url.PathUnescape(sent)
		require.NoError(t, err)
		assert.Equal(t, id, decoded)
		assert.Equal(t, path, sent)
		assert.Equal(t, "maxCohortSize=2147483647", r.URL.RawQuery)
		r.Respond(cohortBody("", 5))
		event := c.event(t)
		require.NoError(t, event.Err)
		assert.Equal(t, id, event.ID)
		assert.Equal(t, id, event.Cohort.ID, "the body has no ID")
	}
}

func TestCohortFeed_RequestsNothingForAnIDThatNoPathNames(t *testing.T) {
	c := newCohortTest(t)
	for id, want := range map[string]string{
		"":                        "downloading a cohort: its ID is empty: does a flag target a cohort without an ID?",
		strings.Repeat("x", 1025): "downloading a cohort: its ID is longer than 1024 bytes",
	} {
		c.want(id)
		event := c.event(t)
		assert.Equal(t, id, event.ID)
		assert.EqualError(t, event.Err, want)
	}
	c.service.RequireNoRequest(t)
}

func TestCohortFeed_ReportsAFailureAndDownloadsAgain(t *testing.T) {
	const hosts = "is ServerZone right?"
	for _, tt := range []struct {
		name     string
		response http.HandlerFunc
		want     string
	}{
		{"202", testservice.Status(202), "status 202 Accepted: the service is still computing the cohort"},
		{"204 unasked", testservice.Status(204), "status 204 No Content"},
		{"206", testservice.Status(206), "status 206 Partial Content"},
		{"304", testservice.Status(304), "status 304 Not Modified"},
		{"400", testservice.Status(400), "status 400 Bad Request"},
		{"401", testservice.Status(401), hosts},
		{"403", testservice.Status(403), hosts},
		{"404", testservice.Status(404), "or not yet"},
		{"413", testservice.Status(413), "the cohort has more members than CohortSync.MaxCohortSize"},
		{"429", testservice.Status(429), "status 429 Too Many Requests"},
		{"500", testservice.Status(500), "status 500 Internal Server Error"},
		{"503", testservice.Status(503), "status 503 Service Unavailable"},
		{"empty", testservice.Body(""), "EOF"},
		{"not JSON", testservice.Body("<html>"), "invalid character '<'"},
		{"truncated", testservice.Truncated, "reading the body: unexpected EOF"},
		{"another cohort", cohortBody("c2", 5), `the service sent cohort "c2" instead`},
		{"an endless body", testservice.Body(strings.Repeat(" ", 2<<20)),
			"the body is larger than the limit of 1050624 bytes"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newCohortTest(t, func(s *cohortSettings) { s.Interval, s.MaxSize = soon, 2 })
			c.want("c1")
			for range 3 {
				c.respond(t, tt.response)
				event := c.event(t)
				assert.Equal(t, "c1", event.ID)
				assert.Nil(t, event.Cohort)
				require.ErrorContains(t, event.Err, `downloading cohort "c1": `)
				assert.ErrorContains(t, event.Err, tt.want)
			}
			r := c.service.Next(t)
			assert.Equal(t, "maxCohortSize=2", r.URL.RawQuery, "there is no copy whose lastModified to send")
			r.Respond(testservice.Body(`{"cohortId":"c1","lastModified":5}`))
			want := datasource.CohortEvent{ID: "c1", Cohort: &cohort.Cohort{ID: "c1", LastModified: 5}}
			assert.Equal(t, want, c.event(t))
		})
	}
}

func TestCohortFeed_SendsTheLastModifiedOfTheCopy(t *testing.T) {
	c := newCohortTest(t, func(s *cohortSettings) { s.Interval = soon })
	next := func(wantQuery string, response http.HandlerFunc) datasource.CohortEvent {
		t.Helper()
		r := c.service.Next(t)
		assert.Equal(t, "maxCohortSize=2147483647"+wantQuery, r.URL.RawQuery)
		r.Respond(response)
		return c.event(t)
	}
	unchanged := datasource.CohortEvent{ID: "c1"}
	c.Want([]datasource.Wanted{{ID: "c1", LastModified: 5}}, cohort.Key{})
	assert.Equal(t, unchanged, next("&lastModified=5", testservice.Status(204)))
	require.Error(t, next("&lastModified=5", testservice.Status(404)).Err)
	assert.Equal(t, int64(7), next("&lastModified=5", cohortBody("c1", 7)).Cohort.LastModified)
	require.Error(t, next("&lastModified=7", cohortBody("c2", 8)).Err)
	assert.Equal(t, unchanged, next("&lastModified=7", testservice.Status(204)))
	assert.Zero(t, next("&lastModified=7", cohortBody("c1", 0)).Cohort.LastModified)
	assert.NotNil(t, next("", cohortBody("c1", 9)).Cohort)
}

func TestCohortFeed_RetriesWithinADownload(t *testing.T) {
	c := newCohortTest(t, func(s *cohortSettings) { s.retries = 3 })
	c.want("c1")
	c.respond(t, testservice.Truncated)
	c.respond(t, testservice.Status(500))
	c.respond(t, testservice.Status(429))
	c.respond(t, cohortBody("c1", 5))
	assert.NoError(t, c.event(t).Err, "one event for all attempts")
}

func TestCohortFeed_EndsADownloadThatStalls(t *testing.T) {
	c := newCohortTest(t, func(s *cohortSettings) { s.stall = 20 * time.Millisecond })
	c.want("c1")
	c.respond(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `{"cohortId":`)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	require.EqualError(t, c.event(t).Err,
		`downloading cohort "c1": reading the body: the response brought less than 1 KiB/s for 20ms`)
}

func TestCohortFeed_ReadsGzipThatWasNotAskedFor(t *testing.T) {
	transport := &http.Transport{DisableCompression: true}
	t.Cleanup(transport.CloseIdleConnections)
	c := newCohortTest(t, func(s *cohortSettings) { s.HTTPClient = &http.Client{Transport: transport} })
	c.want("c1")
	c.respond(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		zip := gzip.NewWriter(w)
		_, _ = io.WriteString(zip, `{"cohortId":"c1","lastModified":5}`)
		_ = zip.Close()
	})
	event := c.event(t)
	require.NoError(t, event.Err)
	assert.Equal(t, int64(5), event.Cohort.LastModified)
}

func TestCohortFeed_KeepsTheKeysOutOfErrorsAndLogs(t *testing.T) {
	logger, log := testlog.New()
	c := newCohortTest(t, func(s *cohortSettings) { s.Logger, s.retries, s.Interval = logger, 1, soon })
	c.want("the-cohort")
	c.respond(t, testservice.Status(503))
	c.respond(t, testservice.Status(401))
	err := c.event(t).Err
	require.Error(t, err)
	c.respond(t, cohortBody("the-cohort", 5))
	require.NoError(t, c.event(t).Err)
	c.stop()
	assert.Equal(t, 3, strings.Count(log.String(), `"level":"DEBUG"`))
	assert.Equal(t, 3, strings.Count(log.String(), "\n"), "there are only debug records")
	assert.Contains(t, log.String(), "the-cohort")
	for _, secret := range []string{apiKey, secretKey, "secret:key", strings.TrimPrefix(basicAuth, "Basic ")} {
		assert.NotContains(t, log.String()+err.Error(), secret)
	}
}
