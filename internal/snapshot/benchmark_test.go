//go:build cgo

package snapshot_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/snapshot"
)

// perf is flags and a user of usual size.
func perf(b *testing.B, flags string) (*snapshot.Snapshot, *experiment.User) {
	text, err := os.ReadFile("../../testdata/perf/" + flags)
	require.NoError(b, err)
	s, err := snapshot.New(text)
	require.NoError(b, err)
	text, err = os.ReadFile("../../testdata/perf/user.json")
	require.NoError(b, err)
	user := &experiment.User{}
	require.NoError(b, json.Unmarshal(text, user))
	return s, user
}

func BenchmarkEvaluateAll(b *testing.B) {
	s, user := perf(b, "flags_100.json")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Evaluate(user, nil, false); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNew(b *testing.B) {
	text, err := os.ReadFile("../../testdata/perf/flags_100.json")
	require.NoError(b, err)
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := snapshot.New(text); err != nil {
			b.Fatal(err)
		}
	}
}
