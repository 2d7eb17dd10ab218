//go:build cgo && !race

package snapshot

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/benchdata"
)

// What it takes to load flags, and how much memory they keep, by the length of the document: in Go and in C, once as loaded,
// and once after every flag was evaluated for many users, since what they get is decoded then.
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
			if n >= 100 { // below, it is what else the process does that would be measured
				loaded, used := keptBytes(b, document)
				b.ReportMetric(float64(loaded)/float64(len(document)), "kept/json")
				b.ReportMetric(float64(used)/float64(len(document)), "kept-used/json")
			}
		})
	}
}

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

// heapBytes is the memory in use in Go, after a second collection has emptied the pools.
func heapBytes() int64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}
