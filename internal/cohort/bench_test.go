package cohort_test

import (
	"bytes"
	"fmt"
	"runtime"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/cohort"
)

// bodyOf returns a cohort of n members with IDs of 12 characters.
func bodyOf(n int) []byte {
	body := make([]byte, 0, 100+15*n)
	body = fmt.Appendf(body, `{"cohortId":"c1","lastModified":1700000000000,"size":%d,`, n)
	body = append(body, `"groupType":"User","memberIds":[`...)
	for i := range n {
		if i > 0 {
			body = append(body, ',')
		}
		body = append(body, '"')
		body = strconv.AppendInt(body, 100_000_000_000+int64(i), 10)
		body = append(body, '"')
	}
	return append(body, "]}"...)
}

func BenchmarkDecode(b *testing.B) {
	for _, n := range []int{100_000, 10_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			key, body := cohort.NewKey(), bodyOf(n)
			b.SetBytes(int64(len(body)))
			size := 0
			for b.Loop() {
				c, err := cohort.Decode(bytes.NewReader(body), key, n)
				require.NoError(b, err)
				require.Equal(b, n, c.Members.Len())
				size = c.Members.Size()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/member")
			b.ReportMetric(float64(size)/float64(n), "bytes/member")
		})
	}
}

func BenchmarkHash(b *testing.B) {
	key := cohort.NewKey()
	for _, n := range []int{8, 12, 36} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			member := string(bytes.Repeat([]byte{'x'}, n))
			sum := uint64(0)
			for b.Loop() {
				sum += key.Hash(member)
			}
			runtime.KeepAlive(sum)
		})
	}
}

// BenchmarkSet compares a lookup with a read of the same memory. Each waits for
// the one before it, as the next hash depends on what it found.
func BenchmarkSet(b *testing.B) {
	for _, n := range []int{100_000, 10_000_000} {
		c, err := cohort.Decode(bytes.NewReader(bodyOf(n)), cohort.Key{}, n)
		require.NoError(b, err)
		words := cohort.Words(c.Members)
		b.Run(fmt.Sprintf("DependentRead/%d", n), func(b *testing.B) {
			hash := uint64(1)
			for b.Loop() {
				hash = (hash ^ words[cohort.Home(hash, uint64(len(words)))]) * 0x9e3779b97f4a7c15
			}
			runtime.KeepAlive(hash)
		})
		b.Run(fmt.Sprintf("Contains/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			hash := uint64(1)
			for b.Loop() {
				hash = (hash + toInt(c.Members.Contains(hash))) * 0x9e3779b97f4a7c15
			}
			runtime.KeepAlive(hash)
		})
		runtime.KeepAlive(c)
	}
}

// toInt returns 1 for true, without a branch that a processor would guess.
func toInt(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
