//go:build cgo

package core_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/core"
)

// Members of flags: a flag with always is on for every context.
const (
	on     = `"variants":{"on":{"key":"on"}}`
	always = `"segments":[{"variant":"on"}],` + on
)

// reads returns a flag whose conditions read these selectors.
func reads(key, dependencies string, selectors ...string) string {
	conditions := make([]string, len(selectors))
	for i, selector := range selectors {
		conditions[i] = `{"selector":` + selector + `,"op":"is","values":["x"]}`
	}
	return `{"key":"` + key + `","dependencies":` + dependencies + `,"segments":[{"variant":"on","conditions":[[` +
		strings.Join(conditions, ",") + `]]}],` + on + `}`
}

func TestPlan_LookupNumbersParentsFirst(t *testing.T) {
	plan := compile(t, `[{"key":"c","dependencies":["b"],`+always+`},{"key":"d",`+always+`},
		{"key":"b","dependencies":["a"],`+always+`},{"key":"a",`+always+`},
		{"key":"","dependencies":["c","d"],`+always+`},{"key":"\"\u65e5\\\n]]","segments":[],"variants":{}}]`)
	require.Equal(t, 6, plan.NumFlags())
	numbers := map[string]uint32{}
	for number := range uint32(6) {
		key := plan.FlagKey(number)
		found, ok := plan.Lookup(key)
		assert.True(t, ok)
		assert.Equal(t, number, found)
		numbers[key] = number
	}
	assert.Len(t, numbers, 6)
	assert.Contains(t, numbers, "\"日\\\n]]")
	assert.Less(t, numbers["a"], numbers["b"])
	assert.Less(t, numbers["b"], numbers["c"])
	assert.Less(t, numbers["c"], numbers[""])
	assert.Less(t, numbers["d"], numbers[""])
	for _, key := range []string{"e", "A", "a ", "日"} {
		_, ok := plan.Lookup(key)
		assert.False(t, ok, key)
	}
}

func TestPlan_DiagnosticsNameFlagEntryAndReason(t *testing.T) {
	flag := func(key, pattern string) string {
		return `{"key":"` + key + `",` + on + `,"segments":[{"variant":"on","conditions":[[
			{"selector":["context","user","user_id"],
			"op":"regex match","values":["` + pattern + `","` + pattern + `"]}]]}]}`
	}
	flags := []string{
		`{"key":"twice",` + always + `}`, `{"key":"a","dependencies":["b"],` + always + `}`, flag("pattern", "("),
		`{"key":"b","dependencies":["a"],` + always + `}`, `{"segments":7}`, `{"key":"twice",` + always + `}`,
		flag("other", "("), flag("fine", "a+"), `{"key":"\"\n","variants":null}`,
	}
	document := "[" + strings.Join(flags, ",\n ") + "]"
	offset := func(entry int) int { return strings.Index(document, flags[entry]) }
	const cycle = "the flag is on a dependency cycle, or depends on one"
	plan := compile(t, document)
	require.Len(t, plan.Diagnostics(), 7)
	assert.Equal(t, []core.Diagnostic{
		{
			Flag: "", Entry: 4, Code: "malformed",
			Message: "the segments of a flag are not a list", Offset: offset(4) + len(`{"segments":`),
		},
		{Flag: "\"\n", Entry: 8, Code: "malformed", Message: "a flag has no variants", Offset: offset(8)},
		{
			Flag: "twice", Entry: 0, Code: "duplicate",
			Message: "a later flag has the same key and is used instead", Offset: offset(0),
		},
		{Flag: "a", Entry: 1, Code: "cycle", Message: cycle, Offset: offset(1)},
		{Flag: "b", Entry: 3, Code: "cycle", Message: cycle, Offset: offset(3)},
	}, plan.Diagnostics()[:5])
	// A pattern is reported once for each flag that has it. The end of the
	// message, which is the standard library's, is not compared.
	const message = `a regular expression never matches: compiling pattern "(": missing closing )`
	for i, flag := range []string{"pattern", "other"} {
		regex := plan.Diagnostics()[5+i]
		assert.True(t, strings.HasPrefix(regex.Message, message), regex.Message)
		regex.Message = ""
		assert.Equal(t, core.Diagnostic{Flag: flag, Entry: -1, Code: "regex", Offset: -1}, regex)
	}
}

