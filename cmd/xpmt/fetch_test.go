package main

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/experimenttest"
)

// variants are what the fake answers in these tests, which need no evaluation.
var variants = map[string]experiment.Variant{
	"checkout": {Key: "on", Value: "on", Payload: map[string]any{"color": "<red>"},
		Metadata: map[string]any{"segmentName": "Pro users", "flagVersion": 7}},
	"theme": {Key: "b", Value: "blue"},
	"off":   {Key: "off", Metadata: map[string]any{"default": true, "segmentName": "All Other Users"}},
}

func TestFetchShowsATable(t *testing.T) {
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

func TestFetchWritesJSON(t *testing.T) {
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

func TestFetchOfNothing(t *testing.T) {
	server := startFake(t)
	require.NoError(t, server.SetVariants(map[string]experiment.Variant{}))
	assert.Equal(t, result{stdout: "no variants (default ones are shown with --include-defaults)\n"},
		xpmt(t.Context(), "", "fetch", "--server-url", server.URL, "--user-id", "u"))
	assert.Equal(t, result{stdout: "{}\n"},
		xpmt(t.Context(), "", "fetch", "--server-url", server.URL, "--user-id", "u", "--json"))
}

func TestFetchAsksForFlagsAndDoesNotTrack(t *testing.T) {
	server := startFake(t)
	require.NoError(t, server.SetVariants(variants))
	got := xpmt(t.Context(), "", "fetch", "--server-url", server.URL, "--user-id", "u", "--flag-keys", "theme,none", "off")
	assert.Equal(t, 0, got.code)
	request := server.Requests()[0]
	assert.Equal(t, []string{"theme", "none", "off"}, request.FlagKeys)
	assert.Equal(t, "no-track", request.Track)
	assert.Equal(t, "", request.ExposureTrack)
}

func TestFetchSendsTheUser(t *testing.T) {
	const user = `{"user_id":"json","device_id":"d","user_properties":{"n":12345678901234567}}`
	const library = `"library":"experiment-go-server/` + experiment.Version + `"`
	for _, tt := range []struct {
		name, stdin string
		args        []string
		want        string
	}{
		{"by IDs", "", []string{"--user-id", "u", "--device-id", "d"}, `{"user_id":"u","device_id":"d",` + library + `}`},
		{"as JSON", "", []string{"--user", user},
			`{"user_id":"json","device_id":"d",` + library + `,"user_properties":{"n":12345678901234567}}`},
		{"from the standard input", user + "\n", []string{"--user", "-"},
			`{"user_id":"json","device_id":"d",` + library + `,"user_properties":{"n":12345678901234567}}`},
		{"IDs before those in the JSON", user, []string{"--user", "-", "--user-id", "u"},
			`{"user_id":"u","device_id":"d",` + library + `,"user_properties":{"n":12345678901234567}}`},
		{"empty, if it says so", "", []string{"--user", "{}"}, `{` + library + `}`},
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

func TestFetchTakesTheKeyFromTheFlagFirst(t *testing.T) {
	server := startFake(t)
	require.NoError(t, server.SetVariants(variants))
	got := xpmt(t.Context(), "", "fetch", "--server-url", server.URL, "--user-id", "u", "--key", "another-key")
	assert.Equal(t, 1, got.code)
	assert.Empty(t, got.stdout)
	assert.Regexp(t, `^xpmt: .*401.*\n$`, got.stderr)
	assert.NotContains(t, got.stderr, "another-key")
}

func TestFetchFailsOnABadStandardInput(t *testing.T) {
	t.Setenv(keyVariable, "k")
	assert.Equal(t, result{1, "", "xpmt: reading the user from the standard input: it is empty\n"},
		xpmt(t.Context(), " \n", "fetch", "--user", "-"))
	assert.Equal(t, result{1, "", "xpmt: reading the user from the standard input: unexpected EOF\n"},
		xpmt(t.Context(), `{"user_id"`, "fetch", "--user", "-"))
}

func TestInterruptsEndAFetch(t *testing.T) {
	server := startFake(t)
	require.NoError(t, server.Fail(experimenttest.EndpointVardata, experimenttest.Fault{Wait: make(chan struct{})}))
	ctx, interrupt := context.WithCancel(t.Context())
	ended := make(chan result, 1)
	go func() { ended <- xpmt(ctx, "", "fetch", "--server-url", server.URL, "--user-id", "u") }()
	require.NoError(t, server.AwaitRequests(t.Context(), experimenttest.EndpointVardata, 1))
	interrupt()
	assert.Equal(t, result{1, "", "xpmt: interrupted\n"}, <-ended)
}

func TestInterruptsEndTheReadingOfAUser(t *testing.T) {
	t.Setenv(keyVariable, "k")
	ctx, interrupt := context.WithCancel(t.Context())
	stdin, terminal := io.Pipe()
	defer terminal.Close()
	ended := make(chan int, 1)
	var stderr strings.Builder
	go func() { ended <- run(ctx, []string{"fetch", "--user", "-"}, stdin, io.Discard, &stderr) }()
	_, err := terminal.Write([]byte("{")) // returns once it is read
	require.NoError(t, err)
	interrupt()
	assert.Equal(t, 1, <-ended)
	assert.Equal(t, "xpmt: interrupted\n", stderr.String())
}

func TestAnOutputThatFailsIsAnError(t *testing.T) {
	server := startFake(t)
	require.NoError(t, server.SetVariants(variants))
	for _, args := range [][]string{
		{"fetch", "--user-id", "u"},
		{"fetch", "--user-id", "u", "--json"},
		{"flags"},
		{"flags", "--json"},
	} {
		var stderr strings.Builder
		code := run(t.Context(), append(args, "--server-url", server.URL), nil, failingWriter{}, &stderr)
		assert.Equal(t, 1, code, args)
		assert.Equal(t, "xpmt: the disk is full\n", stderr.String(), args)
	}
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }
