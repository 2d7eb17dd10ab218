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

// manyUsers is how many users take turns, so that no call has the one of the call before. A power of two, which costs the
// loops least.
const manyUsers = 256

// tenThousandFlags takes half a second to make.
var tenThousandFlags = sync.OnceValue(func() []byte { return benchdata.Flags(10_000) })

func flagSet(n int) []byte {
	if n == 10_000 {
		return tenThousandFlags()
	}
	return benchdata.Flags(n)
}

// perf is a client that has the flags, and users to evaluate them for.
func perf(b *testing.B, flags []byte) (*local.Client, []*experiment.User) {
	client := initialize(b, &local.Config{Bootstrap: flags, Logger: slog.New(slog.DiscardHandler)})
	return client, benchdata.Users(manyUsers)
}

// flagKeys is the keys of the first flags of every set.
func flagKeys(n int) []string {
	keys := make([]string, n)
	for i := range keys {
		keys[i] = benchdata.Key(i)
	}
	return keys
}

// decode evaluates all flags for the users, since what a flag gives them is decoded when it is first given to one.
func decode(b *testing.B, client *local.Client, users []*experiment.User) {
	for _, user := range users {
		_, err := client.Evaluate(user)
		require.NoError(b, err)
	}
}

// benchmarkVariant measures Variant. What the users get is decoded before.
func benchmarkVariant(b *testing.B, client *local.Client, users []*experiment.User, flagKey string) {
	askForAll := func() {
		for _, user := range users {
			client.Variant(user, flagKey)
		}
	}
	askForAll()
	_, ok := client.Variant(users[0], flagKey)
	require.True(b, ok)
	b.ReportAllocs()
	i := uint(0)
	for b.Loop() {
		client.Variant(users[i%manyUsers], flagKey)
		i++
	}
	failOnAllocations(b, askForAll)
}

// failOnAllocations is what the name of a benchmark promises when it ends in NoAlloc. The measured numbers do not say it:
// they are rounded, and a loop that runs long enough hides a few.
func failOnAllocations(b *testing.B, calls func()) {
	b.Helper()
	if n := testing.AllocsPerRun(20, calls); n > 0 {
		b.Fatalf("%v allocations", n)
	}
}
