package httpapi_test

import (
	"bytes"
	"log/slog"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

func TestServerURL_SelectsTheHostByServiceAndZone(t *testing.T) {
	for _, tt := range []struct {
		name      string
		service   httpapi.Service
		zone      experiment.ServerZone
		serverURL string
		want      string
	}{
		{"remote, no zone", httpapi.RemoteEvaluation, "", "", "https://api.lab.amplitude.com"},
		{"remote, US", httpapi.RemoteEvaluation, "us", "", "https://api.lab.amplitude.com"},
		{"remote, EU", httpapi.RemoteEvaluation, "eu", "", "https://api.lab.eu.amplitude.com"},
		{"flags, no zone", httpapi.Flags, "", "", "https://api.lab.amplitude.com"},
		{"flags, US", httpapi.Flags, "us", "", "https://api.lab.amplitude.com"},
		{"flags, EU", httpapi.Flags, "eu", "", "https://flag.lab.eu.amplitude.com"},
		{"stream, US", httpapi.Stream, "us", "", "https://stream.lab.amplitude.com"},
		{"stream, EU", httpapi.Stream, "eu", "", "https://stream.lab.eu.amplitude.com"},
		{"URL overrides the zone", httpapi.Flags, "eu", "http://localhost:3546/x", "http://localhost:3546/x"},
		{"IPv6", httpapi.Flags, "", "http://[::1]:80", "http://[::1]:80"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := httpapi.ServerURL(tt.service, tt.zone, tt.serverURL)
			require.NoError(t, err)
			assert.Equal(t, tt.want, got.String())
		})
	}
}

func TestServerURL_NamesTheInvalidField(t *testing.T) {
	for _, tt := range []struct {
		name            string
		zone            experiment.ServerZone
		serverURL, want string
	}{
		{"zone", "mars", "", `ServerZone "mars" is unknown: use "us" or "eu"`},
		{"zone in capitals", "US", "", `ServerZone "US" is unknown: use "us" or "eu"`},
		{"zone with a URL", "mars", "https://h", `ServerZone "mars" is unknown: use "us" or "eu"`},
		{"no scheme", "", "h/path", `ServerURL "h/path" must begin with https:// or http:// and a host`},
		{"host and port alone", "", "localhost:80",
			`ServerURL "localhost:80" must begin with https:// or http:// and a host`},
		{"no host", "", "https:///path", `ServerURL "https:///path" must begin with https:// or http:// and a host`},
		{"port alone", "", "https://:80", `ServerURL "https://:80" must begin with https:// or http:// and a host`},
		{"scheme", "", "ftp://h", `ServerURL "ftp://h" must begin with https:// or http:// and a host`},
		{"query", "", "https://h/?v=1", `ServerURL "https://h/?v=1" must not have a query`},
		{"empty query", "", "https://h/?", `ServerURL "https://h/?" must not have a query`},
		{"fragment", "", "https://h/#a", `ServerURL "https://h/#a" must not have a fragment`},
		{"empty fragment", "", "https://h/#", `ServerURL "https://h/#" must not have a fragment`},
		{"password", "", "https://me:secret@h",
			"ServerURL must not have a user name or password: the deployment key authorizes"},
		{"space", "", "https://h h", `ServerURL is not a URL: invalid character " " in host name`},
		{"password in an invalid URL", "", "https://me:secret@h h",
			`ServerURL is not a URL: invalid character " " in host name`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := httpapi.ServerURL(httpapi.Flags, tt.zone, tt.serverURL)
			assert.Nil(t, got)
			assert.EqualError(t, err, tt.want)
		})
	}
}

func TestWarnIfUnencrypted_WarnsUnlessTheHostIsLoopback(t *testing.T) {
	for serverURL, warns := range map[string]bool{
		"http://proxy:3546/secret-path": true, "http://10.0.0.1": true, "http://[2001:db8::1]:80": true,
		"http://localhost.example": true, "http://0.0.0.0": true,
		"https://proxy": false, "http://localhost:80": false, "http://LOCALHOST.": false, "http://amp.localhost": false,
		"http://127.0.0.1:3546": false, "http://127.8.8.8": false, "http://[::1]:80": false,
		"http://[::ffff:127.0.0.1]": false,
	} {
		base, err := httpapi.ServerURL(httpapi.Flags, "", serverURL)
		require.NoError(t, err)
		var logs bytes.Buffer
		httpapi.WarnIfUnencrypted(slog.New(slog.NewTextHandler(&logs, nil)), httpapi.Flags, base)
		if !warns {
			assert.Empty(t, logs.String(), serverURL)
			continue
		}
		assert.Contains(t, logs.String(), `level=WARN msg="the deployment key is sent unencrypted, `+
			`because ServerURL begins with http://; use https://" host=`)
		assert.Contains(t, logs.String(), base.Host)
		assert.NotContains(t, logs.String(), "secret-path")
	}
}

func TestEndpoint_KeepsTheBasePath(t *testing.T) {
	query := url.Values{"v": {"0"}}
	for base, want := range map[string]string{
		"https://h":         "https://h/sdk/v2/flags?v=0",
		"https://h/":        "https://h/sdk/v2/flags?v=0",
		"https://h/a/b":     "https://h/a/b/sdk/v2/flags?v=0",
		"https://h/a/b/":    "https://h/a/b/sdk/v2/flags?v=0",
		"https://h:81/a%2F": "https://h:81/a%2F/sdk/v2/flags?v=0",
	} {
		u, err := httpapi.ServerURL(httpapi.Flags, "", base)
		require.NoError(t, err)
		assert.Equal(t, want, httpapi.Endpoint(u, "sdk/v2/flags", query))
		assert.Equal(t, base, u.String(), "the base is only read")
		assert.NotContains(t, httpapi.Endpoint(u, "x", nil), "?")
	}
}

func TestLibrary_NamesTheVersion(t *testing.T) {
	assert.Equal(t, "experiment-go-server/0.1.0", httpapi.Library)
}
