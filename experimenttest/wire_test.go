package experimenttest_test

import (
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experimenttest"
)

// aroundTLS starts an HTTP/2 server whose handler is the Server. It is closed
// when the test ends.
func aroundTLS(t *testing.T, server *experimenttest.Server) *httptest.Server {
	t.Helper()
	around := httptest.NewUnstartedServer(server)
	around.EnableHTTP2 = true
	around.StartTLS()
	t.Cleanup(around.Close)
	return around
}

// getWith requests a path with the deployment key and returns the response. The
// end of the test closes its body.
func getWith(
	t *testing.T, client *http.Client, url string, server *experimenttest.Server,
) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), "GET", url, http.NoBody)
	require.NoError(t, err)
	request.Header.Set("Authorization", "Api-Key "+server.DeploymentKey)
	got, err := client.Do(request)
	require.NoError(t, err)
	t.Cleanup(func() { _ = got.Body.Close() })
	return got
}

// startTLS starts a Server with TLS, and returns a client with a pool of its
// own that trusts it and speaks HTTP/2.
func startTLS(t *testing.T) (*experimenttest.Server, *http.Client) {
	t.Helper()
	donor := httptest.NewTLSServer(http.NotFoundHandler()) // of the certificate
	defer donor.Close()
	server := start(t, &experimenttest.Config{TLS: &tls.Config{
		Certificates: donor.TLS.Certificates, MinVersion: tls.VersionTLS12,
	}})
	transport := donor.Client().Transport.(*http.Transport).Clone() //nolint:forcetypeassert // httptest's
	transport.ForceAttemptHTTP2 = true
	t.Cleanup(transport.CloseIdleConnections)
	return server, &http.Client{Transport: transport}
}

// flagsOf is a document of flags that is longer than the buffers between
// net/http and a connection.
var flagsOf = `["` + strings.Repeat("0123456789", 2000) + `"]`

func TestFault_EndsTheBody(t *testing.T) {
	for _, tt := range []struct {
		name   string
		fault  experimenttest.Fault
		length int // of the body that arrives
		err    error
	}{
		{"by closing", experimenttest.Fault{CutAfter: 9000}, 9000, io.ErrUnexpectedEOF},
		{"by a reset", experimenttest.Fault{CutAfter: 9000, Ending: experimenttest.EndByReset},
			9000, syscall.ECONNRESET},
		{"cleanly", experimenttest.Fault{CutAfter: 9000, Ending: experimenttest.EndCleanly}, 9000, nil},
		{"cleanly after the header", experimenttest.Fault{CutAfter: -1, Ending: experimenttest.EndCleanly}, 0, nil},
		{"in drips", experimenttest.Drip(900, time.Microsecond), len(flagsOf), nil},
		{"in drips, in the middle", experimenttest.Fault{
			CutAfter: 9000, DripBytes: 900, DripInterval: time.Microsecond,
		}, 9000, io.ErrUnexpectedEOF},
		{"before its length", experimenttest.WrongLength(5), len(flagsOf), io.ErrUnexpectedEOF},
		{"beyond its length", experimenttest.WrongLength(-5), len(flagsOf) - 5, nil},
		{"beyond a length of 0", experimenttest.WrongLength(-1 << 20), 0, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := start(t, &experimenttest.Config{Flags: []byte(flagsOf)})
			require.NoError(t, server.Fail(experimenttest.EndpointFlags, tt.fault))
			got, err := do(t, server, "GET", "/sdk/v2/flags", http.Header{"Connection": {"close"}}, "")
			assert.Equal(t, 200, got.status)
			assert.True(t, flagsOf[:tt.length] == got.body, "%d bytes arrived", len(got.body))
			require.ErrorIs(t, err, tt.err)
			assert.Equal(t, 200, send(t, server, "GET", "/sdk/v2/flags", nil, "").status)
		})
	}
}

func TestFault_SendsBytesBeyondTheLength(t *testing.T) {
	server := start(t, nil)
	require.NoError(t, server.Fail(experimenttest.EndpointFlags, experimenttest.WrongLength(-1)))
	got := raw(t, server)
	header, body, _ := strings.Cut(got, "\r\n\r\n")
	assert.Contains(t, header, "Content-Length: 1\r\n")
	assert.Equal(t, "[]", body)
}

func TestReset_ResetsTheConnection(t *testing.T) {
	server := start(t, nil)
	require.NoError(t, server.Fail(experimenttest.EndpointVardata, experimenttest.Reset()))
	_, err := do(t, server, "POST", "/sdk/v2/vardata", nil, "{}")
	require.ErrorIs(t, err, syscall.ECONNRESET)
	assert.Equal(t, 0, server.Requests()[0].Status)
}

func TestGarbage_IsNotJSON(t *testing.T) {
	server := start(t, nil)
	require.NoError(t, server.Fail(experimenttest.EndpointFlags, experimenttest.Garbage()))
	got := send(t, server, "GET", "/sdk/v2/flags", nil, "")
	assert.Equal(t, 200, got.status)
	require.Error(t, server.SetFlags([]byte(got.body)))
}

func TestTooManyRequests_AsksToWait(t *testing.T) {
	server := start(t, nil)
	require.NoError(t, server.Fail(experimenttest.EndpointFlags,
		experimenttest.TooManyRequests(1500*time.Millisecond, 2)))
	for range 2 {
		got := send(t, server, "GET", "/sdk/v2/flags", nil, "")
		assert.Equal(t, 429, got.status)
		assert.Equal(t, "2", got.header.Get("Retry-After"))
	}
	assert.Equal(t, 200, send(t, server, "GET", "/sdk/v2/flags", nil, "").status)
}

