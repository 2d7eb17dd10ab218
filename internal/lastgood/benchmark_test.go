package lastgood

import (
	"context"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkReadPart reads a cohort of 50 million members: 450 MB in the page
// cache.
func BenchmarkReadPart(b *testing.B) {
	const size = 450_000_000
	s := newStore(b)
	require.NoError(b, s.WritePart(context.Background(), "cohort", Section{"members", pattern(size, 1)}))
	runtime.GC() // frees the data
	b.SetBytes(size)
	for b.Loop() {
		f, err := s.ReadPart(context.Background(), "cohort")
		if err != nil {
			b.Fatal(err)
		}
		runtime.KeepAlive(f)
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/read")
}
