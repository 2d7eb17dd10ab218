//go:build cgo

package experimenttest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experimenttest"
)

// cohortFlags has a flag per cohort, which is on for its members. The last flag
// is off for members of the first cohort.
const cohortFlags = `[
 {"key":"user","variants":{"on":{"key":"on"}},"segments":[{"variant":"on","conditions":[[
   {"selector":["context","user","cohort_ids"],"op":"set contains any","values":["users"]}]]}]},
 {"key":"org","variants":{"on":{"key":"on"}},"segments":[{"variant":"on","conditions":[[
   {"selector":["context","groups","org","cohort_ids"],"op":"set contains any","values":["orgs"]}]]}]},
 {"key":"sent","variants":{"on":{"key":"on"}},"segments":[{"variant":"on","conditions":[[
   {"selector":["context","user","cohort_ids"],"op":"set contains any","values":["sent"]}]]}]},
 {"key":"not","variants":{"on":{"key":"on"}},"segments":[{"variant":"on","conditions":[[
   {"selector":["context","user","cohort_ids"],"op":"set does not contain any","values":["users"]}]]}]}
]`

func TestVardata_EvaluatesMembersOfCohorts(t *testing.T) {
	server := start(t, &experimenttest.Config{Flags: []byte(cohortFlags)})
	require.NoError(t, server.SetCohort(experimenttest.Cohort{
		ID: "users", MemberIDs: []string{"ada", `"q\`, "ü\n", "a,", ",b", "<u>"},
	}))
	require.NoError(t, server.SetCohort(experimenttest.Cohort{
		ID: "orgs", GroupType: "org", MemberIDs: []string{"acme", "ada"},
	}))
	const user, org = `"user":{"key":"on"}`, `"org":{"key":"on"}`
	const sent, not = `"sent":{"key":"on"}`, `"not":{"key":"on"}`
	for _, tt := range []struct{ name, user, want string }{
		{"a member", `{"user_id":"ada"}`, user},
		{"a member with quotes", `{"user_id":"\"q\\"}`, user},
		{"a member with a line break", `{"user_id":"ü\n"}`, user},
		{"a member in angle brackets", `{"user_id":"<u>"}`, user},
		{"a stranger", `{"user_id":"eve"}`, not},
		{"a stranger named like a separator", `{"user_id":","}`, not},
		{"no one", `{}`, not},
		{"a device is not a member", `{"device_id":"ada"}`, not},
		{"a group", `{"groups":{"org":["acme"]}}`, not + "," + org},
		{"the second group", `{"groups":{"org":["other","acme"]}}`, not},
		{"a group of another type", `{"groups":{"team":["acme"]}}`, not},
		{"a group without names", `{"groups":{"org":[]}}`, not},
		{"a member and its group", `{"user_id":"ada","groups":{"org":["acme"]}}`, org + "," + user},
		{"a member that was sent with a cohort", `{"user_id":"ada","cohort_ids":["sent"]}`, sent + "," + user},
		{"a group that was sent with a cohort",
			`{"groups":{"org":["x"]},"group_cohort_ids":{"org":{"x":["orgs"]}}}`, not + "," + org},
	} {
		t.Run(tt.name, func(t *testing.T) {
			assert.JSONEq(t, "{"+tt.want+"}", send(t, server, "POST", "/sdk/v2/vardata", nil, tt.user).body)
		})
	}
	require.NoError(t, server.SetCohort(experimenttest.Cohort{ID: "users", MemberIDs: []string{"eve"}}))
	server.RemoveCohort("orgs")
	assert.JSONEq(t, "{"+not+"}",
		send(t, server, "POST", "/sdk/v2/vardata", nil, `{"user_id":"ada","groups":{"org":["acme"]}}`).body)
}
