//go:build cgo && !race

package local_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// Lookups of a subject that remembers them all, of each of so many flags in turn.
func BenchmarkPreparedNoAlloc(b *testing.B) {
	for _, n := range []int{1, 10, 100, 1000, 10_000} {
		b.Run(fmt.Sprintf("flags=%d", n), func(b *testing.B) {
			client, users := perf(b, flagSet(n))
			subject, err := client.Prepare(users[0])
			require.NoError(b, err)
			keys := flagKeys(n)
			askForAll := func() {
				for _, key := range keys {
					subject.Variant(key)
				}
			}
			askForAll()
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
			failOnAllocations(b, askForAll)
		})
	}
}

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

// A subject and so many lookups, each of another flag of 100: what a request takes.
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
