//go:build unix

package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// program builds xpmt and returns the path of the executable.
func program(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "xpmt")
	output, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput()
	require.NoError(t, err, "%s", output)
	return path
}

// makePipe makes a named pipe and returns its path.
func makePipe(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(path, 0o600))
	return path
}

// readers are commands that read from a named pipe, or from standard input.
var readers = map[string]func(pipe string) []string{
	"flags":          func(pipe string) []string { return []string{"flags", "--flags", pipe} },
	"serve":          func(pipe string) []string { return []string{"serve", "--flags", pipe} },
	"conformance":    func(pipe string) []string { return []string{"conformance", pipe} },
	"standard input": func(string) []string { return []string{"fetch", "--key", "k", "--user", "-"} },
}

// TestMain_EndsOnASignalWhileReading sends signals to real processes, each of
// which reads from a pipe whose other end stays open.
func TestMain_EndsOnASignalWhileReading(t *testing.T) {
	executable := program(t)
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		for name, args := range readers {
			t.Run(name+", "+signal.String(), func(t *testing.T) {
				pipe := makePipe(t)
				command := exec.Command(executable, args(pipe)...)
				var stderr bytes.Buffer
				command.Stderr = &stderr
				stdin, err := command.StdinPipe()
				require.NoError(t, err)
				require.NoError(t, command.Start())
				if name == "standard input" {
					// A pipe holds less, so the process reads by then.
					_, err := stdin.Write(bytes.Repeat([]byte(" "), 1<<20))
					require.NoError(t, err)
				} else {
					// This returns when the process opens its end.
					writer, err := os.OpenFile(pipe, os.O_WRONLY, 0)
					require.NoError(t, err)
					defer writer.Close()
				}
				require.NoError(t, command.Process.Signal(signal))
				require.Error(t, command.Wait())
				assert.Equal(t, 1, command.ProcessState.ExitCode(), "xpmt ends by itself")
				assert.Equal(t, "xpmt: interrupted\n", stderr.String())
			})
		}
	}
}

func TestRun_EndsWhenInterruptedWhileOpeningAPipe(t *testing.T) {
	pipe := makePipe(t)
	ctx, interrupt := context.WithCancel(t.Context())
	ended := make(chan result, 1)
	go func() { ended <- xpmt(ctx, "", "flags", "--flags", pipe) }()
	interrupt()
	assert.Equal(t, result{1, "", "xpmt: interrupted\n"}, <-ended)

	// The goroutine that opens the pipe ends with the other end of it.
	writer, err := os.OpenFile(pipe, os.O_WRONLY, 0)
	require.NoError(t, err)
	require.NoError(t, writer.Close())
}
