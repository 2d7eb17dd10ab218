package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experimenttest"
	"github.com/amplitude/experiment-go-server/local"
)

// served is a running "xpmt serve", with its output line by line.
type served struct {
	url           string
	warning       string // of a program that cannot evaluate flags
	lines, errors *bufio.Scanner
	interrupt     context.CancelFunc
	code          chan int
}

// serve starts "xpmt serve" on a free port. The end of the test interrupts it.
func serve(t *testing.T, args ...string) served {
	t.Helper()
	ctx, interrupt := context.WithCancel(t.Context())
	stdout, out := io.Pipe()
	stderr, problems := io.Pipe()
	s := served{
		lines: bufio.NewScanner(stdout), errors: bufio.NewScanner(stderr),
		interrupt: interrupt, code: make(chan int, 1),
	}
	go func() {
		s.code <- run(ctx, append([]string{"serve", "--address", "127.0.0.1:0"}, args...), nil, out, problems)
		out.Close()
		problems.Close()
	}()
	t.Cleanup(func() {
		interrupt()
		stdout.Close()
		stderr.Close()
	})
	if local.Available() != nil {
		require.True(t, s.errors.Scan(), "serve warns that it cannot evaluate flags")
		s.warning = s.errors.Text()
	}
	first := s.line(t)
	found := regexp.MustCompile(`^serving .+ on (http://127\.0\.0\.1:[0-9]+)$`).FindStringSubmatch(first)
	require.NotNil(t, found, first)
	s.url = found[1]
	return s
}

// line returns the next line of the output.
func (s served) line(t *testing.T) string {
	t.Helper()
	require.True(t, s.lines.Scan(), "the output has ended")
	return s.lines.Text()
}

func TestServe_RunsUntilInterrupted(t *testing.T) {
	t.Setenv(keyVariable, "")
	served := serve(t, "--flags", writeFile(t, "flags.json", flagsDocument))
	assert.Equal(t, "deployment key: "+experimenttest.DefaultDeploymentKey, served.line(t))

	assert.Equal(t, result{stdout: flagsTable},
		xpmt(t.Context(), "", "flags", "--server-url", served.url, "--key", experimenttest.DefaultDeploymentKey))

	served.interrupt()
	assert.Equal(t, 0, <-served.code)
	assert.False(t, served.lines.Scan(), "nothing more is written")
}

func TestServe_ExpectsTheGivenKeyWithoutPrintingIt(t *testing.T) {
	for _, tt := range []struct {
		name, variable string
		args           []string
		key, line      string
	}{
		{"by flag", "", []string{"--key", "my-key"}, "my-key", "deployment key: the one given by --key"},
		{"by environment", "my-key", nil, "my-key", "deployment key: the one in EXPERIMENT_KEY"},
		{"by flag rather than the environment", "other", []string{"--key", "my-key"}, "my-key",
			"deployment key: the one given by --key"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv(keyVariable, tt.variable)
			served := serve(t, append(tt.args, "--flags", writeFile(t, "flags.json", "[]"))...)
			assert.Equal(t, tt.line, served.line(t))
			assert.Equal(t, 0, xpmt(t.Context(), "", "flags", "--server-url", served.url, "--key", tt.key).code)
			served.interrupt()
			assert.Equal(t, 0, <-served.code)
		})
	}
}

func TestServe_FollowsItsFile(t *testing.T) {
	t.Setenv(keyVariable, "k")
	file := writeFile(t, "flags.json", "[]")
	served := serve(t, "--flags", file)
	served.line(t)

	replace := func(document string) {
		t.Helper()
		// Renaming, as editors do, never exposes a half-written file.
		other := filepath.Join(t.TempDir(), "new")
		require.NoError(t, os.WriteFile(other, []byte(document), 0o600))
		require.NoError(t, os.Rename(other, file))
	}
	replace(flagsDocument)
	assert.Equal(t, file+" changed and is served", served.line(t))
	assert.Equal(t, flagsTable, xpmt(t.Context(), "", "flags", "--server-url", served.url).stdout)

	replace("[")
	require.True(t, served.errors.Scan())
	assert.Equal(t, "xpmt: reloading "+file+": setting flags: decoding the document: unexpected end of JSON input; "+
		"the previous flags stay in use",
		served.errors.Text())
	assert.Equal(t, flagsTable, xpmt(t.Context(), "", "flags", "--server-url", served.url).stdout)

	replace("[ ]")
	assert.Equal(t, file+" changed and is served", served.line(t))
	assert.Equal(t, "[ ]", xpmt(t.Context(), "", "flags", "--server-url", served.url, "--json").stdout)
	served.interrupt()
	assert.Equal(t, 0, <-served.code)
}

func TestServe_Fails(t *testing.T) {
	t.Setenv(keyVariable, "")
	file := writeFile(t, "flags.json", "7")
	assert.Equal(t, result{1, "", "xpmt: serving " + file + ": starting the fake service: setting flags: " +
		"the document is not a JSON array or object of flags\n"},
		xpmt(t.Context(), "", "serve", "--flags", file))
	assert.Equal(t, result{1, "", "xpmt: reading flags: stat missing.json: no such file or directory\n"},
		xpmt(t.Context(), "", "serve", "--flags", "missing.json"))

	var stderr bytes.Buffer
	code := run(t.Context(), []string{"serve", "--address", "127.0.0.1:0", "--flags", writeFile(t, "flags.json", "[]")},
		nil, failingWriter{}, &stderr)
	assert.Equal(t, 1, code)
	lines := strings.SplitAfter(stderr.String(), "\n") // after the warning of a program without a core
	assert.Equal(t, "xpmt: the disk is full\n", lines[len(lines)-2])
}
