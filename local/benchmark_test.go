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

// listFlag is the first flag of package benchdata that reads the user's
// interests, a list, and whose conditions the user meets.
const listFlag = 8

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

// kindKeys returns the keys of flags of every kind, one for each pair of
// operators of package benchdata, as far as the first n flags have them. The
// pairs change with every fourth flag.
func kindKeys(n int) []string {
	keys := []string{}
	for i := 0; i < min(n, 40); i += 4 {
		keys = append(keys, benchdata.Key(i))
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

// benchmarkVariant measures Variant for the keys in turn. The variants of the
// users are decoded before.
func benchmarkVariant(b *testing.B, client *local.Client, users []*experiment.User, keys ...string) {
	evaluateAll := func() {
		for _, user := range users {
			for _, key := range keys {
				client.Variant(user, key)
			}
		}
	}
	evaluateAll()
	for _, key := range keys {
		_, ok := client.Variant(users[0], key)
		require.True(b, ok, key)
	}
	b.ReportAllocs()
	i, k := uint(0), 0
	for b.Loop() {
		client.Variant(users[i%manyUsers], keys[k])
		i++
		if k++; k == len(keys) {
			k = 0
		}
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
