//go:build cgo && linux && !race

package local_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"
)

// cohortMemoryURL is the environment variable that makes a child process of
// BenchmarkCohortMemory of this program. It has the URL of the service.
const cohortMemoryURL = "EXPERIMENT_COHORT_MEMORY_URL"

// cohortMemory is what the child process reports, in bytes.
type cohortMemory struct {
	Before int64 // resident, without a client
	Loaded int64 // resident, with one client that has loaded the cohort
	Peak   int64 // resident, at most, while a second client loads it
	Both   int64 // resident, with both
}

// BenchmarkCohortMemory measures the memory of a cohort of 10 million members,
// and of loading it while another copy is in use, as a refresh does. The
// service is in another process.
func BenchmarkCohortMemory(b *testing.B) {
	fake := cohortFake(b, memberIDs(largeCohort))
	var report cohortMemory
	for b.Loop() {
		child := exec.Command(os.Args[0], "-test.run=^TestCohortMemory_Child$", "-test.v")
		child.Env = append(os.Environ(), cohortMemoryURL+"="+fake.URL)
		child.Stderr = os.Stderr
		stdout, err := child.StdoutPipe()
		require.NoError(b, err)
		require.NoError(b, child.Start())
		readReport(b, stdout, &report)
		require.NoError(b, child.Wait())
	}
	set := float64(report.Both - report.Loaded)
	b.ReportMetric(set/largeCohort, "bytes/member")
	b.ReportMetric(float64(report.Peak-report.Loaded)/set, "peak/set")
	b.ReportMetric(float64(report.Before)/1e6, "before-MB")
	b.ReportMetric(float64(report.Loaded)/1e6, "loaded-MB")
}

// TestCohortMemory_Child loads the cohort of the service twice, and reports the
// memory. It runs in the child process of BenchmarkCohortMemory.
func TestCohortMemory_Child(t *testing.T) {
	url := os.Getenv(cohortMemoryURL)
	if url == "" {
		t.Skip("BenchmarkCohortMemory runs it")
	}
	debug.FreeOSMemory()
	report := cohortMemory{Before: resident(t, "VmRSS")}
	first := startWithCohort(t, cohortConfig(url), largeCohort)
	debug.FreeOSMemory()
	report.Loaded = resident(t, "VmRSS")
	require.NoError(t, os.WriteFile("/proc/self/clear_refs", []byte("5"), 0), "to begin a new VmHWM")
	second := startWithCohort(t, cohortConfig(url), largeCohort)
	report.Peak = resident(t, "VmHWM")
	debug.FreeOSMemory()
	report.Both = resident(t, "VmRSS")
	runtime.KeepAlive(first)
	runtime.KeepAlive(second)
	encoded, err := json.Marshal(report)
	require.NoError(t, err)
	fmt.Printf("\n%s\n", encoded)
}
