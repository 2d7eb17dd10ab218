//go:build cgo

package core_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/core"
)

const (
	on     = `"variants":{"on":{"key":"on"}}`
	always = `"segments":[{"variant":"on"}],` + on
)

// reads is a flag whose conditions read these selectors.
func reads(key, dependencies string, selectors ...string) string {
	conditions := make([]string, len(selectors))
	for i, selector := range selectors {
		conditions[i] = `{"selector":` + selector + `,"op":"is","values":["x"]}`
	}
	return `{"key":"` + key + `","dependencies":` + dependencies + `,"segments":[{"variant":"on","conditions":[[` +
		strings.Join(conditions, ",") + `]]}],` + on + `}`
}

func TestAvailableWithCgo(t *testing.T) {
	ok, reason := core.Available()
	assert.True(t, ok)
	assert.Empty(t, reason)
}

func TestLookupNumbersFlagsParentsFirst(t *testing.T) {
	plan := compile(t, `[{"key":"c","dependencies":["b"],`+always+`},{"key":"d",`+always+`},{"key":"b","dependencies":["a"],`+always+`},
		{"key":"a",`+always+`},{"key":"","dependencies":["c","d"],`+always+`},{"key":"\"\u65e5\\\n]]","segments":[],"variants":{}}]`)
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

func TestCompileOfNoFlags(t *testing.T) {
	for _, document := range []string{`[]`, `{}`, " [ ]\r\n\t"} {
		plan := compile(t, document)
		assert.Zero(t, plan.NumFlags())
		assert.Zero(t, plan.NumOutcomes())
		assert.Empty(t, plan.Paths())
		assert.Empty(t, plan.Cohorts())
		assert.Empty(t, plan.Diagnostics())
		assert.Nil(t, plan.Cycle(""))
		assert.Positive(t, plan.Size())
		assert.Empty(t, evaluate(t, plan, `{"user":{"user_id":"u"}}`))
	}
}

func TestCompileTakesFlagsByKey(t *testing.T) {
	plan := compile(t, `{"a":{"key":"a",`+always+`},"any name":{"key":"b",`+always+`},"a":{"key":"c",`+always+`},"bad":7}`)
	assert.Equal(t, map[string]string{"a": `{"key":"on"}`, "b": `{"key":"on"}`, "c": `{"key":"on"}`}, evaluate(t, plan, `{}`))
	assert.Len(t, plan.Diagnostics(), 1)
	assert.Equal(t, 3, plan.Diagnostics()[0].Entry)
}

func TestCompileDoesNotKeepTheDocument(t *testing.T) {
	document := []byte(`[{"key":"a","metadata":{"x":1},` + always + `}]`)
	plan, err := core.Compile(document)
	require.NoError(t, err)
	for i := range document {
		document[i] = 'x'
	}
	assert.Equal(t, "a", plan.FlagKey(0))
	assert.Equal(t, map[string]string{"a": `{"key":"on","metadata":{"x":1}}`}, evaluate(t, plan, `{}`))
}

func TestCompileErrorsSayWhatAndWhere(t *testing.T) {
	const (
		syntax    = "this is not JSON"
		truncated = "the JSON ends too early"
		utf8      = "a string is not valid UTF-8"
		trailing  = "something follows the end of the JSON"
		kind      = "this is not the kind of JSON value that has to stand here"
	)
	for _, tt := range []struct{ name, document, message string }{
		{"nothing", `§`, truncated},
		{"white space", ` §`, truncated},
		{"a number", `§5`, kind},
		{"null", `§null`, kind},
		{"a text", `§"flags"`, kind},
		{"HTML", `§<html>`, syntax},
		{"no end", `[§`, truncated},
		{"no end of a flag", `[{"key":"a"§`, truncated},
		{"no end of a text", `[{"key":"a§`, truncated},
		{"no colon", `[{"key" §"a"}]`, syntax},
		{"a comma too many", `[{"key":"a"},§]`, syntax},
		{"no comma", `[{} §{}]`, syntax},
		{"no JSON in an unknown member", `[{"x":[1,n§an]}]`, syntax},
		{"no JSON behind a malformed part", `[{"segments":7,"x":tru§}]`, syntax},
		{"a leading zero", `[{"x":0§1}]`, syntax},
		{"a control character", "[{\"x\":\"a§\n\"}]", syntax},
		{"an escape that JSON does not have", `[{"x":"§\x"}]`, syntax},
		{"invalid UTF-8", "[{\"x\":\"§\xff\"}]", utf8},
		{"an overlong form", "[{\"key\":\"§\xc0\x80\"}]", utf8},
		{"a surrogate in UTF-8", "[{\"key\":\"§\xed\xa0\x80\"}]", utf8},
		{"another document", `[] §[]`, trailing},
		{"a NUL behind it", "[]§\x00", trailing},
	} {
		t.Run(tt.name, func(t *testing.T) {
			document, offset := unmark(t, tt.document)
			plan, err := core.Compile([]byte(document))
			assert.Nil(t, plan)
			assert.Equal(t, &core.CompileError{Message: tt.message, Offset: offset}, err)
			assert.EqualError(t, err, fmt.Sprintf("compile flags: %s at byte %d", tt.message, offset))
		})
	}
	_, err := core.Compile(nil)
	assert.Equal(t, &core.CompileError{Message: truncated}, err)

	_, err = core.Compile([]byte(`[{"x":` + strings.Repeat("[", 1100)))
	var tooDeep *core.CompileError
	require.ErrorAs(t, err, &tooDeep)
	assert.Equal(t, "more than 1000 arrays and objects are open at once", tooDeep.Message)
}

func TestDiagnosticsSayWhatWhereAndWhy(t *testing.T) {
	flag := func(key, pattern string) string {
		return `{"key":"` + key + `",` + on + `,"segments":[{"variant":"on","conditions":[[{"selector":["context","user","user_id"],
			"op":"regex match","values":["` + pattern + `","` + pattern + `"]}]]}]}`
	}
	flags := []string{
		`{"key":"twice",` + always + `}`, `{"key":"a","dependencies":["b"],` + always + `}`, flag("pattern", "("),
		`{"key":"b","dependencies":["a"],` + always + `}`, `{"segments":7}`, `{"key":"twice",` + always + `}`, flag("other", "("),
		flag("fine", "a+"), `{"key":"\"\n","variants":null}`,
	}
	document := "[" + strings.Join(flags, ",\n ") + "]"
	offset := func(entry int) int { return strings.Index(document, flags[entry]) }
	const cycle = "the flag is on a dependency cycle, or depends on one"
	plan := compile(t, document)
	require.Len(t, plan.Diagnostics(), 7)
	assert.Equal(t, []core.Diagnostic{
		{Flag: "", Entry: 4, Code: "malformed", Message: "the segments of a flag are not a list", Offset: offset(4) + len(`{"segments":`)},
		{Flag: "\"\n", Entry: 8, Code: "malformed", Message: "a flag has no variants", Offset: offset(8)},
		{Flag: "twice", Entry: 0, Code: "duplicate", Message: "a later flag has the same key and counts instead", Offset: offset(0)},
		{Flag: "a", Entry: 1, Code: "cycle", Message: cycle, Offset: offset(1)},
		{Flag: "b", Entry: 3, Code: "cycle", Message: cycle, Offset: offset(3)},
	}, plan.Diagnostics()[:5])
	// A pattern is reported once for each flag that has it. The words are the standard library's, so they are not compared to the end.
	for i, flag := range []string{"pattern", "other"} {
		regex := plan.Diagnostics()[5+i]
		assert.True(t, strings.HasPrefix(regex.Message, `a regular expression never matches: pattern "(": missing closing )`), regex.Message)
		regex.Message = ""
		assert.Equal(t, core.Diagnostic{Flag: flag, Entry: -1, Code: "regex", Offset: -1}, regex)
	}
}

func TestDiagnosticString(t *testing.T) {
	assert.Equal(t, `flag "a\n" (entry 3, byte 120): a flag has no key`,
		core.Diagnostic{Flag: "a\n", Entry: 3, Code: "malformed", Message: "a flag has no key", Offset: 120}.String())
	assert.Equal(t, `flag "a": a regular expression never matches`,
		core.Diagnostic{Flag: "a", Entry: -1, Code: "regex", Message: "a regular expression never matches", Offset: -1}.String())
}

func TestCycleErrorNamesTheCycle(t *testing.T) {
	assert.EqualError(t, &core.CycleError{Flag: "c", Cycle: []string{"a", "b"}},
		`flag "c" is on, or depends on, the dependency cycle "a" → "b" → "a": remove one of these dependencies`)
	assert.EqualError(t, &core.CycleError{Flag: "a", Cycle: []string{"a"}},
		`flag "a" is on, or depends on, the dependency cycle "a" → "a": remove one of these dependencies`)
	long := &core.CycleError{Flag: "1", Cycle: []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"}}
	assert.EqualError(t, long, `flag "1" is on, or depends on, the dependency cycle `+
		`"1" → "2" → "3" → "4" → "5" → "6" → "7" → "8" → "1" (and 2 more): remove one of these dependencies`)
	assert.Len(t, long.Cycle, 10, "the error's own list stays as it is")
	assert.Equal(t, "9", long.Cycle[8])
}

func TestPathsAndSlots(t *testing.T) {
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
	require.Len(t, p.Paths(), 4, "each path once, and none that only flags left out read")
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

// A flag that reads very much does not list it: nil says that all slots may be read.
func TestSlotsOfAFlagThatReadsVeryMuch(t *testing.T) {
	flag := func(p *core.Plan, key string) []uint32 {
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
	assert.Len(t, flag(p, "few"), 2)
	assert.Empty(t, flag(p, "p0"))
	assert.NotNil(t, flag(p, "p0"))
	assert.Nil(t, flag(p, "parents"))
	assert.Nil(t, flag(p, "slots"))
	assert.Len(t, flag(p, "alone"), 300, "without parents the list costs nothing")

	context := map[string]map[string]string{"user": {}}
	for i := range 300 {
		context["user"][fmt.Sprintf("s%d", i)] = "x"
	}
	text, err := json.Marshal(context)
	require.NoError(t, err)
	for _, key := range []string{"few", "parents", "slots", "alone"} {
		assert.Equal(t, `{"key":"on"}`, evaluate(t, p, string(text), key)[key])
	}
}

func TestCohorts(t *testing.T) {
	condition := func(selector, op, values string) string {
		return `{"key":` + fmt.Sprintf("%q", selector+op+values) + `,` + on + `,"segments":[{"variant":"on","conditions":[[
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
		`{"key":"malformed","segments":[{"conditions":[[{"selector":` + user + `,"op":"set contains any","values":["no8"]}]]}]}`,
		`{"key":"cycle","dependencies":["cycle"],"variants":{},"segments":[{"conditions":[[{"selector":` + user +
			`,"op":"set contains any","values":["no9"]}]]}]}`,
	}, ",")+"]")
	assert.ElementsMatch(t, []core.Cohort{
		{ID: "u1", GroupType: "User"}, {ID: "u2", GroupType: "User"}, {ID: "u3", GroupType: "User"},
		{ID: "u1", GroupType: "org"}, {ID: "g1", GroupType: "org"}, {ID: "g2", GroupType: "日"},
	}, plan.Cohorts())
}

func TestCohortsOfASegmentWithSeveralConditions(t *testing.T) {
	plan := compile(t, `[{"key":"f",`+on+`,"segments":[{"variant":"on","conditions":[
		[{"selector":["context","groups","org","cohort_ids"],"op":"set contains any","values":["a"]},
		 {"selector":["context","groups","org","cohort_ids"],"op":"set does not contain any","values":["b"]}],
		[{"selector":["context","user","cohort_ids"],"op":"set contains any","values":["c"]}]]},
		{"conditions":[[{"selector":["context","user","cohort_ids"],"op":"set contains any","values":["d"]}]]}]}]`)
	assert.ElementsMatch(t, []core.Cohort{
		{ID: "a", GroupType: "org"}, {ID: "b", GroupType: "org"}, {ID: "c", GroupType: "User"}, {ID: "d", GroupType: "User"},
	}, plan.Cohorts())
}

func TestFlagMetadata(t *testing.T) {
	large := `{"text":"` + strings.Repeat("x", 5000) + `"}`
	plan := compile(t, `[{"key":"a","metadata":{"flagVersion":3,"n":1.50},"segments":[{"metadata":{"s":1}}],"variants":{}},
		{"key":"none","segments":[],"variants":{}},{"key":"null","metadata":null,"segments":[],"variants":{}},
		{"key":"empty","metadata":{ },"segments":[],"variants":{}},{"key":"large","metadata":`+large+`,"segments":[],"variants":{}}]`)
	for key, want := range map[string]string{"a": `{"flagVersion":3,"n":1.50}`, "none": "", "null": "", "empty": "", "large": large} {
		flag, ok := plan.Lookup(key)
		require.True(t, ok)
		assert.Equal(t, want, string(plan.FlagMetadata(flag)), key)
		if want == "" {
			assert.Nil(t, plan.FlagMetadata(flag), key)
		}
	}
	assert.Nil(t, plan.FlagMetadata(5), "no flag has this number")
}

func TestOutcome(t *testing.T) {
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
	}, outcomes, "one for each segment and variant that it may give")
	assert.Nil(t, plan.Outcome(new(core.Scratch), uint32(plan.NumOutcomes())), "no outcome has this number")
}

func TestOutcomeWithMuchMetadata(t *testing.T) {
	metadata := make([]string, 2000)
	for i := range metadata {
		metadata[i] = fmt.Sprintf(`"name%d":%d`, i, i)
	}
	text := "{" + strings.Join(metadata, ",") + "}"
	plan := compile(t, `[{"key":"a","metadata":`+text+`,"segments":[{"variant":"on","metadata":`+text+`}],`+on+`}]`)
	assert.Equal(t, map[string]string{"a": `{"key":"on","metadata":` + text + `}`}, evaluate(t, plan, `{}`))
}

func TestEvaluateAppendsResultsInThePlansOrder(t *testing.T) {
	plan := compile(t, `[{"key":"c","dependencies":["b"],`+always+`},{"key":"none","segments":[],"variants":{}},
		{"key":"b","dependencies":["a"],`+always+`},{"key":"a",`+always+`}]`)
	flag := func(key string) uint32 {
		number, ok := plan.Lookup(key)
		require.True(t, ok)
		return number
	}
	before := core.Result{Flag: 77, Outcome: 99}
	for _, tt := range []struct {
		name       string
		ask, wants []string
	}{
		{"all", nil, []string{"a", "b", "c"}},
		{"in any order", []string{"c", "none", "a"}, []string{"a", "b", "c"}},
		{"one", []string{"a"}, []string{"a"}},
		{"without a result", []string{"none"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var ask []uint32
			for _, key := range tt.ask {
				ask = append(ask, flag(key))
			}
			results, err := plan.Evaluate(new(core.Scratch), []byte(`{}`), ask, []core.Result{before})
			require.NoError(t, err)
			require.Equal(t, before, results[0])
			var keys []string
			for _, result := range results[1:] {
				keys = append(keys, plan.FlagKey(result.Flag))
				assert.JSONEq(t, `{"key":"on"}`, string(plan.Outcome(new(core.Scratch), result.Outcome)))
			}
			assert.Equal(t, tt.wants, keys)
		})
	}
}

func TestEvaluateErrors(t *testing.T) {
	plan := compile(t, "["+reads("a", "[]", `["context","user","user_id"]`)+"]")
	const (
		syntax    = "this is not JSON"
		truncated = "the JSON ends too early"
		kind      = "this is not the kind of JSON value that has to stand here"
		number    = "there is no flag, slot or outcome of this number"
	)
	for _, tt := range []struct {
		name, context string
		flags         []uint32
		message       string
	}{
		{"nothing", ``, nil, truncated},
		{"white space", ` `, nil, truncated},
		{"a number", `5`, nil, kind},
		{"null", `null`, nil, kind},
		{"no end", `{"user":{"user_id":"u"}`, nil, truncated},
		{"no JSON where a flag reads", `{"user":{"user_id":u}}`, nil, syntax},
		{"no JSON where no flag reads", `{"device":[tru]}`, nil, syntax},
		{"something behind it", `{} {}`, nil, "something follows the end of the JSON"},
		{"no UTF-8", "{\"user\":{\"user_id\":\"\xff\"}}", nil, "a string is not valid UTF-8"},
		{"too deep", `{"x":` + strings.Repeat("[", 1100), nil, "more than 1000 arrays and objects are open at once"},
		{"an array, no end", `[0,"u"`, nil, truncated},
		{"an array without a value", `[0]`, nil, syntax},
		{"an array with a text for a number", `["0","u"]`, nil, kind},
		{"an array with a slot that is not there", `[1,"u"]`, nil, number},
		{"an array with a slot far beyond", `[18446744073709551616,"u"]`, nil, number},
		{"an array with a value that is no JSON", `[0,u]`, nil, syntax},
		{"a flag that is not there", `{}`, []uint32{0, 1}, number},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := []core.Result{{Flag: 7, Outcome: 9}}
			results, err := plan.Evaluate(new(core.Scratch), []byte(tt.context), tt.flags, before)
			assert.Equal(t, &core.EvaluateError{Message: "context: " + tt.message}, err)
			assert.EqualError(t, err, "evaluate: context: "+tt.message)
			assert.Equal(t, before, results, "what was there stays")
		})
	}
	// An error leaves nothing behind for the next evaluation, which may get the same memory.
	assert.Len(t, evaluate(t, plan, `{"user":{"user_id":"x"}}`), 1)
	assert.Empty(t, evaluate(t, plan, `{}`))
}

func TestEvaluateGrowsItsMemory(t *testing.T) {
	var flags []string
	for i := range 500 {
		flags = append(flags, reads(fmt.Sprintf("f%d", i), "[]", `["context","user","user_id"]`))
	}
	list := `{"key":"list",` + on + `,"segments":[{"variant":"on","conditions":[[
		{"selector":["context","user","list"],"op":"contains","values":["last"]}]]}]}`
	plan := compile(t, "["+strings.Join(append(flags, list), ",")+"]")
	assert.Empty(t, evaluate(t, plan, `{}`), "a small context first")
	items := strings.Repeat(`"\u0041 long enough to be copied",`, 20000)
	results := evaluate(t, plan, `{"user":{"user_id":"x","list":[`+items+`"the last"]}}`)
	assert.Len(t, results, 501)
}

// Every goroutine has its own context, and must get the results of that one.
func TestOnePlanInManyGoroutines(t *testing.T) {
	const goroutines, rounds = 8, 200
	var variants, segments []string
	for i := range goroutines {
		variants = append(variants, fmt.Sprintf(`"%d":{"key":"%d"}`, i, i))
		segments = append(segments, fmt.Sprintf(`{"variant":"%d","conditions":[[
			{"selector":["result","parent","key"],"op":"is","values":["on"]},
			{"selector":["context","user","user_id"],"op":"regex match","values":["^user-%d-+$"]},
			{"selector":["context","user","list"],"op":"set contains","values":["item-%d"]}]]}`, i, i, i))
	}
	plan := compile(t, `[{"key":"parent",`+always+`},{"key":"child","dependencies":["parent"],
		"variants":{`+strings.Join(variants, ",")+`},"segments":[`+strings.Join(segments, ",")+`]}]`)
	child, ok := plan.Lookup("child")
	require.True(t, ok)
	var wait sync.WaitGroup
	for i := range goroutines {
		wait.Add(1)
		go func() {
			defer wait.Done()
			var results []core.Result
			for round := range rounds {
				context := fmt.Sprintf(`{"user":{"user_id":"user-%d%s","list":["\u0061",%s"item-%d"]}}`,
					i, strings.Repeat("-", 1+round%50), strings.Repeat(`"x",`, round), i)
				var err error
				results, err = plan.Evaluate(new(core.Scratch), []byte(context), []uint32{child}, results[:0])
				if !assert.NoError(t, err) || !assert.Len(t, results, 2) ||
					!assert.Equal(t, fmt.Sprintf(`{"key":"%d"}`, i), string(plan.Outcome(new(core.Scratch), results[1].Outcome))) {
					return
				}
			}
		}()
	}
	wait.Wait()
}
