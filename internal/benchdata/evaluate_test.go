//go:build cgo

package benchdata_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/benchdata"
	"github.com/amplitude/experiment-go-server/internal/snapshot"
)

const (
	listed  = "individual inclusions"
	matched = "Segment 1"
	others  = "All Other Users"
)

func TestFlags_UserTakesTheIntendedSegment(t *testing.T) {
	users := benchdata.Users(256)
	for _, tt := range []struct {
		name    string
		flags   []byte
		key     string
		user    *experiment.User
		segment string
	}{
		{"both conditions met", benchdata.Flags(12), benchdata.Key(0), users[0], matched},
		{"the second not met", benchdata.Flags(12), benchdata.Key(1), users[0], others},
		{"the first not met", benchdata.Flags(12), benchdata.Key(3), users[0], others},
		{"regex", benchdata.RegexFlag(), benchdata.RegexKey, users[0], matched},
		{"cohort", benchdata.CohortFlag(), benchdata.CohortKey, users[0], others},
		{"first in a list", benchdata.IsFlag(10_000), benchdata.IsKey, users[0], listed},
		{"not in a list", benchdata.IsFlag(10_000), benchdata.IsKey, users[1], matched},
		{"last in a list", benchdata.IsFlag(128), benchdata.IsKey, users[254], listed},
		{"after the last in a list", benchdata.IsFlag(127), benchdata.IsKey, users[254], matched},
		{"contains the last", benchdata.ContainsFlag(100), benchdata.ContainsKey, users[0], matched},
		{"three properties", benchdata.Flags(1), benchdata.Key(0), benchdata.WithProperties(users[0], 3), matched},
		{"many properties", benchdata.Flags(1), benchdata.Key(0), benchdata.WithProperties(users[0], 300), matched},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := snapshot.New(tt.flags)
			require.NoError(t, err)
			require.Empty(t, s.Diagnostics())
			variant, err := s.Variant(tt.user, tt.key)
			require.NoError(t, err)
			require.NotNil(t, variant)
			assert.Equal(t, tt.segment, variant.Metadata["segmentName"])
		})
	}
}

func TestContainsFlag_NeedsItsLastValue(t *testing.T) {
	user := benchdata.User()
	user.UserProperties["email"] = "jane.doe@company-0099.com"
	s, err := snapshot.New(benchdata.ContainsFlag(100))
	require.NoError(t, err)
	variant, err := s.Variant(user, benchdata.ContainsKey)
	require.NoError(t, err)
	assert.Equal(t, others, variant.Metadata["segmentName"])
}
