//go:build cgo && !race

package local_test

import (
	"fmt"
	"testing"

	"github.com/amplitude/experiment-go-server/internal/benchdata"
)

// BenchmarkEvaluateOne evaluates one of 100 flags, by its key, a flag of
// another kind in each call.
func BenchmarkEvaluateOne(b *testing.B) { benchmarkEvaluateOne(b, kindKeys(100)...) }

// BenchmarkEvaluateOneList does the same with a flag that reads a list.
func BenchmarkEvaluateOneList(b *testing.B) { benchmarkEvaluateOne(b, benchdata.Key(listFlag)) }

// benchmarkEvaluateOne measures Evaluate of one flag, for the keys in turn.
func benchmarkEvaluateOne(b *testing.B, keys ...string) {
	client, users := perf(b, flagSet(100))
	decode(b, client, users)
	b.ReportAllocs()
	i, k := uint(0), 0
	for b.Loop() {
		if _, err := client.Evaluate(users[i%manyUsers], keys[k]); err != nil {
			b.Fatal(err)
		}
		i++
		if k++; k == len(keys) {
			k = 0
		}
	}
}

// BenchmarkEvaluateAll evaluates all of n flags.
func BenchmarkEvaluateAll(b *testing.B) {
	for _, n := range []int{1, 10, 100, 1000, 10_000} {
		b.Run(fmt.Sprintf("flags=%d", n), func(b *testing.B) { benchmarkEvaluate(b, flagSet(n)) })
	}
}

// benchmarkEvaluate measures Evaluate of all flags. The variants of the users
// are decoded before.
func benchmarkEvaluate(b *testing.B, flags []byte) {
	client, users := perf(b, flags)
	decode(b, client, users)
	b.ReportAllocs()
	i := uint(0)
	for b.Loop() {
		if _, err := client.Evaluate(users[i%manyUsers]); err != nil {
			b.Fatal(err)
		}
		i++
	}
}
