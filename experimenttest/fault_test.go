package experimenttest_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experimenttest"
)

func TestFail_AppliesFaultsInOrder(t *testing.T) {
	server := start(t, nil)
	require.NoError(t, server.Fail(experimenttest.EndpointFlags,
		experimenttest.Fault{Status: 500},
		experimenttest.Fault{},
		experimenttest.Fault{Status: 429, Times: 2},
	))
	require.NoError(t, server.Fail(experimenttest.EndpointFlags, experimenttest.Fault{Status: 503, Times: 1}))
	var statuses []int
	for range 7 {
		statuses = append(statuses, send(t, server, "GET", "/sdk/v2/flags", nil, "").status)
	}
	assert.Equal(t, []int{500, 200, 429, 429, 503, 200, 200}, statuses)
}

func TestFail_LastsUntilCleared(t *testing.T) {
	server := start(t, nil)
	require.NoError(t, server.Fail(experimenttest.EndpointFlags,
		experimenttest.Fault{Status: 502, Times: experimenttest.UntilCleared}))
	require.NoError(t, server.Fail(experimenttest.EndpointFlags, experimenttest.Fault{Status: 500}))
	for range 3 {
		assert.Equal(t, 502, send(t, server, "GET", "/sdk/v2/flags", nil, "").status)
	}
	server.ClearFaults()
	assert.Equal(t, 200, send(t, server, "GET", "/sdk/v2/flags", nil, "").status)
}

func TestFail_AffectsOnlyItsEndpoint(t *testing.T) {
	server := start(t, nil)
	require.NoError(t, server.SetVariants(nil))
	require.NoError(t, server.Fail(experimenttest.EndpointVardata, experimenttest.Fault{Status: 500}))
	assert.Equal(t, 200, send(t, server, "GET", "/sdk/v2/flags", nil, "").status)
	assert.Equal(t, 500, send(t, server, "GET", "/sdk/v2/vardata", nil, "").status)
}

func TestFault_ReplacesTheResponse(t *testing.T) {
	wrongKey := http.Header{"Authorization": {"Api-Key other"}}
	const plain = "text/plain; charset=utf-8"
	html := http.Header{"Content-Type": {"text/html"}}
	for _, tt := range []struct {
		name        string
		fault       experimenttest.Fault
		header      http.Header
		status      int
		contentType string
		body        string
	}{
		{"status alone", experimenttest.Fault{Status: 500}, nil, 500, "", ""},
		{"status before the keys are checked", experimenttest.Fault{Status: 500}, wrongKey, 500, "", ""},
		{"status and body", experimenttest.Fault{Status: 404, Body: []byte("gone")}, nil, 404, plain, "gone"},
		{"body alone", experimenttest.Fault{Body: []byte(`[{"key`)}, nil, 200, plain, `[{"key`},
		{"empty body", experimenttest.Fault{Body: []byte{}}, nil, 200, "", ""},
		{"header alone", experimenttest.Fault{Header: http.Header{"content-type": {"text/html"}}}, nil,
			200, "text/html", "[]"},
		{"header and status", experimenttest.Fault{Status: 503, Header: html}, nil, 503, "text/html", ""},
		{"status without a body", experimenttest.Fault{Status: 204, Body: []byte("no")}, nil, 204, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := start(t, nil)
			require.NoError(t, server.Fail(experimenttest.EndpointFlags, tt.fault))
			got := send(t, server, "GET", "/sdk/v2/flags", tt.header, "")
			assert.Equal(t, tt.status, got.status)
			assert.Equal(t, tt.contentType, got.header.Get("Content-Type"))
			assert.Equal(t, tt.body, got.body)
			assert.Equal(t, tt.status, server.Requests()[0].Status)
		})
	}
}

func TestFault_CutsTheBody(t *testing.T) {
	for _, tt := range []struct {
		name     string
		fault    experimenttest.Fault
		body     string
		complete bool
	}{
		{"in the middle of the fault's body", experimenttest.Fault{Body: []byte("0123456789"), CutAfter: 4},
			"0123", false},
		{"in the middle of the endpoint's body", experimenttest.Fault{CutAfter: 1}, "[", false},
		{"after the header", experimenttest.Fault{CutAfter: -1}, "", false},
		{"after the whole body", experimenttest.Fault{CutAfter: 2}, "[]", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := start(t, nil)
			require.NoError(t, server.Fail(experimenttest.EndpointFlags, tt.fault))
			got, err := do(t, server, "GET", "/sdk/v2/flags", nil, "")
			assert.Equal(t, 200, got.status)
			assert.Equal(t, tt.body, got.body)
			if tt.complete {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, io.ErrUnexpectedEOF)
			}
		})
	}
}

