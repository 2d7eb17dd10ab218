//go:build cgo

package snapshot_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/cohort"
	"github.com/amplitude/experiment-go-server/internal/snapshot"
)

const (
	userCohorts = `["context","user","cohort_ids"]`
	orgCohorts  = `["context","groups","org","cohort_ids"]`
)

// targeting returns a flag that is on for the list of cohorts of a selector if
// the operator holds, and off otherwise.
func targeting(key, dependencies, selector, op, values string) string {
	return fmt.Sprintf(`{"key":%q,"dependencies":%s,"segments":[{"variant":"on","conditions":[[{"selector":%s,"op":%q,
		"values":%s}]]},{"variant":"off"}],"variants":{"on":{"key":"on"},"off":{"key":"off"}}}`,
		key, dependencies, selector, op, values)
}

// targetingFlags read the cohorts a and b of users, and g of organizations.
var targetingFlags = []string{
	targeting("in-a", `[]`, userCohorts, "set contains any", `["a"]`),
	targeting("not-in-b", `[]`, userCohorts, "set does not contain any", `["b"]`),
	targeting("org", `[]`, orgCohorts, "set contains any", `["g"]`),
	targeting("child", `["in-a"]`, `["result","in-a","key"]`, "is", `["on"]`),
	targeting("grandchild", `["child"]`, `["result","child","key"]`, "is", `["on"]`),
	targeting("is-b", `[]`, userCohorts, "is", `["b"]`),
	targeting("nobody", `[]`, userCohorts, "set contains any", `["(none)"]`),
	targeting("plain", `[]`, `["context","user","user_id"]`, "is", `["u1"]`),
}

func targetingSnapshot(t testing.TB) *snapshot.Snapshot {
	s, err := snapshot.New([]byte("[" + strings.Join(targetingFlags, ",") + "]"))
	require.NoError(t, err)
	require.Empty(t, s.Diagnostics())
	return s
}

var testKey = cohort.NewKey()

// cohortsOf returns cohorts by ID.
func cohortsOf(cohorts ...*cohort.Cohort) map[string]*cohort.Cohort {
	byID := map[string]*cohort.Cohort{}
	for _, c := range cohorts {
		byID[c.ID] = c
	}
	return byID
}

func someCohorts(t testing.TB) map[string]*cohort.Cohort {
	return cohortsOf(
		cohortOf(t, testKey, "a", cohort.UserType, "u1", "u2"), cohortOf(t, testKey, "b", cohort.UserType, "u2"),
		cohortOf(t, testKey, "g", "org", "acme"), cohortOf(t, testKey, "unread", cohort.UserType, "u1"),
	)
}

// keysOf returns the variant keys of all flags, and checks that every other way
// to evaluate a flag has the same result.
func keysOf(t testing.TB, s *snapshot.Snapshot, user *experiment.User) map[string]string {
	all, err := s.Evaluate(user, nil, true)
	require.NoError(t, err)
	subject, err := s.Subject(user)
	require.NoError(t, err)
	fromSubject, err := subject.Evaluate(nil, true)
	require.NoError(t, err)
	assert.Equal(t, all, fromSubject)
	keys := map[string]string{}
	for _, flag := range []string{"in-a", "not-in-b", "org", "child", "grandchild", "is-b", "nobody", "plain"} {
		want, ok := all[flag]
		if ok {
			keys[flag] = want.Key
		}
		checkAlone(t, s, subject, user, flag, want, ok)
	}
	return keys
}

// checkAlone checks the results of a flag that is asked for alone, or with one
// other.
func checkAlone(
	t testing.TB, s *snapshot.Snapshot, subject *snapshot.Subject, user *experiment.User, flag string,
	want experiment.Variant, ok bool,
) {
	variant, err := s.Variant(user, flag)
	require.NoError(t, err)
	prepared, err := subject.Variant(flag)
	require.NoError(t, err)
	assert.Equal(t, ok, variant != nil, flag)
	assert.Same(t, variant, prepared, flag)
	if ok && variant != nil {
		assert.Equal(t, want, *variant, flag)
	}
	for _, keys := range [][]string{{flag}, {flag, "plain"}, {"plain", flag, "org"}} {
		got, err := s.Evaluate(user, keys, true)
		require.NoError(t, err)
		variant, found := got[flag]
		assert.Equal(t, ok, found, flag)
		assert.Equal(t, want, variant, flag)
		got, err = subject.Evaluate(keys, true)
		require.NoError(t, err)
		assert.Equal(t, want, got[flag], flag)
	}
}

