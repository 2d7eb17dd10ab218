//go:build cgo && !race

package local_test

import (
	"log/slog"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/benchdata"
	"github.com/amplitude/experiment-go-server/local"
)

// manyUsers is how many users take turns, so that no call evaluates for the
// user of the previous call. A power of two costs the loops least.
const manyUsers = 256

// tenThousandFlags is made once, since that takes half a second.
var tenThousandFlags = sync.OnceValue(func() []byte { return benchdata.Flags(10_000) })

// flagSet returns a document of n flags.
func flagSet(n int) []byte {
	if n == 10_000 {
		return tenThousandFlags()
	}
	return benchdata.Flags(n)
}

// perf returns a client that has the flags, and users to evaluate them for.
func perf(b *testing.B, flags []byte) (*local.Client, []*experiment.User) {
	client := initialize(b, &local.Config{Bootstrap: flags, Logger: slog.New(slog.DiscardHandler)})
	return client, benchdata.Users(manyUsers)
}

// flagKeys returns the keys of the first n flags, which every set begins with.
func flagKeys(n int) []string {
	keys := make([]string, n)
	for i := range keys {
		keys[i] = benchdata.Key(i)
	}
	return keys
}

// decode evaluates all flags for the users, since a variant is decoded at its
// first use.
func decode(b *testing.B, client *local.Client, users []*experiment.User) {
	for _, user := range users {
		_, err := client.Evaluate(user)
		require.NoError(b, err)
	}
}

// benchmarkVariant measures Variant. The variants of the users are decoded
// before.
func benchmarkVariant(b *testing.B, client *local.Client, users []*experiment.User, flagKey string) {
	evaluateAll := func() {
		for _, user := range users {
			client.Variant(user, flagKey)
		}
	}
	evaluateAll()
	_, ok := client.Variant(users[0], flagKey)
	require.True(b, ok)
	b.ReportAllocs()
	i := uint(0)
	for b.Loop() {
		client.Variant(users[i%manyUsers], flagKey)
		i++
	}
	failOnAllocations(b, evaluateAll)
}

// failOnAllocations fails a benchmark if the calls allocate, as a name that
// ends in NoAlloc promises. The measured numbers cannot: they are rounded, and
// a long loop hides a few allocations.
func failOnAllocations(b *testing.B, calls func()) {
	b.Helper()
	if n := testing.AllocsPerRun(20, calls); n > 0 {
		b.Fatalf("%v allocations", n)
	}
}
