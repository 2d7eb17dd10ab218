//go:build cgo && !race

package local_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/local"
)

// perfFlag is one of the flags in each of the sets in testdata/perf.
const perfFlag = "checkout-redesign-00000"

// perf is a client with flags of usual size (three segments each), and users of usual size (12 properties), of which each
// call of a benchmark takes another.
func perf(b *testing.B, set string) (*local.Client, []*experiment.User) {
	flags, err := os.ReadFile("../testdata/perf/" + set)
	require.NoError(b, err)
	text, err := os.ReadFile("../testdata/perf/user.json")
	require.NoError(b, err)
	users := make([]*experiment.User, 256)
	for i := range users {
		users[i] = &experiment.User{}
		require.NoError(b, json.Unmarshal(text, users[i]))
		users[i].UserID = fmt.Sprintf("user-%016x", i)
	}
	return initialize(b, &local.Config{Bootstrap: flags, Logger: slog.New(slog.DiscardHandler)}), users
}

func BenchmarkVariantNoAlloc(b *testing.B) {
	for _, set := range []string{"flags_1.json", "flags_100.json"} {
		b.Run(set, func(b *testing.B) {
			client, users := perf(b, set)
			for _, user := range users { // decode what the users get
				_, ok := client.Variant(user, perfFlag)
				require.True(b, ok)
			}
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				client.Variant(users[i%len(users)], perfFlag)
				i++
			}
			failOnAllocations(b, func() { client.Variant(users[0], perfFlag) })
		})
	}
}

// failOnAllocations is what the name of a benchmark promises when it ends in NoAlloc.
func failOnAllocations(b *testing.B, call func()) {
	if n := testing.AllocsPerRun(100, call); n > 0 {
		b.Fatalf("%v allocations", n)
	}
}

func BenchmarkVariantParallel(b *testing.B) {
	client, users := perf(b, "flags_100.json")
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			client.Variant(users[i%len(users)], perfFlag)
		}
	})
}

func BenchmarkEvaluateOne(b *testing.B) {
	client, users := perf(b, "flags_100.json")
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, err := client.Evaluate(users[i%len(users)], perfFlag); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

func BenchmarkEvaluateAll(b *testing.B) {
	client, users := perf(b, "flags_100.json")
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, err := client.Evaluate(users[i%len(users)]); err != nil {
			b.Fatal(err)
		}
		i++
	}
}
