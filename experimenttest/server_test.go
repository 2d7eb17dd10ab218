package experimenttest_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
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

func TestServeHTTP_RejectsWithAReason(t *testing.T) {
	server := start(t, &experimenttest.Config{DeploymentKey: "the-key"})
	const noKey = "401 Unauthorized: the deployment key is missing or wrong; " +
		"send the header \"Authorization: Api-Key <deployment key>\"\n"
	const noProjectKeys = "401 Unauthorized: the API key or the secret key is missing or wrong; " +
		"send the header \"Authorization: Basic <base64 of apiKey:secretKey>\"\n"
	const noUser = "400 Bad Request: the user is missing; send its JSON as the body of a POST, " +
		"or encoded as base64 in the header X-Amp-Exp-User of a GET\n"
	const endpoints = "this fake service has /sdk/v2/flags, /sdk/v2/vardata and /sdk/v1/cohort/{id}\n"
	header := func(name, value string) http.Header { return http.Header{name: {value}} }
	authorization := func(value string) http.Header { return header("Authorization", value) }
	user := func(value string) http.Header { return header("X-Amp-Exp-User", value) }
	for _, tt := range []struct {
		name         string
		method, path string
		header       http.Header
		body         string
		status       int
		want         string
	}{
		{"unknown path", "GET", "/sdk/v3/flags", nil, "", 404,
			"404 Not Found: there is no /sdk/v3/flags here; " + endpoints},
		{"flags, no key", "GET", "/sdk/v2/flags", authorization(""), "", 401, noKey},
		{"flags, wrong key", "GET", "/sdk/v2/flags", authorization("Api-Key the-kez"), "", 401, noKey},
		{"flags, part of the key", "GET", "/sdk/v2/flags", authorization("Api-Key the-ke"), "", 401, noKey},
		{"flags, key without a scheme", "GET", "/sdk/v2/flags", authorization("the-key"), "", 401, noKey},
		{"flags, key of another scheme", "GET", "/sdk/v2/flags", authorization("Bearer the-key"), "", 401, noKey},
		{"flags, POST", "POST", "/sdk/v2/flags", nil, "", 405,
			"405 Method Not Allowed: /sdk/v2/flags does not accept POST; use GET\n"},
		{"vardata, wrong key", "GET", "/sdk/v2/vardata", authorization("Api-Key other"), "", 401, noKey},
		{"vardata, PUT", "PUT", "/sdk/v2/vardata", nil, "{}", 405,
			"405 Method Not Allowed: /sdk/v2/vardata does not accept PUT; use GET or POST\n"},
		{"vardata, GET without user", "GET", "/sdk/v2/vardata", nil, "", 400, noUser},
		{"vardata, POST without user", "POST", "/sdk/v2/vardata", user("e30="), "", 400, noUser},
		{"vardata, user not base64", "GET", "/sdk/v2/vardata", user("{}"), "", 400,
			"400 Bad Request: decoding the header X-Amp-Exp-User: illegal base64 data at input byte 0\n"},
		{"vardata, user cut off", "GET", "/sdk/v2/vardata", user("eyJ1"), "", 400,
			"400 Bad Request: decoding the header X-Amp-Exp-User: it is not valid JSON\n"},
		{"vardata, body cut off", "POST", "/sdk/v2/vardata", nil, `{"user_id":`, 400,
			"400 Bad Request: decoding the body: it is not valid JSON\n"},
		{"vardata, user of another type", "POST", "/sdk/v2/vardata", nil, `["user"]`, 400,
			"400 Bad Request: decoding the user: json: cannot unmarshal array into Go value of type experiment.User\n"},
		{"vardata, user null", "POST", "/sdk/v2/vardata", nil, `null`, 400,
			"400 Bad Request: decoding the user: null is not a user\n"},
		{"vardata, member of another type", "POST", "/sdk/v2/vardata", nil, `{"user_id":1}`, 400,
			"400 Bad Request: decoding the user: " +
				"json: cannot unmarshal number into Go struct field User.user_id of type string\n"},
		{"vardata, flag keys not base64", "POST", "/sdk/v2/vardata", header("X-Amp-Exp-Flag-Keys", "a,b"), `{}`, 400,
			"400 Bad Request: decoding the header X-Amp-Exp-Flag-Keys: illegal base64 data at input byte 1\n"},
		{"vardata, flag keys not an array", "POST", "/sdk/v2/vardata", header("X-Amp-Exp-Flag-Keys", "e30"), `{}`, 400,
			"400 Bad Request: decoding the header X-Amp-Exp-Flag-Keys: " +
				"json: cannot unmarshal object into Go value of type []string; " +
				"send a JSON array of flag keys as base64\n"},
		{"vardata, unknown tracking", "POST", "/sdk/v2/vardata", header("X-Amp-Exp-Track", "true"), `{}`, 400,
			"400 Bad Request: the header X-Amp-Exp-Track is \"true\"; use \"track\" or \"no-track\"\n"},
		{"vardata, unknown exposure tracking", "POST", "/sdk/v2/vardata",
			header("X-Amp-Exp-Exposure-Track", "on"), `{}`, 400,
			"400 Bad Request: the header X-Amp-Exp-Exposure-Track is \"on\"; use \"track\" or \"no-track\"\n"},
		{"vardata, body too large", "POST", "/sdk/v2/vardata", nil, strings.Repeat(" ", 4<<20) + "{}", 413,
			"413 Request Entity Too Large: the body is larger than 4194304 bytes\n"},
		{"cohort, deployment key", "GET", "/sdk/v1/cohort/c", nil, "", 401, noProjectKeys},
		{"cohort, wrong secret", "GET", "/sdk/v1/cohort/c", basicAuth("fake-api-key", "other"), "", 401, noProjectKeys},
		{"cohort, wrong API key", "GET", "/sdk/v1/cohort/c", basicAuth("other", "fake-secret-key"), "", 401,
			noProjectKeys},
		{"cohort, POST", "POST", "/sdk/v1/cohort/c", nil, "", 405,
			"405 Method Not Allowed: /sdk/v1/cohort/c does not accept POST; use GET\n"},
		{"cohort without ID", "GET", "/sdk/v1/cohort/", nil, "", 404,
			"404 Not Found: there is no /sdk/v1/cohort/ here; " + endpoints},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := send(t, server, tt.method, tt.path, tt.header, tt.body)
			assert.Equal(t, tt.status, got.status)
			assert.Equal(t, tt.want, got.body)
			assert.Equal(t, "text/plain; charset=utf-8", got.header.Get("Content-Type"))
			switch tt.status {
			case 405:
				assert.NotEmpty(t, got.header.Get("Allow"))
			case 401:
				assert.NotContains(t, got.body, "the-key")
			}
		})
	}
}

func TestServeHTTP_WorksBehindAnotherServer(t *testing.T) {
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
