//go:build cgo

package core_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// parentFlags are three flags: parent has a result with every member, bare a
// result with a key only, and silent no result.
const parentFlags = `
	{"key":"parent","metadata":{"f":"flag","both":"flag","o":{"x":0,"y":0},"p":{"x":0},"q":0},
	 "segments":[{"variant":"on","metadata":{"both":"segment","o":{"x":1},"p":5,"default":true}}],
	 "variants":{"on":{"key":"k","value":"v","payload":{"n":1.50,"":{"deep":"d"}},
		"metadata":{"default":false,"q":null}}}},
	{"key":"bare","segments":[{"variant":"on"}],"variants":{"on":{"key":"k"}}},
	{"key":"silent","segments":[],"variants":{}}`

func TestSemantics_ResultOfAFlag(t *testing.T) {
	const direct = `"dependencies":["parent","bare","silent","unknown"]`
	for _, tt := range []struct{ name, dependencies, selector, want string }{ // want is empty for null
		{"key", direct, `["result","parent","key"]`, "k"},
		{"value", direct, `["result","parent","value"]`, "v"},
		{"payload", direct, `["result","parent","payload"]`, `{"n":1.5,"":{"deep":"d"}}`},
		{"below the payload", direct, `["result","parent","payload","","deep"]`, "d"},
		{"metadata of the flag", direct, `["result","parent","metadata","f"]`, "flag"},
		{"metadata of the segment over the flag's", direct, `["result","parent","metadata","both"]`, "segment"},
		{"metadata of the variant over both", direct, `["result","parent","metadata","default"]`, "false"},
		{"below the metadata", direct, `["result","parent","metadata","o","x"]`, "1"},
		{
			"metadata", direct, `["result","parent","metadata"]`,
			`{"f":"flag","both":"segment","o":{"x":1},"p":5,"q":null,"default":false}`,
		},
		{"the whole", direct, `["result","bare"]`, `{"key":"k"}`},

		{"no value", direct, `["result","bare","value"]`, ""},
		{"no payload", direct, `["result","bare","payload"]`, ""},
		{"empty metadata", direct, `["result","bare","metadata"]`, ""},
		{"metadata replaced as a whole", direct, `["result","parent","metadata","o","y"]`, ""},
		{"metadata replaced by another kind of value", direct, `["result","parent","metadata","p","x"]`, ""},
		{"metadata replaced by null", direct, `["result","parent","metadata","q"]`, ""},
		{"another member", direct, `["result","parent","segments"]`, ""},
		{"below the key", direct, `["result","parent","key","length"]`, ""},
		{"below a string", direct, `["result","parent","value","0"]`, ""},
		{"the empty member", direct, `["result","parent",""]`, ""},
		{"of a flag without a result", direct, `["result","silent","key"]`, ""},
		{"the whole of a flag without a result", direct, `["result","silent"]`, ""},
		{"of an unknown flag", direct, `["result","unknown","key"]`, ""},

		{"through another flag", `"dependencies":["between"]`, `["result","parent","key"]`, "k"},
		{"without a dependency", `"dependencies":["bare"]`, `["result","parent","key"]`, ""},
		{"without dependencies", `"dependencies":null`, `["result","parent","key"]`, ""},
		{"of the flag itself", direct, `["result","child","key"]`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want := tt.want
			if want == "" {
				want = "(none)"
			}
			// The order of parent and child must not matter.
			between := `{"key":"between","dependencies":["parent"],"segments":[],"variants":{}}`
			child := `{"key":"child",` + tt.dependencies + `,"variants":{"on":{"key":"on"}},"segments":[{"variant":"on",
				"conditions":[[{"selector":` + tt.selector + `,"op":"is","values":[` + quote(t, want) + `]}]]}]}`
			for _, flags := range []string{
				"[" + parentFlags + "," + between + "," + child + "]",
				"[" + child + "," + between + "," + parentFlags + "]",
			} {
				plan := compile(t, flags)
				require.Empty(t, plan.Diagnostics())
				// Which other flags are evaluated must not matter either.
				assert.Equal(t, `{"key":"on"}`, evaluate(t, plan, `{}`)["child"])
				assert.Equal(t, `{"key":"on"}`, evaluate(t, plan, `{}`, "child")["child"])
				assert.Equal(t, `{"key":"on"}`, evaluate(t, plan, `{}`, "parent", "child")["child"])
			}
		})
	}
	t.Run("several parts at once", func(t *testing.T) {
		parts := []string{
			`{"selector":["result","parent","metadata","o","x"],"op":"is","values":["1"]}`,
			`{"selector":["result","parent","metadata"],"op":"contains",` +
				`"values":["\"both\":\"segment\",\"o\":{\"x\":1}"]}`,
			`{"selector":["result","parent","key"],"op":"is","values":["k"]}`,
			`{"selector":["result","parent","payload","n"],"op":"is","values":["1.5"]}`,
			`{"selector":["result","parent"],"op":"regex match","values":["^{\"key\":\"k\",\"value\":\"v\",.*}$"]}`,
			`{"selector":["result","parent","payload"],"op":"is","values":["{\"n\":1.5,\"\":{\"deep\":\"d\"}}"]}`,
			`{"selector":["result","bare","payload","n"],"op":"is","values":["(none)"]}`,
			`{"selector":["result","parent","metadata","o"],"op":"is","values":["{\"x\":1}"]}`,
			`{"selector":["result","parent","value"],"op":"is","values":["v"]}`,
		}
		for i := range parts { // each part comes first once
			rotated := slices.Concat(parts[i:], parts[:i])
			plan := compile(t, "["+parentFlags+`,
				{"key":"child","dependencies":["parent","bare"],"variants":{"on":{"key":"on"}},
				"segments":[{"variant":"on","conditions":[[`+strings.Join(rotated, ",")+`]]}]}]`)
			require.Empty(t, plan.Diagnostics())
			assert.Equal(t, `{"key":"on"}`, evaluate(t, plan, `{}`, "child")["child"])
		}
	})
}

func TestSemantics_MetadataOfAResult(t *testing.T) {
	for _, tt := range []struct{ name, flag, segment, variant, want string }{
		{"the flag's", `{"f":1}`, `null`, `null`, `{"f":1}`},
		{"the segment's", `null`, `{"s":1}`, `null`, `{"s":1}`},
		{"the variant's", `null`, `null`, `{"v":1}`, `{"v":1}`},
		{"all three, in this order", `{"z":1,"b":2}`, `{"y":3}`, `{"a":4}`, `{"z":1,"b":2,"y":3,"a":4}`},
		{
			"the segment over the flag", `{"a":"flag","b":"flag"}`, `{"a":"segment"}`, `null`,
			`{"a":"segment","b":"flag"}`,
		},
		{
			"the variant over the segment", `null`, `{"a":"segment","b":"segment"}`, `{"b":"variant"}`,
			`{"a":"segment","b":"variant"}`,
		},
		{"the variant over the flag", `{"a":"flag"}`, `{"s":1}`, `{"a":"variant"}`, `{"a":"variant","s":1}`},
		{
			"in order of first appearance", `{"a":1,"b":1}`, `{"c":2,"b":2}`, `{"d":3,"c":3,"a":3}`,
			`{"a":3,"b":2,"c":3,"d":3}`,
		},
		{"shallow", `{"o":{"x":1,"y":1}}`, `{"o":{"y":2}}`, `null`, `{"o":{"y":2}}`},
		{"another kind of value", `{"o":{"x":1}}`, `{"o":5}`, `null`, `{"o":5}`},
		{"another spelling of the name", `{"a":1}`, `{"\u0061":2}`, `null`, `{"a":2}`},
		{"a repeated name", `{"a":1,"b":2,"a":3}`, `null`, `null`, `{"a":3,"b":2}`},
		{"null wins like any other", `{"a":1,"b":1}`, `null`, `{"a":null}`, `{"a":null,"b":1}`},
		{"false is a value", `{"default":true}`, `null`, `{"default":false}`, `{"default":false}`},
		{
			"numbers as they are", `{"a":1.50,"b":12345678901234567890}`, `null`, `null`,
			`{"a":1.50,"b":12345678901234567890}`,
		},
		{"null", `null`, `null`, `null`, ``},
		{"empty", `{}`, `{ }`, `{}`, ``},
		{"an empty object over another", `{"f":1}`, `{}`, `{}`, `{"f":1}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			plan := compile(t, `[{"key":"f","metadata":`+tt.flag+`,`+
				`"segments":[{"variant":"on","metadata":`+tt.segment+`}],`+
				`"variants":{"on":{"key":"on","metadata":`+tt.variant+`}}}]`)
			require.Empty(t, plan.Diagnostics())
			want := `{"key":"on"}`
			if tt.want != "" {
				want = `{"key":"on","metadata":` + tt.want + `}`
			}
			assert.Equal(t, want, evaluate(t, plan, `{}`)["f"])
		})
	}
	t.Run("of the segment that matched", func(t *testing.T) {
		plan := compile(t, `[{"key":"f","segments":[
			{"variant":"on","metadata":{"segmentName":"first"},"conditions":[[`+met+`]]},
			{"variant":"on","metadata":{"segmentName":"second"}}],"variants":{"on":{"key":"on"}}}]`)
		first, second := evaluate(t, plan, `{"user":{"user_id":"u"}}`), evaluate(t, plan, `{}`)
		assert.Equal(t, `{"key":"on","metadata":{"segmentName":"first"}}`, first["f"])
		assert.Equal(t, `{"key":"on","metadata":{"segmentName":"second"}}`, second["f"])
	})
}

func TestSemantics_ResultIsTheVariant(t *testing.T) {
	for _, tt := range []struct{ name, variant, want string }{
		{"its own key, not its name", `{"key":"k"}`, `{"key":"k"}`},
		{"an empty key", `{"key":""}`, `{"key":""}`},
		{"all members", `{"payload":{"n":1},"value":"v","key":"k"}`, `{"key":"k","value":"v","payload":{"n":1}}`},
		{"null members", `{"key":"k","value":null,"payload":null}`, `{"key":"k"}`},
		{"any value", `{"key":"k","value":[1]}`, `{"key":"k","value":[1]}`},
		{
			"values that look absent", `{"key":"k","value":"","payload":false}`,
			`{"key":"k","value":"","payload":false}`,
		},
		{
			"numbers as they are", `{"key":"k","payload":[1.50,12345678901234567890]}`,
			`{"key":"k","payload":[1.50,12345678901234567890]}`,
		},
		{"unknown members ignored", `{"key":"k","weight":5}`, `{"key":"k"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			plan := compile(t, `[{"key":"f","segments":[{"variant":"name"}],"variants":{"name":`+tt.variant+`}}]`)
			require.Empty(t, plan.Diagnostics())
			assert.Equal(t, map[string]string{"f": tt.want}, evaluate(t, plan, `{}`))
		})
	}
}

// Flags may share memory for variants that begin alike, but each keeps its own.
func TestSemantics_VariantsThatBeginAlike(t *testing.T) {
	plan := compile(t, `[
		{"key":"a","segments":[{"variant":"on"}],"variants":{"on":{"key":"on","value":1,"metadata":{"m":1}}}},
		{"key":"b","segments":[{"variant":"on"}],"variants":{"on":{"key":"on","value":12,"metadata":{"m":12}}}},
		{"key":"c","segments":[{"variant":"on"}],"variants":{"on":{"key":"one","value":"on","metadata":{"m":1}}}},
		{"key":"d","segments":[{"variant":"on"}],"variants":{"on":{"key":"on","value":"on\u0065"}}},
		{"key":"e","segments":[{"variant":"on"}],"variants":{"on":{"key":"o\u006e","value":"on"}}},
		{"key":"f","segments":[{"variant":"on"}],"variants":{"on":{"key":"on","value":"one"}}}]`)
	require.Empty(t, plan.Diagnostics())
	assert.Equal(t, map[string]string{
		"a": `{"key":"on","value":1,"metadata":{"m":1}}`,
		"b": `{"key":"on","value":12,"metadata":{"m":12}}`,
		"c": `{"key":"one","value":"on","metadata":{"m":1}}`,
		"d": `{"key":"on","value":"on\u0065"}`,
		"e": `{"key":"on","value":"on"}`,
		"f": `{"key":"on","value":"one"}`,
	}, evaluate(t, plan, `{}`))
}