func TestPlan_PathsAndSlots(t *testing.T) {
	const id, plan = `["context","user","user_id"]`, `["context","user","user_properties","plan"]`
	const group, whole = `["context","groups","org"]`, `["context"]`
	p := compile(t, "["+strings.Join([]string{
		reads("id", "[]", id), reads("both", "[]", plan, id, plan), reads("child", `["id"]`, group),
		reads("grandchild", `["child","both"]`, id, `["result","id","key"]`), reads("whole", "[]", whole),
		reads("nothing", "[]", `[]`, `["user","user_id"]`, `["result","id","key"]`),
		`{"key":"bucket",` + on + `,"segments":[{"bucket":{"selector":` + plan + `,"salt":"s","allocations":[]}}]}`,
		`{"key":"malformed",` + on + `,"segments":[{"bucket":{"selector":["context","malformed"],"allocations":[]}}]}`,
		reads("cycle", `["cycle"]`, `["context","cycle"]`),
	}, ",")+"]")
	slots := map[string]uint32{}
	for slot, path := range p.Paths() {
		slots[strings.Join(path, ".")] = uint32(slot)
	}
	require.Len(t, p.Paths(), 4, "each path once, and only paths of flags in the plan")
	for name := range slots {
		assert.Contains(t, []string{"user.user_id", "user.user_properties.plan", "groups.org", ""}, name)
	}
	for flag, paths := range map[string][]string{
		"id":         {"user.user_id"},
		"both":       {"user.user_id", "user.user_properties.plan"},
		"child":      {"user.user_id", "groups.org"},
		"grandchild": {"user.user_id", "user.user_properties.plan", "groups.org"},
		"whole":      {""},
		"nothing":    {},
		"bucket":     {"user.user_properties.plan"},
	} {
		want := []uint32{}
		for _, path := range paths {
			want = append(want, slots[path])
		}
		number, ok := p.Lookup(flag)
		require.True(t, ok)
		got := p.Slots(number)
		assert.NotNil(t, got, flag)
		assert.ElementsMatch(t, want, got, flag)
	}
}

// The slots of a flag that reads very many are not listed: nil means all slots.
func TestPlan_SlotsOfAFlagThatReadsMany(t *testing.T) {
	slots := func(p *core.Plan, key string) []uint32 {
		number, ok := p.Lookup(key)
		require.True(t, ok)
		return p.Slots(number)
	}
	var parents, names, selectors []string
	for i := range 300 {
		names = append(names, fmt.Sprintf(`"p%d"`, i))
		parents = append(parents, reads(fmt.Sprintf("p%d", i), "[]"))
		selectors = append(selectors, fmt.Sprintf(`["context","user","s%d"]`, i))
	}
	p := compile(t, "["+strings.Join(append(parents,
		reads("few", `["p0"]`, selectors[:2]...), reads("parents", "["+strings.Join(names, ",")+"]", selectors[0]),
		reads("slots", `["p0"]`, selectors...), reads("alone", "[]", selectors...)), ",")+"]")
	assert.Len(t, p.Paths(), 300)
	assert.Len(t, slots(p, "few"), 2)
	assert.Empty(t, slots(p, "p0"))
	assert.NotNil(t, slots(p, "p0"))
	assert.Nil(t, slots(p, "parents"))
	assert.Nil(t, slots(p, "slots"))
	assert.Len(t, slots(p, "alone"), 300, "without parents a list costs nothing")

	context := map[string]map[string]string{"user": {}}
	for i := range 300 {
		context["user"][fmt.Sprintf("s%d", i)] = "x"
	}
	encoded, err := json.Marshal(context)
	require.NoError(t, err)
	for _, key := range []string{"few", "parents", "slots", "alone"} {
		assert.Equal(t, `{"key":"on"}`, evaluate(t, p, string(encoded), key)[key])
	}
}

func TestPlan_Cohorts(t *testing.T) {
	condition := func(selector, op, values string) string {
		return `{"key":` + fmt.Sprintf("%q", selector+op+values) + `,` + on + `,
			"segments":[{"variant":"on","conditions":[[
				{"selector":` + selector + `,"op":"` + op + `","values":` + values + `}]]}]}`
	}
	const user, org = `["context","user","cohort_ids"]`, `["context","groups","org","cohort_ids"]`
	plan := compile(t, "["+strings.Join([]string{
		condition(user, "set contains any", `["u1","u2"]`),
		condition(user, "set does not contain any", `["u3","u1"]`),
		condition(org, "set contains any", `["u1","g1"]`),
		condition(`["context","groups","日","cohort_ids"]`, "set contains any", `["g2"]`),

		condition(user, "set contains", `["no1"]`),
		condition(user, "is", `["no2"]`),
		condition(`["context","user","user_properties"]`, "set contains any", `["no3"]`),
		condition(`["context","cohort_ids"]`, "set contains any", `["no4"]`),
		condition(`["context","device","org","cohort_ids"]`, "set contains any", `["no5"]`),
		condition(`["result","cohort_ids"]`, "set contains any", `["no6"]`),
		`{"key":"child","dependencies":["parent"],` + on + `,"segments":[{"variant":"on","conditions":[[
			{"selector":["result","parent","user","cohort_ids"],"op":"set contains any","values":["no10"]}]]}]}`,
		`{"key":"parent",` + always + `}`,
		condition(`["cohort_ids"]`, "set contains any", `["no7"]`),
		`{"key":"malformed","segments":[{"conditions":[[{"selector":` + user +
			`,"op":"set contains any","values":["no8"]}]]}]}`,
		`{"key":"cycle","dependencies":["cycle"],"variants":{},"segments":[{"conditions":[[{"selector":` + user +
			`,"op":"set contains any","values":["no9"]}]]}]}`,
	}, ",")+"]")
	assert.ElementsMatch(t, []core.Cohort{
		{ID: "u1", GroupType: "User"}, {ID: "u2", GroupType: "User"}, {ID: "u3", GroupType: "User"},
		{ID: "u1", GroupType: "org"}, {ID: "g1", GroupType: "org"}, {ID: "g2", GroupType: "日"},
	}, plan.Cohorts())
}