func TestWith_EvaluatesMembers(t *testing.T) {
	s := targetingSnapshot(t).With(someCohorts(t), testKey, false, snapshot.Provenance{})
	for _, tt := range []struct {
		name string
		user *experiment.User
		on   string // the flags that are on
	}{
		{"in a", &experiment.User{UserID: "u1"}, "in-a not-in-b child grandchild plain"},
		{"in a and b", &experiment.User{UserID: "u2"}, "in-a child grandchild is-b"},
		{"in none", &experiment.User{UserID: "u3"}, "not-in-b nobody"},
		{"without an ID", &experiment.User{DeviceID: "u1"}, "not-in-b nobody"},
		{"own cohort", &experiment.User{UserID: "u3", CohortIDs: []string{"a"}}, "in-a not-in-b child grandchild"},
		{
			"own and loaded", &experiment.User{UserID: "u1", CohortIDs: []string{"b"}},
			"in-a child grandchild is-b plain",
		},
		{
			"own twice", &experiment.User{UserID: "u1", CohortIDs: []string{"a"}},
			"in-a not-in-b child grandchild plain",
		},
		{"first group", &experiment.User{Groups: map[string][]string{"org": {"acme", "x"}}}, "not-in-b org nobody"},
		{"second group", &experiment.User{Groups: map[string][]string{"org": {"x", "acme"}}}, "not-in-b nobody"},
		{"other type", &experiment.User{Groups: map[string][]string{"team": {"acme"}}}, "not-in-b nobody"},
		{"a user named as the group", &experiment.User{UserID: "acme"}, "not-in-b nobody"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := fmt.Sprintf("%#v", tt.user)
			got := keysOf(t, s, tt.user)
			want := map[string]string{}
			for _, flag := range []string{"in-a", "not-in-b", "org", "child", "grandchild", "is-b", "nobody", "plain"} {
				want[flag] = "off"
			}
			for _, flag := range strings.Fields(tt.on) {
				want[flag] = "on"
			}
			assert.Equal(t, want, got)
			assert.Equal(t, before, fmt.Sprintf("%#v", tt.user), "the user is only read")
		})
	}
}

func TestWith_ACohortOfAnotherTypeHasNoMembers(t *testing.T) {
	cohorts := cohortsOf(cohortOf(t, testKey, "a", "org", "u1"), cohortOf(t, testKey, "g", cohort.UserType, "acme"))
	s := targetingSnapshot(t).With(cohorts, testKey, false, snapshot.Provenance{})
	user := &experiment.User{UserID: "u1", Groups: map[string][]string{"org": {"acme"}}}
	got := keysOf(t, s, user)
	assert.Equal(t, "off", got["in-a"])
	assert.Equal(t, "off", got["org"])
	assert.Equal(t, []string{"b"}, s.MissingCohorts())
}

func TestWith_WithholdsFlagsWhoseCohortIsMissing(t *testing.T) {
	user := &experiment.User{UserID: "u1"}
	cohorts := someCohorts(t)
	delete(cohorts, "a")
	s := targetingSnapshot(t)
	withheld := s.With(cohorts, testKey, true, snapshot.Provenance{})
	// is-b and nobody read the whole list, and so a.
	assert.Equal(t, []string{"child", "grandchild", "in-a", "is-b", "nobody"}, withheld.Withheld())
	assert.Equal(t, map[string]string{"not-in-b": "on", "org": "off", "plain": "on"}, keysOf(t, withheld, user))

	notMember := s.With(cohorts, testKey, false, snapshot.Provenance{})
	assert.Empty(t, notMember.Withheld())
	assert.Equal(t, "off", keysOf(t, notMember, user)["grandchild"])
	complete := withheld.With(someCohorts(t), testKey, true, snapshot.Provenance{})
	assert.Empty(t, complete.Withheld())
	assert.Equal(t, "on", keysOf(t, complete, user)["grandchild"])
	assert.Equal(t, []string{"a"}, withheld.MissingCohorts(), "a state never changes")
}

func TestWith_SharesWhatIsDecoded(t *testing.T) {
	s := targetingSnapshot(t)
	first, err := s.Variant(&experiment.User{UserID: "u1"}, "plain")
	require.NoError(t, err)
	next := s.With(someCohorts(t), testKey, false, snapshot.Provenance{})
	second, err := next.Variant(&experiment.User{UserID: "u1"}, "plain")
	require.NoError(t, err)
	assert.Same(t, first, second)
}

func TestCohortsRead_NamesTheFlags(t *testing.T) {
	s := targetingSnapshot(t)
	all := []string{"is-b", "nobody"}
	assert.Equal(t, []snapshot.CohortUse{
		{ID: "a", GroupType: "User", FlagKeys: append([]string{"child", "grandchild", "in-a"}, all...)},
		{ID: "b", GroupType: "User", FlagKeys: append(all[:2:2], "not-in-b")},
		{ID: "g", GroupType: "org", FlagKeys: append(all[:2:2], "org")},
	}, s.CohortsRead())
	assert.Equal(t, []string{"a", "b", "g"}, s.MissingCohorts())
	assert.Empty(t, load(t).CohortsRead())
	assert.Empty(t, load(t).MissingCohorts())
}

// cohortOf returns a cohort as the service sends it.
func cohortOf(t testing.TB, key cohort.Key, id, groupType string, members ...string) *cohort.Cohort {
	body, err := json.Marshal(map[string]any{
		"cohortId": id, "groupType": groupType, "lastModified": 1, "size": len(members), "memberIds": members,
	})
	require.NoError(t, err)
	c, err := cohort.Decode(bytes.NewReader(body), key, len(members)+1)
	require.NoError(t, err)
	return c
}
