package usercontext_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/cohort"
	"github.com/amplitude/experiment-go-server/internal/usercontext"
)

var key = cohort.NewKey()

// setOf returns a set of members.
func setOf(t testing.TB, members ...string) *cohort.Set {
	body, err := json.Marshal(map[string]any{"cohortId": "c", "memberIds": members})
	require.NoError(t, err)
	c, err := cohort.Decode(bytes.NewReader(body), key, 100)
	require.NoError(t, err)
	return c.Members
}

// withCohorts returns an Encoder whose slots are the cohorts of the user, of
// two types of groups, and of a group type that is named as users are; then the
// whole user.
func withCohorts(t testing.TB) *usercontext.Encoder {
	return usercontext.New([][]string{
		path("user", "cohort_ids"), path("groups", "org", "cohort_ids"), path("groups", "team", "cohort_ids"),
		path("groups", "User", "cohort_ids"), path("user"),
	}).WithCohorts([]usercontext.Cohort{
		{ID: "a\"", GroupType: "User", Members: setOf(t, "u1", "u2", "\ufffd")},
		{ID: "b", GroupType: "User", Members: setOf(t, "u2", "acme", "")},
		{ID: "missing", GroupType: "User"},
		{ID: "g", GroupType: "org", Members: setOf(t, "acme", "u1", "")},
		{ID: "h", GroupType: "org", Members: setOf(t, "acme")},
	}, key)
}

func TestAppendMember_AddsTheCohortsThatAreAskedFor(t *testing.T) {
	encoder := withCohorts(t)
	groups := func(types ...string) map[string][]string {
		groups := map[string][]string{}
		for _, groupType := range types {
			groups[groupType] = []string{"acme", "second"}
		}
		return groups
	}
	all, lists := []uint32{0, 1, 2, 3, 4}, []uint32{0, 1, 2, 3}
	for _, tt := range []struct {
		name  string
		user  experiment.User
		asked []uint32
		want  string
	}{
		{"one", experiment.User{UserID: "u1"}, all, `[0,["a\""]]`},
		{"two", experiment.User{UserID: "u2"}, all, `[0,["a\"","b"]]`},
		{"one of two is asked for", experiment.User{UserID: "u2"}, []uint32{1, 2, 3}, `[0,["b"]]`},
		{"none is asked for", experiment.User{UserID: "u2", CohortIDs: []string{"x"}}, nil, `[0,["x"]]`},
		{"of groups alone", experiment.User{UserID: "u2"}, []uint32{3, 4}, `[]`},
		{"member of none", experiment.User{UserID: "u3"}, all, `[]`},
		{"member of none, with own", experiment.User{UserID: "u3", CohortIDs: []string{"x"}}, all, `[0,["x"]]`},
		{"own first", experiment.User{UserID: "u2", CohortIDs: []string{"x", "y"}}, all, `[0,["x","y","a\"","b"]]`},
		{"without a user ID", experiment.User{DeviceID: "u1"}, all, `[]`},
		{"not UTF-8", experiment.User{UserID: "\xff"}, all, `[0,["a\""]]`},
		{"group", experiment.User{UserID: "u1", Groups: groups("org")}, all, `[0,["a\""],1,["g","h"]]`},
		{"group of another type", experiment.User{Groups: groups("team")}, all, `[]`},
		{"group type named as users are", experiment.User{Groups: groups("User")}, all, `[]`},
		{"second name", experiment.User{Groups: map[string][]string{"org": {"x", "acme"}}}, all, `[]`},
		{"empty name", experiment.User{Groups: map[string][]string{"org": {""}}}, all, `[]`},
		{
			"own of the group", experiment.User{
				Groups:         groups("org"),
				GroupCohortIDs: map[string]map[string][]string{"org": {"acme": {"x"}, "second": {"y"}}},
			}, []uint32{4}, `[1,["x","h"]]`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := encoder.AppendMember([]byte("before"), &tt.user, lists, tt.asked)
			require.NoError(t, err)
			assert.Equal(t, "before"+tt.want, string(got))
		})
	}
}

func TestAppendMember_TakesManyCohorts(t *testing.T) {
	const n = 100
	var cohorts []usercontext.Cohort
	var asked []uint32
	want := []string{}
	for i := range n {
		c := usercontext.Cohort{ID: fmt.Sprint("c", i), GroupType: cohort.UserType, Members: setOf(t, "u2")}
		if i%3 == 0 {
			c.Members = setOf(t, "u1", "u2")
			if i != 33 {
				want = append(want, c.ID)
			}
		}
		cohorts = append(cohorts, c)
		if i != 33 {
			asked = append(asked, uint32(i))
		}
	}
	cohorts = append(cohorts, usercontext.Cohort{ID: "of a group", GroupType: "org", Members: setOf(t, "u1")})
	encoder := usercontext.New([][]string{path("user", "cohort_ids")}).WithCohorts(cohorts, key)
	got, err := encoder.AppendMember(nil, &experiment.User{UserID: "u1"}, []uint32{0}, append(asked, n))
	require.NoError(t, err)
	encoded, err := json.Marshal([]any{0, want})
	require.NoError(t, err)
	assert.Equal(t, string(encoded), string(got))
}

func TestAppendMember_WritesWholeUsersAsTheyAre(t *testing.T) {
	got, err := withCohorts(t).AppendMember(nil, &experiment.User{UserID: "u1"}, []uint32{4}, []uint32{0, 1, 2, 3, 4})
	require.NoError(t, err)
	assert.Equal(t, `[4,{"user_id":"u1"}]`, string(got))
}

func TestAppend_LooksAtNoCohorts(t *testing.T) {
	got, err := withCohorts(t).Append(nil, &experiment.User{UserID: "u1"}, []uint32{0})
	require.NoError(t, err)
	assert.Equal(t, `[]`, string(got))
}

// BenchmarkAppendMemberNoAlloc writes a user who is in both of two cohorts and
// has an ID of its own.
func BenchmarkAppendMemberNoAlloc(b *testing.B) {
	encoder := withCohorts(b)
	user := &experiment.User{UserID: "u2", CohortIDs: []string{"own"}, Groups: map[string][]string{"org": {"acme"}}}
	slots, asked := []uint32{0, 1}, []uint32{0, 1, 2, 3, 4}
	buffer := make([]byte, 0, 256)
	allocations := testing.AllocsPerRun(100, func() {
		_, _ = encoder.AppendMember(buffer, user, slots, asked)
	})
	require.Zero(b, allocations)
	for b.Loop() {
		if _, err := encoder.AppendMember(buffer, user, slots, asked); err != nil {
			b.Fatal(err)
		}
	}
}
