package main

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/experimenttest"
)

// variants are the variants that the fake service returns in these tests. They
// are set, so that the tests need no evaluation.
var variants = experiment.Variants{
	"checkout": {Key: "on", Value: "on", Payload: map[string]any{"color": "<red>"},
		Metadata: map[string]any{"segmentName": "Pro users", "flagVersion": 7}},
	"theme": {Key: "b", Value: "blue"},
	"off":   {Key: "off", Metadata: map[string]any{"default": true, "segmentName": "All Other Users"}},
}

func TestFetch_ShowsATable(t *testing.T) {
	server := startFake(t)
	require.NoError(t, server.SetVariants(variants))
	assert.Equal(t, result{stdout: `FLAG      VARIANT   PAYLOAD            SEGMENT
checkout  on        {"color":"<red>"}  Pro users
theme     b = blue  -                  -
`}, xpmt(t.Context(), "", "fetch", "--server-url", server.URL, "--user-id", "u"))

	assert.Equal(t, result{stdout: `FLAG      VARIANT   PAYLOAD            SEGMENT
checkout  on        {"color":"<red>"}  Pro users
off       off       -                  All Other Users
theme     b = blue  -                  -
`}, xpmt(t.Context(), "", "fetch", "--server-url", server.URL, "--user-id", "u", "--include-defaults"))
}

func TestFetch_WritesJSON(t *testing.T) {
	server := startFake(t)
	require.NoError(t, server.SetVariants(variants))
	assert.Equal(t, result{stdout: `{
  "checkout": {
    "key": "on",
    "value": "on",
    "payload": {
      "color": "<red>"
    },
    "metadata": {
      "flagVersion": 7,
      "segmentName": "Pro users"
    }
  },
  "theme": {
    "key": "b",
    "value": "blue"
  }
}
`}, xpmt(t.Context(), "", "fetch", "--server-url", server.URL, "--user-id", "u", "--json"))
}

func TestFetch_WithoutVariants(t *testing.T) {
	server := startFake(t)
	require.NoError(t, server.SetVariants(experiment.Variants{}))
	assert.Equal(t, result{stdout: "no variants\n"},
		xpmt(t.Context(), "", "fetch", "--server-url", server.URL, "--user-id", "u"))
	assert.Equal(t, result{stdout: "{}\n"},
		xpmt(t.Context(), "", "fetch", "--server-url", server.URL, "--user-id", "u", "--json"))
}

func TestFetch_SelectsFlagsAndDoesNotTrack(t *testing.T) {
	server := startFake(t)
	require.NoError(t, server.SetVariants(variants))
	got := xpmt(t.Context(), "", "fetch", "--server-url", server.URL, "--user-id", "u",
		"--flag-keys", "theme,none", "off")
	assert.Equal(t, 1, got.code)
	assert.Equal(t, "xpmt: unknown flag: \"none\": the service has no variant, not even a default one\n", got.stderr)
	request := server.Requests()[0]
	assert.Equal(t, []string{"theme", "none", "off"}, request.FlagKeys)
	assert.Equal(t, "no-track", request.Track)
	assert.Equal(t, "", request.ExposureTrack)
}

func TestFetch_SendsTheUser(t *testing.T) {
	const user = `{"user_id":"json","device_id":"d","user_properties":{"n":12345678901234567}}`
	const library = `"library":"experiment-go-server/` + experiment.Version + `"`
	for _, tt := range []struct {
		name, stdin string
		args        []string
		want        string
	}{
		{"by IDs", "", []string{"--user-id", "u", "--device-id", "d"},
			`{"user_id":"u","device_id":"d",` + library + `}`},
		{"as JSON", "", []string{"--user", user},
			`{"user_id":"json","device_id":"d",` + library + `,"user_properties":{"n":12345678901234567}}`},
		{"from standard input", user + "\n", []string{"--user", "-"},
			`{"user_id":"json","device_id":"d",` + library + `,"user_properties":{"n":12345678901234567}}`},
		{"with an ID that replaces the one in the JSON", user, []string{"--user", "-", "--user-id", "u"},
			`{"user_id":"u","device_id":"d",` + library + `,"user_properties":{"n":12345678901234567}}`},
		{"anonymous", "", []string{"--user", "{}"}, `{` + library + `}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := startFake(t)
			require.NoError(t, server.SetVariants(variants))
			got := xpmt(t.Context(), tt.stdin, append([]string{"fetch", "--server-url", server.URL}, tt.args...)...)
			assert.Equal(t, 0, got.code, got.stderr)
			assert.Equal(t, tt.want, string(server.Requests()[0].User))
		})
	}
}

func TestFetch_PrefersTheKeyFlag(t *testing.T) {
	server := startFake(t)
	require.NoError(t, server.SetVariants(variants))
	got := xpmt(t.Context(), "", "fetch", "--server-url", server.URL, "--user-id", "u", "--key", "another-key")
	assert.Equal(t, 1, got.code)
	assert.Empty(t, got.stdout)
	assert.Regexp(t, `^xpmt: .*401.*\n$`, got.stderr)
	assert.NotContains(t, got.stderr, "another-key")
}

func TestFetch_FailsOnBadStandardInput(t *testing.T) {
	t.Setenv(keyVariable, "k")
	assert.Equal(t, result{1, "", "xpmt: reading the user from standard input: there is no JSON\n"},
		xpmt(t.Context(), " \n", "fetch", "--user", "-"))
	assert.Equal(t, result{1, "", "xpmt: reading the user from standard input: unexpected EOF\n"},
		xpmt(t.Context(), `{"user_id"`, "fetch", "--user", "-"))
}

func TestFetch_EndsWhenInterrupted(t *testing.T) {
	server := startFake(t)
	require.NoError(t, server.Fail(experimenttest.EndpointVardata, experimenttest.Fault{Wait: make(chan struct{})}))
	ctx, interrupt := context.WithCancel(t.Context())
	ended := make(chan result, 1)
	go func() { ended <- xpmt(ctx, "", "fetch", "--server-url", server.URL, "--user-id", "u") }()
	require.NoError(t, server.AwaitRequests(t.Context(), experimenttest.EndpointVardata, 1))
	interrupt()
	assert.Equal(t, result{1, "", "xpmt: interrupted\n"}, <-ended)
}

func TestFetch_EndsWhenInterruptedWhileReadingTheUser(t *testing.T) {
	t.Setenv(keyVariable, "k")
	ctx, interrupt := context.WithCancel(t.Context())
	stdin, terminal := io.Pipe()
	defer terminal.Close()
	ended := make(chan int, 1)
	var stderr strings.Builder
	go func() { ended <- run(ctx, []string{"fetch", "--user", "-"}, stdin, io.Discard, &stderr) }()
	_, err := terminal.Write([]byte("{")) // returns when it has been read
	require.NoError(t, err)
	interrupt()
	assert.Equal(t, 1, <-ended)
	assert.Equal(t, "xpmt: interrupted\n", stderr.String())
}
