package experimenttest_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experimenttest"
)

func TestNewServer_ZeroConfigServesNoFlags(t *testing.T) {
	server := start(t, nil)
	assert.Regexp(t, `^http://127\.0\.0\.1:[0-9]+$`, server.URL)
	assert.Equal(t, experimenttest.DefaultDeploymentKey, server.DeploymentKey)
	assert.Equal(t, experimenttest.DefaultAPIKey, server.APIKey)
	assert.Equal(t, experimenttest.DefaultSecretKey, server.SecretKey)

	got := send(t, server, "GET", "/sdk/v2/flags?v=0", nil, "")
	assert.Equal(t, 200, got.status)
	assert.Equal(t, "application/json", got.header.Get("Content-Type"))
	assert.Equal(t, "[]", got.body)
}

func TestNewServer_FailsOnBadConfig(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	for _, tt := range []struct {
		name   string
		config experimenttest.Config
		want   string
	}{
		{"flags are not JSON", experimenttest.Config{Flags: []byte(`[{]`)},
			"starting the fake service: setting flags: decoding the document: " +
				"invalid character ']' looking for beginning of object key string"},
		{"flags are not flags", experimenttest.Config{Flags: []byte(` "flags"`)},
			"starting the fake service: setting flags: the document is not a JSON array or object of flags"},
		{"address is taken", experimenttest.Config{Address: taken.Addr().String()},
			"starting the fake service: listen tcp " + taken.Addr().String() + ": bind: address already in use"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := experimenttest.NewServer(&tt.config)
			require.EqualError(t, err, tt.want)
		})
	}
}

func TestServeHTTP_WorksInAnotherServer(t *testing.T) {
	server := start(t, &experimenttest.Config{Flags: []byte(`[{"key":"f"}]`)})
	secure := httptest.NewTLSServer(server)
	defer secure.Close()
	request, err := http.NewRequestWithContext(t.Context(), "GET", secure.URL+"/sdk/v2/flags", nil)
	require.NoError(t, err)
	request.Header.Set("Authorization", "Api-Key "+server.DeploymentKey)

	got, err := secure.Client().Do(request)
	require.NoError(t, err)
	require.NoError(t, got.Body.Close())
	assert.Equal(t, 200, got.StatusCode)

	server.Close()
	_, err = secure.Client().Do(request)
	require.Error(t, err, "a closed Server ends connections without a response")
}

func TestClose_EndsRunningRequestsAndMayBeRepeated(t *testing.T) {
	server := start(t, nil)
	require.NoError(t, server.Fail(experimenttest.EndpointFlags, experimenttest.Fault{Wait: make(chan struct{})}))
	ended := make(chan error, 1)
	go func() {
		_, err := do(t, server, "GET", "/sdk/v2/flags", nil, "")
		ended <- err
	}()
	require.NoError(t, server.AwaitRequests(t.Context(), experimenttest.EndpointFlags, 1))

	var closing sync.WaitGroup
	for range 4 {
		closing.Add(1)
		go func() {
			defer closing.Done()
			server.Close()
		}()
	}
	closing.Wait()
	require.Error(t, <-ended)
	_, err := do(t, server, "GET", "/sdk/v2/flags", nil, "")
	require.ErrorContains(t, err, "connection refused")
}

func TestServer_MayBeChangedWhileItServes(t *testing.T) {
	server := start(t, nil)
	documents := []string{`[]`, `[{"key":"f","variants":{},"segments":[]}]`}
	var group sync.WaitGroup
	for i := range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			for j := range 25 {
				if i%2 == 0 {
					assert.NoError(t, server.SetFlags([]byte(documents[j%2])))
					assert.NoError(t, server.SetVariants(nil))
					assert.NoError(t, server.SetCohort(experimenttest.Cohort{ID: "c"}))
					assert.NoError(t, server.Fail(experimenttest.EndpointCohort, experimenttest.Fault{Status: 503}))
					server.ClearFaults()
					server.Requests()
					continue
				}
				got, err := do(t, server, "GET", "/sdk/v2/flags", nil, "")
				assert.NoError(t, err)
				assert.Contains(t, documents, got.body)
			}
		}()
	}
	group.Wait()
}
