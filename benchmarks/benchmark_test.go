package benchmarks_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/benchmarks"
)

// The names of benchmarks state what is compared, for example
// BenchmarkOne/sdk=growthbook/flags=100. Package amplitude has the same names.
// Each call takes another account.

var accounts = benchmarks.Accounts(256)

// flagsOf returns the first n flags.
func flagsOf(tb testing.TB, n int) []benchmarks.Flag {
	flags, err := benchmarks.Flags(n)
	require.NoError(tb, err)
	return flags
}

// runEach runs a benchmark for every SDK.
func runEach(b *testing.B, sdks []benchmarks.SDK, run func(b *testing.B, sdk benchmarks.SDK)) {
	for _, sdk := range sdks {
		b.Run("sdk="+sdk.Name, func(b *testing.B) { run(b, sdk) })
	}
}

// BenchmarkOne evaluates one flag of several. The SDK's kind of user has been
// made before.
func BenchmarkOne(b *testing.B) {
	runEach(b, benchmarks.Lookups(), func(b *testing.B, sdk benchmarks.SDK) {
		for _, n := range []int{1, 100, 1_000, 10_000} {
			b.Run(fmt.Sprintf("flags=%d", n), func(b *testing.B) {
				client, key := connect(b, sdk, flagsOf(b, n), accounts), benchmarks.MeasuredKey()
				warm(b, client, key)
				b.ReportAllocs()
				i := 0
				for b.Loop() {
					client.Variant(i%len(accounts), key)
					i++
				}
			})
		}
	})
}

// BenchmarkRequest makes the SDK's kind of user from an account, and looks up
// some of 100 flags, one by one.
func BenchmarkRequest(b *testing.B) {
	runEach(b, benchmarks.Lookups(), func(b *testing.B, sdk benchmarks.SDK) {
		for _, n := range []int{1, 10} {
			b.Run(fmt.Sprintf("asked=%d", n), func(b *testing.B) {
				client, keys := connect(b, sdk, flagsOf(b, 100), accounts), make([]string, n)
				for i := range keys {
					keys[i] = benchmarks.Key(i)
					warm(b, client, keys[i])
				}
				b.ReportAllocs()
				i := 0
				for b.Loop() {
					client.VariantsOf(accounts[i%len(accounts)], keys...)
					i++
				}
			})
		}
	})
}

// BenchmarkAll evaluates all flags for a user, one by one, and in one call if
// the SDK has such a call.
func BenchmarkAll(b *testing.B) {
	runEach(b, benchmarks.SDKs(), func(b *testing.B, sdk benchmarks.SDK) {
		for _, n := range []int{100, 1_000} {
			flags := flagsOf(b, n)
			client := connect(b, sdk, flags, accounts)
			if client, ok := client.(benchmarks.AllClient); ok {
				b.Run(fmt.Sprintf("how=call/flags=%d", n), func(b *testing.B) {
					for i := range accounts {
						require.Equal(b, n, client.All(i))
					}
					b.ReportAllocs()
					i := 0
					for b.Loop() {
						client.All(i % len(accounts))
						i++
					}
				})
			}
			b.Run(fmt.Sprintf("how=loop/flags=%d", n), func(b *testing.B) {
				for _, flag := range flags {
					warm(b, client, flag.Key)
				}
				b.ReportAllocs()
				i := 0
				for b.Loop() {
					for _, flag := range flags {
						client.Variant(i%len(accounts), flag.Key)
					}
					i++
				}
			})
		}
	})
}

// BenchmarkParallel evaluates one flag of 100 on all CPUs at once.
func BenchmarkParallel(b *testing.B) {
	runEach(b, benchmarks.Lookups(), func(b *testing.B, sdk benchmarks.SDK) {
		client, key := connect(b, sdk, flagsOf(b, 100), accounts), benchmarks.MeasuredKey()
		warm(b, client, key)
		b.ReportAllocs()
		b.ResetTimer()
		b.RunParallel(func(pb *testing.PB) {
			for i := 0; pb.Next(); i++ {
				client.Variant(i%len(accounts), key)
			}
		})
	})
}

// BenchmarkLoad makes a client, loads flags from a server on loopback and
// evaluates one. The time to close the client does not count.
func BenchmarkLoad(b *testing.B) {
	runEach(b, benchmarks.SDKs(), func(b *testing.B, sdk benchmarks.SDK) {
		if sdk.Document == nil {
			b.Skip("the SDK has no document of flags")
		}
		for _, n := range []int{100, 1_000} {
			b.Run(fmt.Sprintf("flags=%d", n), func(b *testing.B) {
				source, closeServer, err := sdk.Serve(flagsOf(b, n))
				require.NoError(b, err)
				defer closeServer()
				b.ReportAllocs()
				for b.Loop() {
					client, err := sdk.Connect(source, accounts[:1])
					require.NoError(b, err)
					require.NotEmpty(b, client.Variant(0, benchmarks.MeasuredKey()))
					b.StopTimer()
					client.Close()
					b.StartTimer()
				}
				b.ReportMetric(float64(source.Bytes), "document-bytes")
			})
		}
	})
}

// warm evaluates a flag for every account, so that an SDK has made what it
// makes at first use, and requires a result.
func warm(b *testing.B, client benchmarks.Client, key string) {
	for i := range accounts {
		require.NotEmpty(b, client.Variant(i, key))
	}
}
