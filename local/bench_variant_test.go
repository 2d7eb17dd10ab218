//go:build cgo && !race

package local_test

import (
	"fmt"
	"runtime"
	"sync"
	"testing"

	"github.com/amplitude/experiment-go-server/internal/benchdata"
)

// BenchmarkVariantNoAlloc evaluates one of n flags, a flag of another kind in
// each call.
func BenchmarkVariantNoAlloc(b *testing.B) {
	for _, n := range []int{1, 10, 100, 1000, 10_000} {
		b.Run(fmt.Sprintf("flags=%d", n), func(b *testing.B) {
			client, users := perf(b, flagSet(n))
			benchmarkVariant(b, client, users, kindKeys(n)...)
		})
	}
}

// BenchmarkVariantListNoAlloc evaluates one of 100 flags, which compares a
// string and a list of strings.
func BenchmarkVariantListNoAlloc(b *testing.B) {
	client, users := perf(b, flagSet(100))
	benchmarkVariant(b, client, users, benchdata.Key(listFlag))
}

// BenchmarkVariantInTurnNoAlloc evaluates another flag in each call, so that
// the caches of the processor help as little as possible.
func BenchmarkVariantInTurnNoAlloc(b *testing.B) {
	for _, n := range []int{1, 10, 100, 1000, 10_000} {
		b.Run(fmt.Sprintf("flags=%d", n), func(b *testing.B) {
			client, users := perf(b, flagSet(n))
			decode(b, client, users)
			keys := flagKeys(n)
			next := uint(0)
			call := func() {
				client.Variant(users[next%manyUsers], keys[next%uint(n)])
				next++
			}
			b.ReportAllocs()
			for b.Loop() {
				call()
			}
			failOnAllocations(b, func() {
				for range manyUsers {
					call()
				}
			})
		})
	}
}

// BenchmarkVariantLongNoAlloc evaluates rules that take longer than most.
func BenchmarkVariantLongNoAlloc(b *testing.B) {
	for _, tt := range []struct {
		rule, flagKey string
		flags         []byte
	}{
		{"regex", benchdata.RegexKey, benchdata.RegexFlag()},
		{"cohort", benchdata.CohortKey, benchdata.CohortFlag()},
		{"is_10000", benchdata.IsKey, benchdata.IsFlag(10_000)},
		{"contains_100", benchdata.ContainsKey, benchdata.ContainsFlag(100)},
	} {
		b.Run("rule="+tt.rule, func(b *testing.B) {
			client, users := perf(b, tt.flags)
			benchmarkVariant(b, client, users, tt.flagKey)
		})
	}
}

// BenchmarkVariantPropertiesNoAlloc evaluates a flag that reads the user ID and
// two properties, for users that have n properties.
func BenchmarkVariantPropertiesNoAlloc(b *testing.B) {
	for _, n := range []int{3, 12, 30, 100, 300} {
		b.Run(fmt.Sprintf("properties=%d", n), func(b *testing.B) {
			client, users := perf(b, flagSet(1))
			for i, user := range users {
				users[i] = benchdata.WithProperties(user, n)
			}
			benchmarkVariant(b, client, users, benchdata.Key(0))
		})
	}
}

// BenchmarkVariantGoroutinesNoAlloc reports the wall time divided by the calls
// of all goroutines, so half the time is twice the throughput.
func BenchmarkVariantGoroutinesNoAlloc(b *testing.B) {
	for _, goroutines := range []int{1, 2, 4, 8} {
		b.Run(fmt.Sprintf("goroutines=%d", goroutines), func(b *testing.B) {
			client, users := perf(b, flagSet(100))
			processors := runtime.GOMAXPROCS(0)
			defer runtime.GOMAXPROCS(processors)
			runtime.GOMAXPROCS(min(goroutines, processors))
			key := benchdata.Key(0)
			evaluate := func(first, calls int) {
				for i := uint(first); calls > 0; i, calls = i+1, calls-1 {
					client.Variant(users[i%manyUsers], key)
				}
			}
			evaluate(0, manyUsers)
			b.ReportAllocs()
			b.ResetTimer()
			var wait sync.WaitGroup
			wait.Add(goroutines)
			for g := range goroutines {
				go func() {
					defer wait.Done()
					evaluate(g*manyUsers/goroutines, (b.N+g)/goroutines)
				}()
			}
			wait.Wait()
			b.StopTimer()
			failOnAllocations(b, func() { evaluate(0, manyUsers) })
		})
	}
}
