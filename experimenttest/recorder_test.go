package experimenttest_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experimenttest"
)

func TestRequests_AreDecodedWithoutKeys(t *testing.T) {
	server := start(t, nil)
	require.NoError(t, server.SetVariants(nil))
	send(t, server, "GET", "/sdk/v2/flags?v=0", http.Header{
		"X-Amp-Exp-Library": {"experiment-go-server/1.2.3"},
		"If-None-Match":     {`"a"`, `"b"`},
	}, "")
	send(t, server, "GET", "/sdk/v2/vardata?v=0", http.Header{
		"Authorization":            {"Api-Key other"},
		"X-Amp-Exp-User":           {"eyJ1c2VyX2lkIjoiw78_In0"}, // {"user_id":"ÿ?"}
		"X-Amp-Exp-Flag-Keys":      {"WyJhIiwiYiJd"},            // ["a","b"]
		"X-Amp-Exp-Track":          {"no-track"},
		"X-Amp-Exp-Exposure-Track": {"track"},
	}, "")
	send(t, server, "POST", "/sdk/v2/vardata", http.Header{"Authorization": {"Api-Key other"}}, `{"user_id":"u"}`)
	send(t, server, "GET", "/sdk/v1/cohort/a%2Fb?maxCohortSize=5", basicAuth("fake-api-key", "fake-secret-key"), "")
	send(t, server, "DELETE", "/elsewhere", nil, "")

	assert.Equal(t, []experimenttest.Request{
		{Endpoint: experimenttest.EndpointFlags, Method: "GET", Path: "/sdk/v2/flags",
			Query: map[string][]string{"v": {"0"}}, Authorized: true,
			Library: "experiment-go-server/1.2.3", IfNoneMatch: `"a", "b"`, Status: 200},
		{Endpoint: experimenttest.EndpointVardata, Method: "GET", Path: "/sdk/v2/vardata",
			Query: map[string][]string{"v": {"0"}}, Track: "no-track", ExposureTrack: "track",
			FlagKeys: []string{"a", "b"}, User: []byte(`{"user_id":"ÿ?"}`), Status: 401},
		{Endpoint: experimenttest.EndpointVardata, Method: "POST", Path: "/sdk/v2/vardata",
			Query: map[string][]string{}, User: []byte(`{"user_id":"u"}`), Status: 401},
		{Endpoint: experimenttest.EndpointCohort, Method: "GET", Path: "/sdk/v1/cohort/a/b",
			Query: map[string][]string{"maxCohortSize": {"5"}}, Authorized: true, Status: 404},
		{Method: "DELETE", Path: "/elsewhere", Query: map[string][]string{}, Authorized: true, Status: 404},
	}, server.Requests())
}

func TestRequests_KeepsTheLatest(t *testing.T) {
	server := start(t, nil)
	for range 11_001 {
		server.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/elsewhere", nil))
	}
	server.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/latest", nil))
	requests := server.Requests()
	require.Len(t, requests, 10_002)
	assert.Equal(t, "/elsewhere", requests[0].Path)
	assert.Equal(t, "/latest", requests[10_001].Path)
	assert.Equal(t, 404, requests[10_001].Status)
	require.NoError(t, server.AwaitRequests(t.Context(), "", 11_002))
}

func TestAwaitRequests_EndsEarly(t *testing.T) {
	server := start(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := server.AwaitRequests(ctx, experimenttest.EndpointFlags, 1)
	require.ErrorIs(t, err, context.Canceled)
	require.EqualError(t, err, "awaiting 1 requests to flags, of which 0 arrived: context canceled")

	server.Close()
	err = server.AwaitRequests(t.Context(), experimenttest.EndpointFlags, 1)
	require.EqualError(t, err, "awaiting 1 requests to flags, of which 0 arrived: the server was closed")
}
