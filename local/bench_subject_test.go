//go:build cgo && !race

package local_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkPreparedNoAlloc looks up each of n flags in turn, with a subject
// that remembers all results.
func BenchmarkPreparedNoAlloc(b *testing.B) {
	for _, n := range []int{1, 10, 100, 1000, 10_000} {
		b.Run(fmt.Sprintf("flags=%d", n), func(b *testing.B) {
			client, users := perf(b, flagSet(n))
			subject, err := client.Prepare(users[0])
			require.NoError(b, err)
			keys := flagKeys(n)
			lookUpAll := func() {
				for _, key := range keys {
					subject.Variant(key)
				}
			}
			lookUpAll()
			_, ok := subject.Variant(keys[0])
			require.True(b, ok)
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				subject.Variant(keys[i])
				if i++; i == n {
					i = 0
				}
			}
			failOnAllocations(b, lookUpAll)
		})
	}
}

// BenchmarkPrepare prepares users for 100 flags.
func BenchmarkPrepare(b *testing.B) {
	client, users := perf(b, flagSet(100))
	b.ReportAllocs()
	i := uint(0)
	for b.Loop() {
		if _, err := client.Prepare(users[i%manyUsers]); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

// BenchmarkPrepareAndAsk prepares a user for 100 flags and looks up n of them,
// as a request does.
func BenchmarkPrepareAndAsk(b *testing.B) {
	for _, n := range []int{1, 3, 10, 30, 100} {
		b.Run(fmt.Sprintf("lookups=%d", n), func(b *testing.B) {
			client, users := perf(b, flagSet(100))
			decode(b, client, users)
			keys := flagKeys(n)
			b.ReportAllocs()
			i := uint(0)
			for b.Loop() {
				subject, err := client.Prepare(users[i%manyUsers])
				if err != nil {
					b.Fatal(err)
				}
				for _, key := range keys {
					subject.Variant(key)
				}
				i++
			}
		})
	}
}
