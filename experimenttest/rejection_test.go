package experimenttest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplitude/experiment-go-server/experimenttest"
)

// rejection is a request that a Server rejects, and the body of its response.
type rejection struct {
	name         string
	method, path string
	header       http.Header
	body         string
	status       int
	want         string
}

const (
	noKey = "401 Unauthorized: the deployment key is missing or wrong; " +
		"send the header \"Authorization: Api-Key <deployment key>\"\n"
	noProjectKeys = "401 Unauthorized: the API key or the secret key is missing or wrong; " +
		"send the header \"Authorization: Basic <base64 of apiKey:secretKey>\"\n"
	noUser = "400 Bad Request: the user is missing; send its JSON as the body of a POST, " +
		"or encoded as base64 in the header X-Amp-Exp-User of a GET\n"
	endpoints = "this fake service has /sdk/v2/flags, /sdk/stream/v1/flags, /sdk/v2/vardata and /sdk/v1/cohort/{id}\n"
)

// checkRejections sends requests to a Server whose deployment key is "the-key".
func checkRejections(t *testing.T, rejections []rejection) {
	t.Helper()
	server := start(t, &experimenttest.Config{DeploymentKey: "the-key"})
	for _, tt := range rejections {
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

// header returns a header with one field.
func header(name, value string) http.Header { return http.Header{name: {value}} }

func TestServeHTTP_RejectsUnknownPaths(t *testing.T) {
	checkRejections(t, []rejection{
		{"unknown path", "GET", "/sdk/v3/flags", nil, "", 404,
			"404 Not Found: there is no /sdk/v3/flags here; " + endpoints},
		{"cohort without ID", "GET", "/sdk/v1/cohort/", nil, "", 404,
			"404 Not Found: there is no /sdk/v1/cohort/ here; " + endpoints},
	})
}

func TestFlags_RejectsWithAReason(t *testing.T) {
	authorization := func(value string) http.Header { return header("Authorization", value) }
	checkRejections(t, []rejection{
		{"no key", "GET", "/sdk/v2/flags", authorization(""), "", 401, noKey},
		{"wrong key", "GET", "/sdk/v2/flags", authorization("Api-Key the-kez"), "", 401, noKey},
		{"part of the key", "GET", "/sdk/v2/flags", authorization("Api-Key the-ke"), "", 401, noKey},
		{"key without a scheme", "GET", "/sdk/v2/flags", authorization("the-key"), "", 401, noKey},
		{"key of another scheme", "GET", "/sdk/v2/flags", authorization("Bearer the-key"), "", 401, noKey},
		{"POST", "POST", "/sdk/v2/flags", nil, "", 405,
			"405 Method Not Allowed: /sdk/v2/flags does not accept POST; use GET\n"},
	})
}

func TestVardata_RejectsWithAReason(t *testing.T) {
	user := func(value string) http.Header { return header("X-Amp-Exp-User", value) }
	checkRejections(t, []rejection{
		{"wrong key", "GET", "/sdk/v2/vardata", header("Authorization", "Api-Key other"), "", 401, noKey},
		{"PUT", "PUT", "/sdk/v2/vardata", nil, "{}", 405,
			"405 Method Not Allowed: /sdk/v2/vardata does not accept PUT; use GET or POST\n"},
		{"GET without user", "GET", "/sdk/v2/vardata", nil, "", 400, noUser},
		{"POST without user", "POST", "/sdk/v2/vardata", user("e30="), "", 400, noUser},
		{"user not base64", "GET", "/sdk/v2/vardata", user("{}"), "", 400,
			"400 Bad Request: decoding the header X-Amp-Exp-User: illegal base64 data at input byte 0\n"},
		{"user cut off", "GET", "/sdk/v2/vardata", user("eyJ1"), "", 400,
			"400 Bad Request: decoding the header X-Amp-Exp-User: it is not valid JSON\n"},
		{"body cut off", "POST", "/sdk/v2/vardata", nil, `{"user_id":`, 400,
			"400 Bad Request: decoding the body: it is not valid JSON\n"},
		{"user of another type", "POST", "/sdk/v2/vardata", nil, `["user"]`, 400,
			"400 Bad Request: decoding the user: the user is an array, not an object\n"},
		{"user null", "POST", "/sdk/v2/vardata", nil, `null`, 400,
			"400 Bad Request: decoding the user: null is not a user\n"},
		{"member of another type", "POST", "/sdk/v2/vardata", nil, `{"user_id":["u"]}`, 400,
			"400 Bad Request: decoding the user: user_id is an array, not a string\n"},
		{"flag keys not base64", "POST", "/sdk/v2/vardata", header("X-Amp-Exp-Flag-Keys", "a,b"), `{}`, 400,
			"400 Bad Request: decoding the header X-Amp-Exp-Flag-Keys: illegal base64 data at input byte 1\n"},
		{"flag keys not an array", "POST", "/sdk/v2/vardata", header("X-Amp-Exp-Flag-Keys", "e30"), `{}`, 400,
			"400 Bad Request: decoding the header X-Amp-Exp-Flag-Keys: " +
				"json: cannot unmarshal object into Go value of type []string; " +
				"send a JSON array of flag keys as base64\n"},
		{"unknown tracking", "POST", "/sdk/v2/vardata", header("X-Amp-Exp-Track", "true"), `{}`, 400,
			"400 Bad Request: the header X-Amp-Exp-Track is \"true\"; use \"track\", \"no-track\" or \"read-only\"\n"},
		{"unknown exposure tracking", "POST", "/sdk/v2/vardata",
			header("X-Amp-Exp-Exposure-Track", "on"), `{}`, 400,
			"400 Bad Request: the header X-Amp-Exp-Exposure-Track is \"on\"; use \"track\" or \"no-track\"\n"},
		{"body too large", "POST", "/sdk/v2/vardata", nil, strings.Repeat(" ", 4<<20) + "{}", 413,
			"413 Request Entity Too Large: the body is larger than 4194304 bytes\n"},
	})
}

func TestCohort_RejectsWithAReason(t *testing.T) {
	checkRejections(t, []rejection{
		{"deployment key", "GET", "/sdk/v1/cohort/c", nil, "", 401, noProjectKeys},
		{"wrong secret", "GET", "/sdk/v1/cohort/c", basicAuth("fake-api-key", "other"), "", 401, noProjectKeys},
		{"wrong API key", "GET", "/sdk/v1/cohort/c", basicAuth("other", "fake-secret-key"), "", 401,
			noProjectKeys},
		{"POST", "POST", "/sdk/v1/cohort/c", nil, "", 405,
			"405 Method Not Allowed: /sdk/v1/cohort/c does not accept POST; use GET\n"},
	})
}
