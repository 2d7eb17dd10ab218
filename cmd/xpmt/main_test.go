package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/amplitude/experiment-go-server/experimenttest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// result is the outcome of running the program.
type result struct {
	code           int
	stdout, stderr string
}

// xpmt runs the program to its end and returns the result.
func xpmt(ctx context.Context, stdin string, args ...string) result {
	var stdout, stderr bytes.Buffer
	code := run(ctx, args, strings.NewReader(stdin), &stdout, &stderr)
	return result{code, stdout.String(), stderr.String()}
}

// startFake starts a fake service with flagsDocument, and puts its key into the
// environment. The service ends with the test.
func startFake(t *testing.T) *experimenttest.Server {
	t.Helper()
	server, err := experimenttest.NewServer(&experimenttest.Config{Flags: []byte(flagsDocument)})
	require.NoError(t, err)
	t.Cleanup(server.Close)
	t.Setenv(keyVariable, server.DeploymentKey)
	return server
}

// flagsDocument has a flag with a complete variant and a default variant, an
// undeployed flag, and a flag that depends on that.
const flagsDocument = `[
 {"key":"checkout","metadata":{"flagType":"experiment","flagVersion":7,"deployed":true},
  "variants":{"on":{"key":"on","value":"on","payload":{"color":"<red>","n":12345678901234567}},
              "off":{"key":"off","metadata":{"default":true}}},
  "segments":[
   {"metadata":{"segmentName":"Pro users"},"variant":"on",
    "conditions":[[{"selector":["context","user","user_properties","plan"],"op":"is","values":["pro"]}]]},
   {"metadata":{"segmentName":"All Other Users"},"variant":"off"}]},
 {"key":"theme","metadata":{"flagType":"release","flagVersion":1},
  "variants":{"b":{"key":"b","value":"blue"}},
  "segments":[{"metadata":{"segmentName":"All Other Users"},"variant":"b"}]},
 {"key":"group","metadata":{"flagType":"mutual-exclusion-group","flagVersion":2,"deployed":false},
  "variants":{"slot-1":{"key":"slot-1"}},"segments":[{"variant":"slot-1"}]},
 {"key":"banner","dependencies":["group"],"variants":{"on":{"key":"on"}},
  "segments":[{"conditions":[[{"selector":["result","group","key"],"op":"is","values":["slot-2"]}]],"variant":"on"}]}
]`

// writeFile writes a file to a temporary folder and returns its path.
func writeFile(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

func TestRun_ExitsWith2OnUsageErrors(t *testing.T) {
	t.Setenv(keyVariable, "")
	const noKey = "xpmt: no deployment key given; use --key or set EXPERIMENT_KEY\n"
	for _, tt := range []struct {
		name string
		args []string
		want string
	}{
		{"no command", nil, "xpmt: no command given\nRun 'xpmt --help' for usage.\n"},
		{"unknown command", []string{"fly"},
			"xpmt: unknown command \"fly\" for \"xpmt\"\nRun 'xpmt --help' for usage.\n"},
		{"unknown flag", []string{"fetch", "--fast"},
			"xpmt: unknown flag: --fast\nRun 'xpmt fetch --help' for usage.\n"},
		{"flag without a value", []string{"fetch", "--user-id"},
			"xpmt: flag needs an argument: --user-id\nRun 'xpmt fetch --help' for usage.\n"},
		{"fetch without key", []string{"fetch", "--user-id", "u"}, noKey + "Run 'xpmt fetch --help' for usage.\n"},
		{"flags without key", []string{"flags"}, noKey + "Run 'xpmt flags --help' for usage.\n"},
		{"fetch without user", []string{"fetch", "--key", "k"},
			"xpmt: no user given; use --user-id, --device-id or --user\nRun 'xpmt fetch --help' for usage.\n"},
		{"user is not JSON", []string{"fetch", "--key", "k", "--user", "u"},
			"xpmt: reading the user from --user: invalid character 'u' looking for beginning of value\n" +
				"Run 'xpmt fetch --help' for usage.\n"},
		{"user with a misspelled member", []string{"fetch", "--key", "k", "--user", `{"userid":"u"}`},
			"xpmt: reading the user from --user: json: unknown field \"userid\"\nRun 'xpmt fetch --help' for usage.\n"},
		{"user null", []string{"fetch", "--key", "k", "--user", "null"},
			"xpmt: reading the user from --user: null is not a user\nRun 'xpmt fetch --help' for usage.\n"},
		{"two users", []string{"fetch", "--key", "k", "--user", "{}{}"},
			"xpmt: reading the user from --user: there is more after the JSON object\n" +
				"Run 'xpmt fetch --help' for usage.\n"},
		{"flags with arguments", []string{"flags", "checkout"},
			"xpmt: unknown command \"checkout\" for \"xpmt flags\"\nRun 'xpmt flags --help' for usage.\n"},
		{"serve without flags", []string{"serve"},
			"xpmt: required flag(s) \"flags\" not set\nRun 'xpmt serve --help' for usage.\n"},
		{"conformance without folder", []string{"conformance"},
			"xpmt: requires at least 1 arg(s), only received 0\nRun 'xpmt conformance --help' for usage.\n"},
		{"version with arguments", []string{"version", "1"},
			"xpmt: unknown command \"1\" for \"xpmt version\"\nRun 'xpmt version --help' for usage.\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, result{code: 2, stderr: tt.want}, xpmt(t.Context(), "", tt.args...))
		})
	}
}

func TestRun_ExitsWith2OnBadConfiguration(t *testing.T) {
	t.Setenv(keyVariable, "secret-key-of-a-deployment")
	for _, args := range [][]string{
		{"fetch", "--user-id", "u", "--zone", "mars"},
		{"fetch", "--user-id", "u", "--server-url", "not a url"},
		{"flags", "--zone", "mars"},
		{"flags", "--server-url", "not a url"},
		{"flags", "--key", "two\nlines"},
	} {
		got := xpmt(t.Context(), "", args...)
		assert.Equal(t, 2, got.code, args)
		assert.Empty(t, got.stdout, args)
		assert.Regexp(t, `^xpmt: .+\nRun 'xpmt (fetch|flags) --help' for usage\.\n$`, got.stderr)
		assert.NotContains(t, got.stderr, "secret-key-of-a-deployment")
	}
}

func TestHelp_ExitsWith0(t *testing.T) {
	for _, args := range [][]string{{"help"}, {"--help"}, {"fetch", "--help"}, {"help", "serve"}} {
		got := xpmt(t.Context(), "", args...)
		assert.Equal(t, 0, got.code, args)
		assert.Contains(t, got.stdout, "Usage:\n", args)
		assert.Empty(t, got.stderr, args)
	}
}

func TestHelp_ListsTheCommands(t *testing.T) {
	assert.Equal(t, `xpmt fetches and evaluates a user's variants with Amplitude Experiment, shows
a deployment's flags, serves a fake service to develop against, and runs suites
of evaluation vectors.

Usage:
  xpmt [flags]
  xpmt [command]

Available Commands:
  conformance Run suites of evaluation vectors
  evaluate    Evaluate flags for a user in this process (local evaluation)
  fetch       Fetch a user's variants from the service (remote evaluation)
  flags       Show a deployment's flags
  help        Help about any command
  serve       Serve a fake service to develop against
  version     Print the version of the SDK and the origin of its evaluation core

Flags:
  -h, --help   help for xpmt

Use "xpmt [command] --help" for more information about a command.
`, xpmt(t.Context(), "", "help").stdout)
}

func TestRun_FailsIfTheOutputFails(t *testing.T) {
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

// failingWriter is an output to which nothing can be written.
type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }
