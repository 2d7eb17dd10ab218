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

func TestSemantics_SubsetOfKeys(t *testing.T) {
	plan := compile(t, `[{"key":"a",`+always+`},{"key":"b","dependencies":["a","unknown"],`+always+`},
		{"key":"c","dependencies":["b","b"],`+always+`},{"key":"d",`+always+`},
		{"key":"none","dependencies":["d"],"segments":[],"variants":{}}]`)
	for _, tt := range []struct {
		name string
		keys []string
		want []string
	}{
		{"no keys: all flags", nil, []string{"a", "b", "c", "d"}},
		{"one", []string{"a"}, []string{"a"}},
		{"with its parent", []string{"b"}, []string{"a", "b"}},
		{"with the parents of parents", []string{"c"}, []string{"a", "b", "c"}},
		{"not with its children", []string{"d"}, []string{"d"}},
		{"repeated", []string{"a", "a"}, []string{"a"}},
		{"a flag and its parent", []string{"b", "a", "d"}, []string{"a", "b", "d"}},
		{"without a result, its parent has one", []string{"none"}, []string{"d"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want := map[string]string{}
			for _, key := range tt.want {
				want[key] = `{"key":"on"}`
			}
			assert.Equal(t, want, evaluate(t, plan, `{}`, tt.keys...))
		})
	}
	t.Run("an empty slice: all flags", func(t *testing.T) {
		results, err := plan.Evaluate(new(core.Scratch), []byte(`{}`), []uint32{}, nil)
		require.NoError(t, err)
		assert.Len(t, results, 4)
	})
}

func TestSemantics_MalformedOrUnknownFlagByKey(t *testing.T) {
	const child = `{"key":"child-of-%s","dependencies":["%s"],
		"variants":{"null":{"key":"null"},"other":{"key":"other"}},"segments":[
		{"variant":"null","conditions":[[{"selector":["result","%s","key"],"op":"is","values":["(none)"]}]]},
		{"variant":"other"}]}`
	plan := compile(t, `[{"key":"malformed","segments":7,"variants":{"on":{"key":"on"}}},`+
		strings.ReplaceAll(child, "%s", "malformed")+`,`+strings.ReplaceAll(child, "%s", "unknown")+`]`)
	for _, key := range []string{"malformed", "unknown"} {
		_, known := plan.Lookup(key)
		assert.False(t, known, key)
		assert.Nil(t, plan.Cycle(key), key)
		want := map[string]string{"child-of-" + key: `{"key":"null"}`}
		assert.Equal(t, want, evaluate(t, plan, `{}`, "child-of-"+key))
	}
}

func TestSemantics_DuplicateFlagKeys(t *testing.T) {
	flag := func(key, variant string) string {
		return `{"key":"` + key + `","metadata":{"is":"` + variant + `"},"segments":[{"variant":"` + variant + `"}],` +
			`"variants":{"` + variant + `":{"key":"` + variant + `"}}}`
	}
	result := func(variant string) string { return `{"key":"` + variant + `","metadata":{"is":"` + variant + `"}}` }
	for _, tt := range []struct {
		name  string
		flags []string
		want  map[string]string
		codes []string
	}{
		{
			"the last", []string{flag("f", "one"), flag("f", "two")}, map[string]string{"f": result("two")},
			[]string{"duplicate"},
		},
		{
			"the last of three", []string{flag("f", "one"), flag("g", "one"), flag("f", "two"), flag("f", "three")},
			map[string]string{"f": result("three"), "g": result("one")}, []string{"duplicate", "duplicate"},
		},
		{
			"as a whole", []string{flag("f", "one"), `{"key":"f","segments":[],"variants":{}}`},
			map[string]string{}, []string{"duplicate"},
		},
		{
			"a malformed one does not count", []string{flag("f", "one"), `{"key":"f","segments":7,"variants":{}}`},
			map[string]string{"f": result("one")}, []string{"malformed"},
		},
		{
			"the dependencies of the last",
			[]string{`{"key":"f","dependencies":["f"],"segments":[],"variants":{}}`, flag("f", "two")},
			map[string]string{"f": result("two")}, []string{"duplicate"},
		},
		{
			"the empty key", []string{flag("", "one"), flag("", "two"), flag("f", "one")},
			map[string]string{"": result("two"), "f": result("one")}, []string{"duplicate"},
		},
		{
			"case counts", []string{flag("f", "one"), flag("F", "two")},
			map[string]string{"f": result("one"), "F": result("two")}, nil,
		},
		{
			"another spelling of the key", []string{flag("f", "one"), flag(`\u0066`, "two")},
			map[string]string{"f": result("two")}, []string{"duplicate"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			plan := compile(t, "["+strings.Join(tt.flags, ",")+"]")
			assert.Equal(t, tt.want, evaluate(t, plan, `{}`))
			var codes []string
			for _, diagnostic := range plan.Diagnostics() {
				codes = append(codes, diagnostic.Code)
			}
			assert.Equal(t, tt.codes, codes)
		})
	}
	t.Run("the last is on a cycle", func(t *testing.T) {
		plan := compile(t, "["+flag("f", "one")+`,{"key":"f","dependencies":["f"],"segments":[],"variants":{}}]`)
		_, known := plan.Lookup("f")
		assert.False(t, known)
		assert.Equal(t, &core.CycleError{Flag: "f", Cycle: []string{"f"}}, plan.Cycle("f"))
	})
	t.Run("children see the last", func(t *testing.T) {
		const child = `{"key":"child","dependencies":["f"],"variants":{"on":{"key":"on"}},"segments":[
			{"variant":"on","conditions":[[{"selector":["result","f","key"],"op":"is","values":["two"]}]]}]}`
		plan := compile(t, "["+flag("f", "one")+","+child+","+flag("f", "two")+"]")
		want := map[string]string{"f": result("two"), "child": `{"key":"on"}`}
		assert.Equal(t, want, evaluate(t, plan, `{}`, "child"))
	})
}

func TestSemantics_DependencyCycle(t *testing.T) {
	flag := func(key string, dependencies ...string) string {
		list := "[]"
		if len(dependencies) > 0 {
			list = `["` + strings.Join(dependencies, `","`) + `"]`
		}
		return `{"key":"` + key + `","dependencies":` + list + `,` + always + `}`
	}
	for _, tt := range []struct {
		name   string
		flags  []string
		want   []string            // flags that work
		cycles map[string][]string // by key of the others: the cycle that is reported
	}{
		{
			"a flag that depends on itself", []string{flag("a", "a"), flag("b")}, []string{"b"},
			map[string][]string{"a": {"a"}},
		},
		{
			"two flags", []string{flag("a", "b"), flag("b", "a"), flag("c")},
			[]string{"c"}, map[string][]string{"a": {"a", "b"}, "b": {"a", "b"}},
		},
		{
			"three flags", []string{flag("c", "a"), flag("a", "b"), flag("b", "c")}, nil,
			map[string][]string{"a": {"c", "a", "b"}, "b": {"c", "a", "b"}, "c": {"c", "a", "b"}},
		},
		{
			"flags that depend on one", []string{flag("a", "a"), flag("b", "a"), flag("c", "b", "d"), flag("d")},
			[]string{"d"}, map[string][]string{"a": {"a"}, "b": {"a"}, "c": {"a"}},
		},
		{
			"flags that one depends on", []string{flag("a", "a", "b"), flag("b", "c"), flag("c")},
			[]string{"b", "c"}, map[string][]string{"a": {"a"}},
		},
		{
			"two cycles", []string{flag("a", "a"), flag("b", "c"), flag("c", "b"), flag("d", "c")},
			nil, map[string][]string{"a": {"a"}, "b": {"b", "c"}, "c": {"b", "c"}, "d": {"b", "c"}},
		},
		{"unknown parents are not a cycle", []string{flag("a", "x"), flag("b", "a", "x")}, []string{"a", "b"}, nil},
		{"a parent named twice is not a cycle", []string{flag("a"), flag("b", "a", "a")}, []string{"a", "b"}, nil},
		{
			"two ways to a parent are not a cycle",
			[]string{flag("d", "b", "c"), flag("b", "a"), flag("c", "a"), flag("a")},
			[]string{"a", "b", "c", "d"}, nil,
		},
		{
			"a malformed flag breaks a cycle", []string{flag("a", "b"), `{"key":"b","dependencies":["a"]}`},
			[]string{"a"}, nil,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			plan := compile(t, "["+strings.Join(tt.flags, ",")+"]")
			want := map[string]string{}
			for _, key := range tt.want {
				want[key] = `{"key":"on"}`
				assert.Nil(t, plan.Cycle(key))
			}
			assert.Equal(t, want, evaluate(t, plan, `{}`), "the others work")
			reported := map[string]bool{}
			for _, diagnostic := range plan.Diagnostics() {
				if diagnostic.Code == "cycle" {
					reported[diagnostic.Flag] = true
				}
			}
			assert.Len(t, reported, len(tt.cycles))
			for key, cycle := range tt.cycles {
				_, known := plan.Lookup(key)
				assert.False(t, known, key)
				assert.Equal(t, &core.CycleError{Flag: key, Cycle: cycle}, plan.Cycle(key))
				assert.True(t, reported[key], key)
			}
		})
	}
}

func TestSemantics_ChainOfDependencies(t *testing.T) {
	const length = 15_000
	flags := []string{`{"key":"0",` + always + `}`}
	for i := 1; i < length; i++ {
		flags = append(flags, fmt.Sprintf(`{"key":"%d","dependencies":["%d"],%s}`, i, i-1, always))
	}
	flags = append(flags, `{"key":"other",`+always+`}`)
	plan := compile(t, "["+strings.Join(flags, ",")+"]")
	for key, loaded := range map[string]bool{"0": true, "999": true, "1000": false, "14999": false, "other": true} {
		_, known := plan.Lookup(key)
		assert.Equal(t, loaded, known, key)
		assert.Nil(t, plan.Cycle(key), key)
	}
	require.Len(t, plan.Diagnostics(), length-1000)
	first := plan.Diagnostics()[0]
	first.Offset = 0
	assert.Equal(t, core.Diagnostic{
		Flag: "1000", Entry: 1000, Code: "limit", Message: "the flag is on a chain of more than 1000 dependencies",
	}, first)
}
