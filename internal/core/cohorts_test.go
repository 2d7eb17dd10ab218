//go:build cgo

package core_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/core"
)

// asks returns a flag that asks whether a list of cohorts has any of the
// values.
func asks(key, dependencies, selector, values string) string {
	return `{"key":"` + key + `","dependencies":` + dependencies + `,` + on + `,"segments":[{"variant":"on",
		"conditions":[[{"selector":` + selector + `,"op":"set contains any","values":` + values + `}]]}]}`
}

const (
	userList = `["context","user","cohort_ids"]`
	orgList  = `["context","groups","org","cohort_ids"]`
)

// ids returns the IDs of cohorts.
func ids(p *core.Plan, indexes []uint32) string {
	var ids []string
	for _, i := range indexes {
		ids = append(ids, p.Cohorts()[i].ID)
	}
	return strings.Join(ids, " ")
}

func TestPlan_FlagCohorts(t *testing.T) {
	p := compile(t, "["+strings.Join([]string{
		asks("org", "[]", orgList, `["g"]`), asks("both", "[]", userList, `["b","a","b"]`),
		asks("child", `["both"]`, orgList, `["g"]`), asks("grandchild", `["child","org"]`, userList, `["c","(none)"]`),
		asks("heir", `["both"]`, `["result","both","key"]`, `["on"]`), asks("same", `["both"]`, userList, `["a"]`),
		reads("is", "[]", userList), reads("none", `["plain"]`), reads("plain", "[]"),
	}, ",")+"]")
	assert.Equal(t, []core.Cohort{{ID: "b", GroupType: "User"}, {ID: "a", GroupType: "User"},
		{ID: "c", GroupType: "User"}, {ID: "g", GroupType: "org"}}, p.Cohorts())
	for _, tt := range []struct{ key, own, all string }{
		{"org", "g", "g"},
		{"both", "b a", "b a"},
		{"child", "g", "b a g"},
		{"grandchild", "b a c g", "b a c g"},
		{"heir", "", "b a"},
		{"same", "a", "b a"},
		{"is", "b a c g", "b a c g"},
		{"none", "", ""},
	} {
		flag, ok := p.Lookup(tt.key)
		require.True(t, ok)
		assert.ElementsMatch(t, strings.Fields(tt.own), strings.Fields(ids(p, p.OwnCohorts(flag))), tt.key)
		assert.ElementsMatch(t, strings.Fields(tt.all), strings.Fields(ids(p, p.FlagCohorts(flag))), tt.key)
		assert.IsIncreasing(t, append([]uint32{}, append(p.FlagCohorts(flag), 1000)...), tt.key)
		assert.False(t, p.ReadsManyCohorts(flag), tt.key)
	}
}

func TestPlan_FlagCohortsWithoutCohorts(t *testing.T) {
	p := compile(t, "["+reads("a", "[]", userList)+","+reads("b", `["a"]`)+"]")
	for flag := range uint32(2) {
		assert.Empty(t, p.OwnCohorts(flag))
		assert.Empty(t, p.FlagCohorts(flag))
		assert.False(t, p.ReadsManyCohorts(flag))
	}
	assert.Empty(t, p.Cohorts())
}

// A flag that would list very many cohorts of others counts as reading all.
func TestPlan_FlagCohortsOfAFlagThatReadsMany(t *testing.T) {
	flags := []string{asks("other", "[]", userList, `["other"]`)}
	for i := range 300 {
		dependencies := "[]"
		if i > 0 {
			dependencies = fmt.Sprintf(`["f%d"]`, i-1)
		}
		flags = append(flags, asks(fmt.Sprintf("f%d", i), dependencies, userList, fmt.Sprintf(`["c%d"]`, i)))
	}
	p := compile(t, "["+strings.Join(flags, ",")+"]")
	for i, want := range map[int]int{0: 1, 255: 256, 256: 301, 299: 301} {
		flag, ok := p.Lookup(fmt.Sprintf("f%d", i))
		require.True(t, ok)
		assert.Len(t, p.FlagCohorts(flag), want)
		assert.Equal(t, fmt.Sprintf("c%d", i), ids(p, p.OwnCohorts(flag)))
		assert.Equal(t, want == 301, p.ReadsManyCohorts(flag))
	}
}

func TestPlan_ParentsAndRange(t *testing.T) {
	flags := map[string]string{
		"child": reads("child", `["b","unknown","a"]`), "a": reads("a", "[]"), "b": reads("b", `["a"]`),
	}
	document := " [ " + flags["child"] + " ,\n" + flags["a"] + "," + flags["b"] + "] "
	p := compile(t, document)
	parents := map[string][]string{}
	for flag := range uint32(p.NumFlags()) {
		key := p.FlagKey(flag)
		for _, parent := range p.Parents(flag) {
			assert.Less(t, parent, flag)
			parents[key] = append(parents[key], p.FlagKey(parent))
		}
		begin, end := p.Range(flag)
		assert.Equal(t, flags[key], document[begin:end])
	}
	assert.Equal(t, map[string][]string{"child": {"b", "a"}, "b": {"a"}}, parents)
	p = compile(t, `{"x": {"key":"a",`+always+`} }`)
	begin, end := p.Range(0)
	assert.Equal(t, []int{6, 6 + len(`{"key":"a",`+always+`}`)}, []int{begin, end})
}
