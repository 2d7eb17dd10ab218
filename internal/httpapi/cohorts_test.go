package httpapi_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

func TestProjectKeys_ValidatesTheKeys(t *testing.T) {
	const settings = " is empty: copy the project's API key and secret key from the settings of the project " +
		"in Amplitude"
	const copied = ": was a space or a line break copied with it?"
	for _, tt := range []struct{ name, apiKey, secretKey, want string }{
		{"neither", "", "", "CohortSync.APIKey" + settings},
		{"no API key", "", "s3cret", "CohortSync.APIKey" + settings},
		{"no secret key", "k3y", "", "CohortSync.SecretKey" + settings},
		{"line break", "k3y\n", "s3cret", "CohortSync.APIKey has an invalid character at byte 3" + copied},
		{"space", "k3y", " s3cret", "CohortSync.SecretKey has an invalid character at byte 0" + copied},
		{"not ASCII", "k3y", "s3cret\u00e9", "CohortSync.SecretKey has an invalid character at byte 6" + copied},
		{"colon in the API key", "k3y:s3cret", "s3cret", "CohortSync.APIKey has a colon at byte 3: " +
			"was the secret key, which has a field of its own, copied with it?"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := httpapi.ProjectKeys(tt.apiKey, tt.secretKey)
			require.EqualError(t, err, tt.want)
			assert.NotContains(t, err.Error(), "k3y")
			assert.NotContains(t, err.Error(), "s3cret")
		})
	}
}

func TestProjectKeys_AuthorizesByBasic(t *testing.T) {
	for _, keys := range [][2]string{
		{"api", "secret"}, {"api", "with:colon"}, {"a", "?>?>~~"}, // the last is +, / and = in base64
	} {
		s := serve(t, func(_ http.ResponseWriter, r *http.Request) {
			user, password, ok := r.BasicAuth()
			assert.True(t, ok)
			assert.Equal(t, keys, [2]string{user, password})
		})
		k, err := httpapi.ProjectKeys(keys[0], keys[1])
		require.NoError(t, err)
		request := get(s.URL)
		request.Key = k
		_, err = httpapi.New(httpapi.Options{}).Do(t.Context(), request)
		require.NoError(t, err)
	}
}

func TestProjectKeys_AreNotPrinted(t *testing.T) {
	k, err := httpapi.ProjectKeys("the-api-key", "the-secret-key")
	require.NoError(t, err)
	request := &httpapi.Request{Key: k}
	for _, value := range []any{k, &k, request, *request} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
			for _, secret := range []string{"the-api-key", "the-secret-key", "dGhlLWFwaS1rZXk6dGhlLXNlY3JldC1rZXk="} {
				assertNoSecret(t, secret, fmt.Sprintf(verb, value))
			}
		}
	}
}

func TestServerURL_SelectsTheHostOfCohorts(t *testing.T) {
	for zone, want := range map[experiment.ServerZone]string{
		"": "https://cohort-v2.lab.amplitude.com", "us": "https://cohort-v2.lab.amplitude.com",
		"eu": "https://cohort-v2.lab.eu.amplitude.com",
	} {
		got, err := httpapi.ServerURL(httpapi.Cohorts, zone, "")
		require.NoError(t, err)
		assert.Equal(t, want, got.String())
	}
	for _, tt := range []struct {
		zone            experiment.ServerZone
		serverURL, want string
	}{
		{"mars", "", `ServerZone "mars" is unknown: use "us" or "eu"`},
		{"", "h", `CohortSync.ServerURL "h" must begin with https:// or http:// and a host`},
		{"", "https://h?", `CohortSync.ServerURL "https://h?" must not have a query`},
		{"", "https://h#", `CohortSync.ServerURL "https://h#" must not have a fragment`},
		{"", "https://h h", `CohortSync.ServerURL is not a URL: invalid character " " in host name`},
		{"", "https://me:pass@h",
			"CohortSync.ServerURL must not have a user name or password: the project's secret key authorizes"},
	} {
		_, err := httpapi.ServerURL(httpapi.Cohorts, tt.zone, tt.serverURL)
		assert.EqualError(t, err, tt.want)
	}
}

func TestWarnIfUnencrypted_NamesTheKeyOfCohorts(t *testing.T) {
	base, err := httpapi.ServerURL(httpapi.Cohorts, "", "http://proxy:3546")
	require.NoError(t, err)
	var logs bytes.Buffer
	httpapi.WarnIfUnencrypted(slog.New(slog.NewTextHandler(&logs, nil)), httpapi.Cohorts, base)
	assert.Contains(t, logs.String(), `level=WARN msg="the project's secret key is sent unencrypted, `+
		`because CohortSync.ServerURL begins with http://; use https://" host=proxy:3546`)
}

func TestStatusError_AdvisesAboutCohorts(t *testing.T) {
	const keys = "the service does not know the project's keys; are CohortSync.APIKey and CohortSync.SecretKey " +
		"the keys of the deployment's project, and is ServerZone right?"
	for status, want := range map[int]string{
		202: "status 202 Accepted: the service is still computing the cohort",
		204: "status 204 No Content",
		400: "status 400 Bad Request",
		401: "status 401 Unauthorized: " + keys,
		403: "status 403 Forbidden: " + keys,
		404: "status 404 Not Found: the service does not have the cohort, or not yet; " +
			"is the path in CohortSync.ServerURL right?",
		413: "status 413 Request Entity Too Large: the cohort has more members than CohortSync.MaxCohortSize",
	} {
		request := get(serve(t, respond(status, "")).URL)
		request.Service = httpapi.Cohorts
		_, err := httpapi.New(httpapi.Options{}).Do(t.Context(), request)
		assert.EqualError(t, err, want)
	}
	redirected := &httpapi.StatusError{Service: httpapi.Cohorts, StatusCode: 302, RedirectTo: "https://h"}
	assert.ErrorContains(t, redirected, "set CohortSync.ServerURL to its target")
}