func TestFault_DropsTheRequest(t *testing.T) {
	server := start(t, nil)
	require.NoError(t, server.Fail(experimenttest.EndpointVardata, experimenttest.Fault{Drop: true, Status: 500}))
	// The request is a POST: net/http repeats a GET whose connection ended.
	_, err := do(t, server, "POST", "/sdk/v2/vardata", nil, "{}")
	require.ErrorIs(t, err, io.EOF)
	assert.Equal(t, 0, server.Requests()[0].Status)
}

func TestFault_WaitsUntilTheChannelCloses(t *testing.T) {
	server := start(t, nil)
	release := make(chan struct{})
	require.NoError(t, server.Fail(experimenttest.EndpointFlags,
		experimenttest.Fault{Wait: release, Delay: time.Millisecond}))
	responses := make(chan response, 1)
	go func() {
		got, err := do(t, server, "GET", "/sdk/v2/flags", nil, "")
		assert.NoError(t, err)
		responses <- got
	}()
	require.NoError(t, server.AwaitRequests(t.Context(), experimenttest.EndpointFlags, 1))
	assert.Equal(t, 0, server.Requests()[0].Status, "there is no response yet")
	// Other requests are not held up.
	assert.Equal(t, 200, send(t, server, "GET", "/sdk/v2/flags", nil, "").status)
	close(release)
	assert.Equal(t, 200, (<-responses).status)
}

// A handler that outlives its client would keep the test from ending: each
// fault lasts an hour or more, and Close waits.
func TestFault_DelayEndsWhenTheClientGoesAway(t *testing.T) {
	for name, fault := range map[string]experimenttest.Fault{
		"delay": {Delay: time.Hour},
		"wait":  {Wait: make(chan struct{})},
	} {
		t.Run(name, func(t *testing.T) {
			server := start(t, nil)
			ended := make(chan struct{})
			// The Server is a handler here, so that the test sees the request
			// end while the Server keeps running.
			outer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				defer close(ended)
				server.ServeHTTP(w, r)
			}))
			defer outer.Close()
			require.NoError(t, server.Fail(experimenttest.EndpointVardata, fault))

			ctx, cancel := context.WithCancel(t.Context())
			request, err := http.NewRequestWithContext(ctx, "POST", outer.URL+"/sdk/v2/vardata", http.NoBody)
			require.NoError(t, err)
			failed := make(chan error, 1)
			go func() {
				got, err := http.DefaultClient.Do(request)
				if err == nil {
					_ = got.Body.Close()
				}
				failed <- err
			}()
			require.NoError(t, server.AwaitRequests(t.Context(), experimenttest.EndpointVardata, 1))
			cancel()
			require.ErrorIs(t, <-failed, context.Canceled)
			<-ended
		})
	}
}

func TestFault_DelayEndsWhenTheServerCloses(t *testing.T) {
	server := start(t, nil)
	require.NoError(t, server.Fail(experimenttest.EndpointFlags, experimenttest.Fault{Delay: time.Hour}))
	failed := make(chan error, 1)
	go func() {
		_, err := do(t, server, "GET", "/sdk/v2/flags", nil, "")
		failed <- err
	}()
	require.NoError(t, server.AwaitRequests(t.Context(), experimenttest.EndpointFlags, 1))
	server.Close()
	require.Error(t, <-failed)
}

func TestFail_RejectsValuesOutOfRange(t *testing.T) {
	server := start(t, nil)
	for _, tt := range []struct {
		endpoint experimenttest.Endpoint
		fault    experimenttest.Fault
		want     string
	}{
		{"other", experimenttest.Fault{}, `queueing faults: unknown endpoint "other"`},
		{experimenttest.EndpointFlags, experimenttest.Fault{Status: 100},
			"queueing faults: fault 1: status 100 is not from 200 to 599"},
		{experimenttest.EndpointFlags, experimenttest.Fault{Status: 600},
			"queueing faults: fault 1: status 600 is not from 200 to 599"},
		{experimenttest.EndpointFlags, experimenttest.Fault{Times: -2},
			"queueing faults: fault 1: times is -2; only UntilCleared (-1) may be negative"},
		{experimenttest.EndpointFlags, experimenttest.Fault{Ending: 9},
			"queueing faults: fault 1: there is no ending 9"},
		{experimenttest.EndpointFlags, experimenttest.Fault{Drop: true, Ending: experimenttest.EndCleanly},
			"queueing faults: fault 1: a dropped request has no body that could end cleanly; use another ending"},
		{experimenttest.EndpointCohort, experimenttest.CutStream(1),
			`queueing faults: fault 1: only the endpoint "stream" has events to cut; use CutAfter`},
		{experimenttest.EndpointFlags, experimenttest.Fault{DripBytes: 1},
			"queueing faults: fault 1: it drips 1 bytes every 0s; set neither, or both above 0"},
	} {
		require.EqualError(t, server.Fail(tt.endpoint, experimenttest.Fault{Status: 500}, tt.fault), tt.want)
	}
	assert.Equal(t, 200, send(t, server, "GET", "/sdk/v2/flags", nil, "").status, "nothing was queued")
}
