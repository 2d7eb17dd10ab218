//go:build cgo && !race

package local_test

import (
	"fmt"
	"testing"

	"github.com/amplitude/experiment-go-server/internal/benchdata"
)

// BenchmarkEvaluateOne evaluates one of 100 flags, by its key.
func BenchmarkEvaluateOne(b *testing.B) { benchmarkEvaluate(b, flagSet(100), benchdata.Key(0)) }

// BenchmarkEvaluateAll evaluates all of n flags.
func BenchmarkEvaluateAll(b *testing.B) {
	for _, n := range []int{1, 10, 100, 1000, 10_000} {
		b.Run(fmt.Sprintf("flags=%d", n), func(b *testing.B) { benchmarkEvaluate(b, flagSet(n)) })
	}
}

// benchmarkEvaluate measures Evaluate. The variants of the users are decoded
// before.
func benchmarkEvaluate(b *testing.B, flags []byte, keys ...string) {
	client, users := perf(b, flags)
	decode(b, client, users)
	b.ReportAllocs()
	i := uint(0)
	for b.Loop() {
		if _, err := client.Evaluate(users[i%manyUsers], keys...); err != nil {
			b.Fatal(err)
		}
		i++
	}
}
