package experimenttest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experimenttest"
)

func TestServeHTTP_AnswersPreflights(t *testing.T) {
	server := start(t, nil)
	require.NoError(t, server.Fail(experimenttest.EndpointVardata, experimenttest.Fault{Status: 500}))
	for _, path := range []string{"/sdk/v2/vardata?v=0", "/sdk/v2/flags", "/sdk/v1/cohort/c"} {
		// A browser sends no key with a preflight.
		got := send(t, server, "OPTIONS", path, http.Header{
			"Authorization":                  nil,
			"Origin":                         {"https://shop.example"},
			"Access-Control-Request-Method":  {"GET"},
			"Access-Control-Request-Headers": {"authorization,x-amp-exp-user"},
		}, "")
		assert.Equal(t, 204, got.status, path)
		assert.Equal(t, "*", got.header.Get("Access-Control-Allow-Origin"), path)
		assert.Equal(t, "GET, POST", got.header.Get("Access-Control-Allow-Methods"), path)
		allowed := strings.Split(strings.ToLower(got.header.Get("Access-Control-Allow-Headers")), ", ")
		assert.Subset(t, allowed, []string{"authorization", "content-type", "x-amp-exp-user", "x-amp-exp-flag-keys",
			"x-amp-exp-track", "x-amp-exp-exposure-track", "x-amp-exp-library"}, path)
	}
	assert.Empty(t, server.Requests(), "preflights are not recorded")
	assert.Equal(t, 500, send(t, server, "GET", "/sdk/v2/vardata", nil, "").status, "the fault is for the request")
}

func TestServeHTTP_LetsEveryOriginReadResponses(t *testing.T) {
	server := start(t, nil)
	require.NoError(t, server.SetCohort(experimenttest.Cohort{ID: "c"}))
	require.NoError(t, server.Fail(experimenttest.EndpointVardata,
		experimenttest.Fault{Status: 503},
		experimenttest.Fault{Header: http.Header{"Access-Control-Allow-Origin": {"https://other.example"}}},
	))
	for _, tt := range []struct {
		name, path string
		status     int
		want       string
	}{
		{"flags", "/sdk/v2/flags", 200, "*"},
		{"a cohort without the keys", "/sdk/v1/cohort/c", 401, "*"},
		{"an unknown path", "/elsewhere", 404, "*"},
		{"a fault", "/sdk/v2/vardata", 503, "*"},
		{"a fault that replaces the header", "/sdk/v2/vardata", 400, "https://other.example"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := send(t, server, "GET", tt.path, nil, "")
			assert.Equal(t, tt.status, got.status)
			assert.Equal(t, []string{tt.want}, got.header.Values("Access-Control-Allow-Origin"))
		})
	}
}