func TestPlan_CohortsOfSeveralConditions(t *testing.T) {
	plan := compile(t, `[{"key":"f",`+on+`,"segments":[{"variant":"on","conditions":[
		[{"selector":["context","groups","org","cohort_ids"],"op":"set contains any","values":["a"]},
		 {"selector":["context","groups","org","cohort_ids"],"op":"set does not contain any","values":["b"]}],
		[{"selector":["context","user","cohort_ids"],"op":"set contains any","values":["c"]}]]},
		{"conditions":[[{"selector":["context","user","cohort_ids"],"op":"set contains any","values":["d"]}]]}]}]`)
	assert.ElementsMatch(t, []core.Cohort{
		{ID: "a", GroupType: "org"}, {ID: "b", GroupType: "org"},
		{ID: "c", GroupType: "User"}, {ID: "d", GroupType: "User"},
	}, plan.Cohorts())
}

func TestPlan_FlagMetadata(t *testing.T) {
	large := `{"text":"` + strings.Repeat("x", 5000) + `"}`
	plan := compile(t, `[
		{"key":"a","metadata":{"flagVersion":3,"n":1.50},"segments":[{"metadata":{"s":1}}],"variants":{}},
		{"key":"none","segments":[],"variants":{}},{"key":"null","metadata":null,"segments":[],"variants":{}},
		{"key":"empty","metadata":{ },"segments":[],"variants":{}},
		{"key":"large","metadata":`+large+`,"segments":[],"variants":{}}]`)
	for key, want := range map[string]string{
		"a": `{"flagVersion":3,"n":1.50}`, "none": "", "null": "", "empty": "", "large": large,
	} {
		flag, ok := plan.Lookup(key)
		require.True(t, ok)
		assert.Equal(t, want, string(plan.FlagMetadata(flag)), key)
		if want == "" {
			assert.Nil(t, plan.FlagMetadata(flag), key)
		}
	}
	assert.Nil(t, plan.FlagMetadata(5), "no flag has this number")
}

func TestPlan_Outcome(t *testing.T) {
	large := `[` + strings.Repeat(`"0123456789",`, 3000) + `null]`
	plan := compile(t, `[{"key":"a","metadata":{"o":{"deep":[[[]]]}},
		"variants":{"x":{"key":"x","payload":`+large+`},"y":{"key":"y","value":"\u00e9"},"unused":{"key":"unused"}},
		"segments":[{"conditions":[],"variant":"x"},{"conditions":[],"variant":"y","metadata":{"s":2}},
		{"conditions":[],"variant":"x","metadata":{"s":3}}]}]`)
	var outcomes []string
	for outcome := range uint32(plan.NumOutcomes()) {
		outcomes = append(outcomes, string(plan.Outcome(new(core.Scratch), outcome)))
	}
	assert.ElementsMatch(t, []string{
		`{"key":"x","payload":` + large + `,"metadata":{"o":{"deep":[[[]]]}}}`,
		`{"key":"y","value":"\u00e9","metadata":{"o":{"deep":[[[]]]},"s":2}}`,
		`{"key":"x","payload":` + large + `,"metadata":{"o":{"deep":[[[]]]},"s":3}}`,
	}, outcomes, "one for each pair of a segment and a variant that it may return")
	assert.Nil(t, plan.Outcome(new(core.Scratch), uint32(plan.NumOutcomes())), "no outcome has this number")
}

func TestPlan_OutcomeWithMuchMetadata(t *testing.T) {
	metadata := make([]string, 2000)
	for i := range metadata {
		metadata[i] = fmt.Sprintf(`"name%d":%d`, i, i)
	}
	object := "{" + strings.Join(metadata, ",") + "}"
	plan := compile(t, `[{"key":"a","metadata":`+object+`,"segments":[{"variant":"on","metadata":`+object+`}],`+on+`}]`)
	assert.Equal(t, map[string]string{"a": `{"key":"on","metadata":` + object + `}`}, evaluate(t, plan, `{}`))
}
