package amplitude_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/benchmarks/amplitude"
	"github.com/amplitude/experiment-go-server/pkg/experiment"
)

// The benchmarks have the same names as in the module around this one.

const measuredKey = "checkout-redesign-00000"

var (
	accounts = make([]*amplitude.Account, 256)
	users    = make([]*experiment.User, len(accounts))
	one      = []string{measuredKey}
)

func init() {
	for i := range accounts {
		accounts[i] = amplitude.NewAccount(fmt.Sprintf("user-%016x", i))
		users[i] = accounts[i].User()
	}
}

func BenchmarkOne(b *testing.B) {
	for _, n := range []int{1, 100, 1_000, 10_000} {
		b.Run(fmt.Sprintf("sdk=amplitude/flags=%d", n), func(b *testing.B) {
			client := connect(b, n)
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				variants, err := client.EvaluateV2(users[i%len(users)], one)
				if err != nil || variants[measuredKey].Key == "" {
					b.Fatal("no variant: ", err)
				}
				i++
			}
		})
	}
}

func BenchmarkRequest(b *testing.B) {
	for _, n := range []int{1, 10} {
		b.Run(fmt.Sprintf("sdk=amplitude/asked=%d", n), func(b *testing.B) {
			client := connect(b, 100)
			var flags []struct{ Key string }
			require.NoError(b, json.Unmarshal(read(b, 100), &flags))
			keys := make([]string, n)
			for i := range keys {
				keys[i] = flags[i].Key
			}
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				variants, err := client.EvaluateV2(accounts[i%len(accounts)].User(), keys)
				if err != nil || len(variants) != n {
					b.Fatal("not all variants: ", len(variants), err)
				}
				i++
			}
		})
	}
}

func BenchmarkAll(b *testing.B) {
	for _, n := range []int{100, 1_000} {
		b.Run(fmt.Sprintf("sdk=amplitude/how=call/flags=%d", n), func(b *testing.B) {
			client := connect(b, n)
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				variants, err := client.EvaluateV2(users[i%len(users)], nil)
				if err != nil || len(variants) != n {
					b.Fatal("not all variants: ", len(variants), err)
				}
				i++
			}
		})
	}
}

func BenchmarkParallel(b *testing.B) {
	b.Run("sdk=amplitude", func(b *testing.B) {
		client := connect(b, 100)
		b.ReportAllocs()
		b.ResetTimer()
		b.RunParallel(func(pb *testing.PB) {
			for i := 0; pb.Next(); i++ {
				if _, err := client.EvaluateV2(users[i%len(users)], one); err != nil {
					b.Error(err)
					return
				}
			}
		})
	})
}

func BenchmarkLoad(b *testing.B) {
	for _, n := range []int{100, 1_000} {
		b.Run(fmt.Sprintf("sdk=amplitude/flags=%d", n), func(b *testing.B) {
			document := read(b, n)
			server := amplitude.Serve(document)
			defer server.Close()
			b.ReportAllocs()
			for b.Loop() {
				client, err := amplitude.Connect(server.URL)
				require.NoError(b, err)
				variants, err := client.EvaluateV2(users[0], one)
				require.NoError(b, err)
				require.NotEmpty(b, variants)
			}
			b.ReportMetric(float64(len(document)), "document-bytes")
		})
	}
}

// read returns a document of flags, and skips the test or benchmark if the
// document has not been written.
func read(tb testing.TB, flags int) []byte {
	document, err := amplitude.ReadFlags(flags)
	if errors.Is(err, fs.ErrNotExist) {
		tb.Skip("benchmarks/run has not written the flags")
	}
	require.NoError(tb, err)
	return document
}
