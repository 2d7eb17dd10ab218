//go:build cgo && !race

package snapshot_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/benchdata"
	"github.com/amplitude/experiment-go-server/internal/cohort"
	"github.com/amplitude/experiment-go-server/internal/snapshot"
)

// BenchmarkCohorts evaluates all of 100 flags, as they are and with a cohort of
// 100,000 members each that their first segment reads. Each user is in half of
// the cohorts.
func BenchmarkCohorts(b *testing.B) {
	const flags, members = 100, 100_000
	users := benchdata.Users(256)
	for i, user := range users {
		user.UserID = fmt.Sprintf("user-%d", i)
	}
	plain, err := snapshot.New(benchdata.Flags(flags))
	require.NoError(b, err)
	b.Run("without", func(b *testing.B) { evaluateAll(b, plain, users) })
	b.Run("with", func(b *testing.B) {
		targeting, err := snapshot.New(withCohorts(b, benchdata.Flags(flags)))
		require.NoError(b, err)
		require.Empty(b, targeting.Diagnostics())
		key := cohort.NewKey()
		cohorts := make(map[string]*cohort.Cohort, flags)
		for i := range flags {
			id := fmt.Sprintf("cohort-%d", i)
			cohorts[id] = cohortOf(b, key, id, cohort.UserType, halfOf(users, i, members)...)
		}
		s := targeting.With(cohorts, key, false, snapshot.Provenance{})
		require.Empty(b, s.MissingCohorts())
		evaluateAll(b, s, users)
	})
}

// withCohorts returns flags whose first segment is for the members of a cohort
// that only this flag reads.
func withCohorts(b *testing.B, document []byte) []byte {
	var flags []map[string]any
	require.NoError(b, json.Unmarshal(document, &flags))
	for i, flag := range flags {
		segment := map[string]any{
			"variant": "no such variant", // so that the other segments are evaluated too
			"conditions": []any{[]any{map[string]any{
				"selector": []string{"context", "user", "cohort_ids"},
				"op":       "set contains any", "values": []string{fmt.Sprintf("cohort-%d", i)},
			}}},
		}
		flag["segments"] = append([]any{segment}, flag["segments"].([]any)...)
	}
	encoded, err := json.Marshal(flags)
	require.NoError(b, err)
	return encoded
}

// halfOf returns members: every second user, and others.
func halfOf(users []*experiment.User, cohort, count int) []string {
	members := make([]string, 0, count)
	for i := cohort % 2; i < len(users); i += 2 {
		members = append(members, users[i].UserID)
	}
	for i := len(members); i < count; i++ {
		members = append(members, fmt.Sprintf("other-%d-%d", cohort, i))
	}
	return members
}

func evaluateAll(b *testing.B, s *snapshot.Snapshot, users []*experiment.User) {
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, err := s.Evaluate(users[i%len(users)], nil, true); err != nil {
			b.Fatal(err)
		}
		i++
	}
}
