//go:build cgo && !race

package snapshot

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/benchdata"
)

// BenchmarkNewPlan measures how long it takes to compile a document, and how
// much memory its flags keep, in Go and in C, per byte of the document. The
// memory is measured after loading, and again after all flags were evaluated
// for many users, since variants are decoded at their first use.
func BenchmarkNewPlan(b *testing.B) {
	for _, n := range []int{1, 10, 100, 1000, 10_000} {
		b.Run(fmt.Sprintf("flags=%d", n), func(b *testing.B) {
			document := benchdata.Flags(n)
			b.ReportAllocs()
			b.SetBytes(int64(len(document)))
			for b.Loop() {
				if _, err := New(document); err != nil {
					b.Fatal(err)
				}
			}
			if n >= 100 { // otherwise the rest of the process would be measured
				loaded, used := keptBytes(b, document)
				b.ReportMetric(float64(loaded)/float64(len(document)), "kept/json")
				b.ReportMetric(float64(used)/float64(len(document)), "kept-used/json")
			}
		})
	}
}

// keptBytes returns how much memory the flags of a document keep, as loaded and
// after use.
func keptBytes(b *testing.B, document []byte) (loaded, used int64) {
	users := benchdata.Users(256)
	before := heapBytes()
	s, err := New(document)
	require.NoError(b, err)
	native := int64(s.plan.Size())
	loaded = heapBytes() - before + native
	for _, user := range users {
		_, err := s.Evaluate(user, nil, true)
		require.NoError(b, err)
	}
	used = heapBytes() - before + native
	runtime.KeepAlive(s)
	runtime.KeepAlive(users)
	runtime.KeepAlive(document)
	return loaded, used
}

// heapBytes returns the memory in use in Go. The second collection empties the
// pools.
func heapBytes() int64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}
