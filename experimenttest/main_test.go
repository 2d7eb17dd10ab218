package experimenttest_test

import (
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/amplitude/experiment-go-server/experimenttest"
)

// TestMain fails if a Server leaks a goroutine. It ignores a goroutine that
// net/http keeps for half a second after a request whose body was too large.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("net/http.(*conn).closeWriteAndWait"))
}

// start starts a Server and closes it when the test ends.
func start(t *testing.T, config *experimenttest.Config) *experimenttest.Server {
	t.Helper()
	server, err := experimenttest.NewServer(config)
	require.NoError(t, err)
	t.Cleanup(server.Close)
	return server
}

// response is an http.Response whose body has been read.
type response struct {
	status int
	header http.Header
	body   string
}

// send sends a request and returns the response. The request has the deployment
// key unless the header sets another Authorization.
func send(t *testing.T, server *experimenttest.Server, method, path string, header http.Header, body string) response {
	t.Helper()
	got, err := do(t, server, method, path, header, body)
	require.NoError(t, err)
	return got
}

// do sends a request like send, but returns an error if the request fails,
// together with the part of the response that arrived.
func do(
	t *testing.T, server *experimenttest.Server, method, path string, header http.Header, body string,
) (response, error) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, strings.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Authorization", "Api-Key "+server.DeploymentKey)
	for name, values := range header {
		request.Header[name] = values
	}
	got, err := http.DefaultClient.Do(request)
	if err != nil {
		return response{}, err
	}
	defer got.Body.Close()
	received, err := io.ReadAll(got.Body)
	return response{got.StatusCode, got.Header, string(received)}, err
}

// basicAuth returns an Authorization header with the keys of a project.
func basicAuth(apiKey, secretKey string) http.Header {
	credentials := base64.StdEncoding.EncodeToString([]byte(apiKey + ":" + secretKey))
	return http.Header{"Authorization": {"Basic " + credentials}}
}
