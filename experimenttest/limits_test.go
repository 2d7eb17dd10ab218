package experimenttest_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experimenttest"
)

// userOfSize returns the JSON of a user with n bytes.
func userOfSize(n int) string {
	const start, end = `{"user_id":"`, `"}`
	return start + strings.Repeat("u", n-len(start)-len(end)) + end
}

// post sends a user to a Server with the given Authorization, without a
// connection.
func post(server *experimenttest.Server, authorization, path, user string) {
	request := httptest.NewRequest("POST", path, strings.NewReader(user))
	request.Header.Set("Authorization", authorization)
	server.ServeHTTP(httptest.NewRecorder(), request)
}

func TestRequests_ShortensTheOldest(t *testing.T) {
	server := start(t, nil)
	authorization := "Api-Key " + server.DeploymentKey
	for range 5 {
		post(server, authorization, "/sdk/v2/vardata?v=0", userOfSize(4<<20))
	}
	post(server, authorization, "/sdk/v2/vardata?v=0", `{"user_id":"last"}`)

	requests := server.Requests()
	require.Len(t, requests, 6)
	var kept int
	for i, request := range requests {
		kept += len(request.User)
		assert.Equal(t, request.Shortened, request.User == nil, i)
		assert.Equal(t, request.Shortened, request.Query == nil, i)
		if i > 0 && request.Shortened {
			assert.True(t, requests[i-1].Shortened, "older ones are shortened first")
		}
	}
	assert.Equal(t, experimenttest.Request{
		Endpoint: experimenttest.EndpointVardata, Method: "POST", Path: "/sdk/v2/vardata", Authorized: true,
		Shortened: true, Status: requests[0].Status,
	}, requests[0])
	assert.NotZero(t, requests[0].Status)
	assert.LessOrEqual(t, kept, 16<<20)
	assert.False(t, requests[4].Shortened)
	assert.JSONEq(t, `{"user_id":"last"}`, string(requests[5].User))
}

func TestRequests_ShortensUnauthorized(t *testing.T) {
	server := start(t, nil)
	long := "/" + strings.Repeat("p", 5000)
	post(server, "Api-Key other", "/sdk/v2/vardata", userOfSize(3000))
	post(server, "Api-Key other", "/sdk/v2/vardata", userOfSize(5000))
	post(server, "Api-Key other", "/sdk/v2/vardata", userOfSize(4<<20))
	post(server, "Api-Key other", "/sdk/v2/vardata?"+strings.Repeat("a&", 500), `{}`)
	post(server, "Api-Key other", long, `{}`)

	requests := server.Requests()
	assert.Equal(t, userOfSize(3000), string(requests[0].User))
	assert.False(t, requests[0].Shortened)
	assert.Equal(t, 401, requests[0].Status)
	for _, request := range requests[1:4] {
		assert.Equal(t, experimenttest.Request{
			Endpoint: experimenttest.EndpointVardata, Method: "POST", Path: "/sdk/v2/vardata",
			Shortened: true, Status: 401,
		}, request)
	}
	assert.Equal(t, experimenttest.Request{
		Method: "POST", Path: long[:256], Shortened: true, Status: 404,
	}, requests[4])
}

func TestRequests_CountsAgainAfterDropping(t *testing.T) {
	server := start(t, nil)
	authorization := "Api-Key " + server.DeploymentKey
	for range 5 {
		post(server, authorization, "/sdk/v2/vardata", userOfSize(4<<20))
	}
	for range 12_000 { // more than the Server keeps
		post(server, authorization, "/elsewhere", "")
	}
	for range 3 {
		post(server, authorization, "/sdk/v2/vardata", userOfSize(4<<20))
	}
	requests := server.Requests()
	for _, request := range requests[len(requests)-3:] {
		assert.Len(t, request.User, 4<<20)
	}
	assert.False(t, requests[0].Shortened)
}

func TestServeHTTP_EndsABodyThatDoesNotArrive(t *testing.T) {
	server := start(t, nil)
	server.SetBodyTimeout(50 * time.Millisecond)
	for _, key := range []string{server.DeploymentKey, "other"} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(server.URL, "http://"))
		require.NoError(t, err)
		defer conn.Close()
		_, err = fmt.Fprintf(conn, "POST /sdk/v2/vardata HTTP/1.1\r\nHost: fake\r\nAuthorization: Api-Key %s\r\n"+
			"Content-Length: 20\r\n\r\n{", key)
		require.NoError(t, err)

		got, err := http.ReadResponse(bufio.NewReader(conn), nil)
		require.NoError(t, err)
		body, err := io.ReadAll(got.Body)
		require.NoError(t, err)
		require.NoError(t, got.Body.Close())
		assert.Equal(t, 408, got.StatusCode)
		assert.Equal(t, "408 Request Timeout: the body did not arrive in time\n", string(body))
		_, err = conn.Read(make([]byte, 1))
		require.Equal(t, io.EOF, err, "the Server ends the connection")
	}
}

func TestServeHTTP_HoldsResponsesOverHTTP2BeyondTheBodyTimeout(t *testing.T) {
	server := start(t, nil)
	server.SetBodyTimeout(300 * time.Millisecond)
	require.NoError(t, server.Fail(experimenttest.EndpointVardata,
		experimenttest.Fault{Status: 200, Delay: 600 * time.Millisecond}))
	around := httptest.NewUnstartedServer(server)
	around.EnableHTTP2 = true
	around.StartTLS()
	defer around.Close()
	request, err := http.NewRequestWithContext(
		t.Context(), "POST", around.URL+"/sdk/v2/vardata", strings.NewReader(`{}`))
	require.NoError(t, err)
	got, err := around.Client().Do(request)
	require.NoError(t, err)
	require.NoError(t, got.Body.Close())
	assert.Equal(t, 2, got.ProtoMajor)
	assert.Equal(t, 200, got.StatusCode)
}

func TestServeHTTP_HoldsResponsesBeyondTheBodyTimeout(t *testing.T) {
	server := start(t, nil)
	server.SetBodyTimeout(300 * time.Millisecond)
	require.NoError(t, server.Fail(experimenttest.EndpointVardata,
		experimenttest.Fault{Status: 204, Delay: 600 * time.Millisecond, Times: 2}))
	assert.Equal(t, 204, send(t, server, "POST", "/sdk/v2/vardata", nil, `{"user_id":"u"}`).status)
	assert.Equal(t, 204, send(t, server, "GET", "/sdk/v2/vardata", nil, "").status)
}