func TestEndless_RepeatsUntilTheClientLeaves(t *testing.T) {
	server := start(t, &experimenttest.Config{Flags: []byte("[7]")})
	require.NoError(t, server.Fail(experimenttest.EndpointFlags, experimenttest.Endless(),
		experimenttest.Fault{Status: 500, Endless: true, CutAfter: 100_000, Ending: experimenttest.EndCleanly}))
	got := getWith(t, http.DefaultClient, server.URL+"/sdk/v2/flags", server)
	assert.Equal(t, int64(-1), got.ContentLength)
	body := make([]byte, 1<<20)
	_, err := io.ReadFull(got.Body, body)
	require.NoError(t, err)
	assert.Equal(t, strings.Repeat("[7]", 1+len(body)/3)[:len(body)], string(body))
	require.NoError(t, got.Body.Close())

	spaces := send(t, server, "GET", "/sdk/v2/flags", nil, "")
	assert.Equal(t, strings.Repeat(" ", 100_000), spaces.body)
}

func TestClearFaults_EndsRequestsWithoutAResponse(t *testing.T) {
	for name, fault := range map[string]experimenttest.Fault{
		"hang":       experimenttest.Hang(),
		"black hole": experimenttest.BlackHole(),
	} {
		t.Run(name, func(t *testing.T) {
			server := start(t, nil)
			require.NoError(t, server.Fail(experimenttest.EndpointVardata, fault))
			failed := make(chan error, 1)
			go func() {
				_, err := do(t, server, "POST", "/sdk/v2/vardata", nil, "{}")
				failed <- err
			}()
			require.NoError(t, server.AwaitRequests(t.Context(), experimenttest.EndpointVardata, 1))
			assert.Equal(t, 200, send(t, server, "GET", "/sdk/v2/flags", nil, "").status)
			assert.Empty(t, failed, "the request ended early")
			server.ClearFaults()
			require.Error(t, <-failed)
		})
	}
}

func TestClearFaults_EndsBodiesThatFaultsKeepOpen(t *testing.T) {
	for name, fault := range map[string]experimenttest.Fault{
		"stall":      {CutAfter: 1, Ending: experimenttest.EndByStalling},
		"black hole": {CutAfter: 1, Ending: experimenttest.EndByBlackHole},
		"endless":    experimenttest.Endless(),
	} {
		t.Run(name, func(t *testing.T) {
			server := start(t, nil)
			require.NoError(t, server.Fail(experimenttest.EndpointFlags, fault))
			got := getWith(t, http.DefaultClient, server.URL+"/sdk/v2/flags", server)
			_, err := io.ReadFull(got.Body, make([]byte, 1))
			require.NoError(t, err)
			server.ClearFaults()
			_, err = io.Copy(io.Discard, got.Body)
			require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		})
	}
}

func TestClearFaults_SendsTheRestOfADrip(t *testing.T) {
	server := start(t, nil)
	require.NoError(t, server.Fail(experimenttest.EndpointFlags, experimenttest.Drip(1, time.Hour)))
	got := getWith(t, http.DefaultClient, server.URL+"/sdk/v2/flags", server)
	first := make([]byte, 1)
	_, err := io.ReadFull(got.Body, first)
	require.NoError(t, err)
	server.ClearFaults()
	rest, err := io.ReadAll(got.Body)
	require.NoError(t, err)
	assert.Equal(t, "[]", string(first)+string(rest))
}

func TestBlackHole_SwallowsAConnectionOfHTTP2(t *testing.T) {
	server, client := startTLS(t)
	url := server.URL + "/sdk/v2/flags"
	assert.Equal(t, 2, getWith(t, client, url, server).ProtoMajor)
	require.NoError(t, server.Fail(experimenttest.EndpointFlags, experimenttest.BlackHole()))

	failed := make(chan error, 2)
	get := func(ctx context.Context) {
		request, err := http.NewRequestWithContext(ctx, "GET", url, http.NoBody)
		assert.NoError(t, err)
		got, err := client.Do(request)
		if err == nil {
			_ = got.Body.Close()
		}
		failed <- err
	}
	go get(t.Context())
	require.NoError(t, server.AwaitRequests(t.Context(), experimenttest.EndpointFlags, 2))
	// Another request of the connection does not even arrive.
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	get(ctx)
	require.ErrorIs(t, <-failed, context.DeadlineExceeded)
	assert.Len(t, server.Requests(), 2)

	server.ClearFaults()
	require.Error(t, <-failed)
	assert.Equal(t, 200, getWith(t, client, url, server).StatusCode)
}

func TestHang_LeavesTheConnectionOfHTTP2(t *testing.T) {
	server, client := startTLS(t)
	url := server.URL + "/sdk/v2/"
	require.NoError(t, server.Fail(experimenttest.EndpointVardata, experimenttest.Hang()))
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error, 1)
	go func() {
		request, err := http.NewRequestWithContext(ctx, "GET", url+"vardata", http.NoBody)
		assert.NoError(t, err)
		got, err := client.Do(request)
		if err == nil {
			_ = got.Body.Close()
		}
		failed <- err
	}()
	require.NoError(t, server.AwaitRequests(t.Context(), experimenttest.EndpointVardata, 1))
	assert.Equal(t, 200, getWith(t, client, url+"flags", server).StatusCode)
	cancel()
	require.ErrorIs(t, <-failed, context.Canceled)
}

func TestNewServer_RequiresACertificateForTLS(t *testing.T) {
	_, err := experimenttest.NewServer(&experimenttest.Config{TLS: &tls.Config{MinVersion: tls.VersionTLS12}})
	require.EqualError(t, err,
		"starting the fake service: Config.TLS has no certificate; set its Certificates")
}
