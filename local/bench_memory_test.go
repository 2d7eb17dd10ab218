//go:build cgo && linux && !race

package local_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/benchdata"
	"github.com/amplitude/experiment-go-server/internal/core"
	"github.com/amplitude/experiment-go-server/local"
)

// memoryURL is the environment variable that makes a child process of
// BenchmarkReloadMemory of this program. It has the URL of the service.
const memoryURL = "EXPERIMENT_MEMORY_URL"

// memory is what the child process reports, in bytes.
type memory struct {
	Before  int64 // resident, without a client
	Started int64 // resident, after Start and a garbage collection
	Peak    int64 // resident, at most, while the flags are replaced
	Plan    int64 // the core's memory for one plan
}

// BenchmarkReloadMemory measures the most memory that a program takes while
// 10,000 flags are replaced every 250 ms and evaluated all the time, under
// settings of Go's garbage collector. The service is in another process. An
// iteration is one reload. The bound for what the reloads add to the started
// program is the size of three plans and two documents.
func BenchmarkReloadMemory(b *testing.B) {
	for _, settings := range []string{
		"GOGC=100", "GOGC=off", "GOGC=off GOMEMLIMIT=512MiB", "GOGC=off GOMEMLIMIT=1GiB",
	} {
		b.Run(strings.ReplaceAll(settings, " ", ","), func(b *testing.B) {
			var reloads atomic.Int64
			service := reloading(b, 250*time.Millisecond, &reloads)
			child := exec.Command(os.Args[0], "-test.run=^TestReloadMemory_Child$", "-test.v")
			child.Env = append(append(os.Environ(), memoryURL+"="+service.URL), strings.Fields(settings)...)
			child.Stderr = os.Stderr
			stdin, err := child.StdinPipe()
			require.NoError(b, err)
			stdout, err := child.StdoutPipe()
			require.NoError(b, err)
			require.NoError(b, child.Start())
			for reloads.Load() < int64(b.N)+2 {
				time.Sleep(10 * time.Millisecond)
			}
			require.NoError(b, stdin.Close())
			var report memory
			readReport(b, stdout, &report)
			require.NoError(b, child.Wait())

			const megabyte = 1e6
			document := float64(len(flagSet(10_000)))
			grown := float64(report.Peak - report.Started)
			b.ReportMetric(float64(report.Before)/megabyte, "before-MB")
			b.ReportMetric(float64(report.Started)/megabyte, "started-MB")
			b.ReportMetric(float64(report.Peak)/megabyte, "peak-MB")
			b.ReportMetric(float64(report.Plan)/megabyte, "plan-MB")
			b.ReportMetric(document/megabyte, "document-MB")
			b.ReportMetric(grown/(3*float64(report.Plan)+2*document), "grown/bound")
		})
	}
}

// readReport reads the report in the output of a child process.
func readReport(b *testing.B, output io.Reader, report any) {
	found := false
	for lines := bufio.NewScanner(output); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "{") {
			require.NoError(b, json.Unmarshal(lines.Bytes(), report))
			found = true
		}
	}
	require.True(b, found, "the child process has not reported")
}

// TestReloadMemory_Child runs a client until its standard input is closed, and
// reports the memory. It runs in the child process of BenchmarkReloadMemory.
func TestReloadMemory_Child(t *testing.T) {
	url := os.Getenv(memoryURL)
	if url == "" {
		t.Skip("BenchmarkReloadMemory runs it")
	}
	users, keys := benchdata.Users(100), flagKeys(10_000)
	report := memory{Before: resident(t, "VmRSS")}
	c := &local.Config{
		ServerURL:                 url,
		FlagConfigPollingInterval: local.NoPolling,
		Logger:                    slog.New(slog.DiscardHandler),
	}
	client, err := local.Initialize(deploymentKey, c)
	require.NoError(t, err)
	require.NoError(t, client.Start(t.Context()))
	for _, key := range keys {
		client.Variant(users[0], key) // decodes the variants
	}
	debug.FreeOSMemory()
	report.Plan, report.Started = core.HeldBytes(), resident(t, "VmRSS")

	require.NoError(t, client.Close())
	c.FlagConfigPollingInterval = local.FastPolling
	client = initialize(t, c)
	require.NoError(t, client.Start(t.Context()))
	debug.FreeOSMemory() // the first client is garbage
	require.NoError(t, os.WriteFile("/proc/self/clear_refs", []byte("5"), 0), "to begin a new VmHWM")
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = io.Copy(io.Discard, os.Stdin)
	}()
	for i := 0; ; i++ {
		select {
		case <-ended:
			report.Peak = resident(t, "VmHWM")
			encoded, err := json.Marshal(report)
			require.NoError(t, err)
			fmt.Printf("\n%s\n", encoded)
			return
		default:
			client.Variant(users[i%len(users)], keys[i%len(keys)])
		}
	}
}

// resident returns a size that Linux reports of the process, in bytes.
func resident(t *testing.T, name string) int64 {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	require.NoError(t, err)
	_, value, found := strings.Cut(string(status), name+":")
	require.True(t, found)
	var kilobytes int64
	_, err = fmt.Sscan(value, &kilobytes)
	require.NoError(t, err)
	return kilobytes << 10
}
