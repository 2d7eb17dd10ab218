package experimenttest_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/amplitude/experiment-go-server/experimenttest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start gives a Server that ends with the test.
func start(t *testing.T, config *experimenttest.Config) *experimenttest.Server {
	t.Helper()
	server, err := experimenttest.NewServer(config)
	require.NoError(t, err)
	t.Cleanup(server.Close)
	return server
}

// response is an http.Response that was read to its end.
type response struct {
	status int
	header http.Header
	body   string
}

// send makes a request, with the deployment key unless the header has an Authorization of its own.
func send(t *testing.T, server *experimenttest.Server, method, path string, header http.Header, body string) response {
	t.Helper()
	r, err := do(t, server, method, path, header, body)
	require.NoError(t, err)
	return r
}

func do(t *testing.T, server *experimenttest.Server, method, path string, header http.Header, body string) (response, error) {
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
	text, err := io.ReadAll(got.Body)
	return response{got.StatusCode, got.Header, string(text)}, err
}
