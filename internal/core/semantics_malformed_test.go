//go:build cgo

package core_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/core"
)

// marker stands before the byte at which the core must report the mistake. It
// is not part of the document.
const marker = "§"

// cutMarker removes the marker from a document and returns where it was.
func cutMarker(t *testing.T, marked string) (document string, offset int) {
	t.Helper()
	require.Equal(t, 1, strings.Count(marked, marker), "one marker in %s", marked)
	offset = strings.Index(marked, marker)
	return strings.Replace(marked, marker, "", 1), offset
}

func TestSemantics_MalformedFlag(t *testing.T) {
	const (
		segments     = `"segments":[{"variant":"on"}]`
		variants     = `"variants":{"on":{"key":"on"}}`
		condition    = `"selector":["context"],"op":"is","values":["a"]`
		salt         = `"salt":"s"`
		distribution = `{"variant":"on","range":[0,1]}`
	)
	flag := func(member string) string { return `{"key":"f",` + member + `}` }
	segment := func(segment string) string { return flag(variants + `,"segments":[` + segment + `]`) }
	inCondition := func(condition string) string { return segment(`{"conditions":[[` + condition + `]]}`) }
	inBucket := func(bucket string) string { return segment(`{"bucket":` + bucket + `}`) }
	inAllocation := func(allocation string) string {
		return inBucket(`{` + salt + `,"allocations":[` + allocation + `]}`)
	}
	inRange := func(numbers string) string { return inAllocation(`{"distributions":[],"range":` + numbers + `}`) }
	inDistribution := func(distribution string) string {
		return inAllocation(`{"range":[0,1],"distributions":[` + distribution + `]}`)
	}
	const (
		noLists         = "the conditions of a segment are not a list of lists"
		noSelector      = "a selector is not a list of strings"
		noRange         = "a range is not a list of whole numbers"
		noDependencies  = "the dependencies of a flag are not a list of strings"
		flagMetadata    = "the metadata of a flag is not an object"
		segmentMetadata = "the metadata of a segment is not an object"
		variantMetadata = "the metadata of a variant is not an object"
	)
	for _, tt := range []struct{ name, flag, key, message string }{
		{"a number", `§5`, "", "a flag is not an object"},
		{"null", `§null`, "", "a flag is not an object"},
		{"a list", `§[{"key":"f"}]`, "", "a flag is not an object"},
		{"no key", `§{` + segments + `,` + variants + `}`, "", "a flag has no key"},
		{"key null", `§{"key":null,` + segments + `,` + variants + `}`, "", "a flag has no key"},
		{"key a number", `{"key":§5,` + segments + `,` + variants + `}`, "", "the key of a flag is not a string"},
		{"key a boolean", `{"key":§true,` + segments + `,` + variants + `}`, "", "the key of a flag is not a string"},

		{"no variants", `§` + flag(segments), "f", "a flag has no variants"},
		{"variants null", `§` + flag(segments+`,"variants":null`), "f", "a flag has no variants"},
		{"variants a list", flag(segments + `,"variants":§[]`), "f", "the variants of a flag are not an object"},
		{
			"variant null", flag(segments + `,"variants":{"on":{"key":"on"},"off":§null}`), "f",
			"a variant is not an object",
		},
		{"variant a string", flag(segments + `,"variants":{"on":§"on"}`), "f", "a variant is not an object"},
		{"variant without a key", flag(segments + `,"variants":{"on":§{"value":"on"}}`), "f", "a variant has no key"},
		{"variant key null", flag(segments + `,"variants":{"on":§{"key":null}}`), "f", "a variant has no key"},
		{
			"variant key a number", flag(segments + `,"variants":{"on":{"key":§1}}`), "f",
			"the key of a variant is not a string",
		},
		{
			"variant metadata a string", flag(segments + `,"variants":{"on":{"key":"on","metadata":§"m"}}`), "f",
			variantMetadata,
		},

		{"no segments", `§` + flag(variants), "f", "a flag has no segments"},
		{"segments null", `§` + flag(variants+`,"segments":null`), "f", "a flag has no segments"},
		{"segments an object", flag(variants + `,"segments":§{}`), "f", "the segments of a flag are not a list"},
		{"segment null", segment(`§null`), "f", "a segment is not an object"},
		{"segment a string", segment(`{"variant":"on"},§"on"`), "f", "a segment is not an object"},
		{"segment variant a number", segment(`{"variant":§1}`), "f", "the variant of a segment is not a string"},
		{"segment metadata a list", segment(`{"metadata":§[]}`), "f", segmentMetadata},

		{"dependencies a string", flag(segments + `,` + variants + `,"dependencies":§"a"`), "f", noDependencies},
		{"dependencies an object", flag(segments + `,` + variants + `,"dependencies":§{}`), "f", noDependencies},
		{"a dependency null", flag(segments + `,` + variants + `,"dependencies":["a",§null]`), "f", noDependencies},
		{"a dependency a number", flag(segments + `,` + variants + `,"dependencies":[§1]`), "f", noDependencies},
		{"metadata a string", flag(segments + `,` + variants + `,"metadata":§"m"`), "f", flagMetadata},
		{"metadata false", flag(segments + `,` + variants + `,"metadata":§false`), "f", flagMetadata},

		{"conditions an object", segment(`{"conditions":§{}}`), "f", noLists},
		{"conditions a list of objects", segment(`{"conditions":[§{` + condition + `}]}`), "f", noLists},
		{"a group null", segment(`{"conditions":[[],§null]}`), "f", noLists},
		{"condition null", inCondition(`§null`), "f", "a condition is not an object"},
		{"condition a list", inCondition(`§[]`), "f", "a condition is not an object"},
		{"condition without op", inCondition(`§{"selector":["a"],"values":["a"]}`), "f", "a condition has no op"},
		{"op null", inCondition(`§{"selector":["a"],"op":null,"values":["a"]}`), "f", "a condition has no op"},
		{
			"op a number", inCondition(`{"selector":["a"],"op":§1,"values":["a"]}`), "f",
			"the op of a condition is not a string",
		},
		{"condition without values", inCondition(`§{"selector":["a"],"op":"is"}`), "f", "a condition has no values"},
		{"values null", inCondition(`§{"selector":["a"],"op":"is","values":null}`), "f", "a condition has no values"},
		{
			"values a string", inCondition(`{"selector":["a"],"op":"is","values":§"a"}`), "f",
			"the values of a condition are not a list",
		},
		{
			"a value null", inCondition(`{"selector":["a"],"op":"is","values":["a",§null]}`), "f",
			"a null is among the values of a condition",
		},
		{
			"a value null of an unknown operator", inCondition(`{"selector":["a"],"op":"x","values":[§null]}`), "f",
			"a null is among the values of a condition",
		},
		{"selector a string", inCondition(`{"selector":§"a","op":"is","values":["a"]}`), "f", noSelector},
		{"selector with null", inCondition(`{"selector":["a",§null],"op":"is","values":["a"]}`), "f", noSelector},
		{"selector with a number", inCondition(`{"selector":[§0],"op":"is","values":["a"]}`), "f", noSelector},

		{"bucket a list", inBucket(`§[]`), "f", "the bucket of a segment is not an object"},
		{"bucket without salt", inBucket(`§{"allocations":[]}`), "f", "a bucket has no salt"},
		{"salt null", inBucket(`§{"salt":null,"allocations":[]}`), "f", "a bucket has no salt"},
		{"salt a number", inBucket(`{"salt":§1,"allocations":[]}`), "f", "the salt of a bucket is not a string"},
		{"bucket without allocations", inBucket(`§{` + salt + `}`), "f", "a bucket has no allocations"},
		{"allocations null", inBucket(`§{` + salt + `,"allocations":null}`), "f", "a bucket has no allocations"},
		{
			"allocations an object", inBucket(`{` + salt + `,"allocations":§{}}`), "f",
			"the allocations of a bucket are not a list",
		},
		{"bucket selector a string", inBucket(`{` + salt + `,"allocations":[],"selector":§"a"}`), "f", noSelector},
		{"allocation null", inAllocation(`§null`), "f", "an allocation is not an object"},
		{"allocation without range", inAllocation(`§{"distributions":[]}`), "f", "an allocation has no range"},
		{
			"allocation without distributions", inAllocation(`§{"range":[0,1]}`), "f",
			"an allocation has no distributions",
		},
		{
			"distributions null", inAllocation(`§{"range":[0,1],"distributions":null}`), "f",
			"an allocation has no distributions",
		},
		{
			"distributions an object", inAllocation(`{"range":[0,1],"distributions":§{}}`), "f",
			"the distributions of an allocation are not a list",
		},
		{"distribution a string", inDistribution(`§"on"`), "f", "a distribution is not an object"},
		{"distribution without variant", inDistribution(`§{"range":[0,1]}`), "f", "a distribution has no variant"},
		{
			"distribution variant null", inDistribution(`§{"range":[0,1],"variant":null}`), "f",
			"a distribution has no variant",
		},
		{
			"distribution variant a number", inDistribution(`{"range":[0,1],"variant":§1}`), "f",
			"the variant of a distribution is not a string",
		},
		{"distribution without range", inDistribution(`§{"variant":"on"}`), "f", "a distribution has no range"},
		{
			"distribution range null", inDistribution(distribution + `,§{"variant":"on","range":null}`), "f",
			"a distribution has no range",
		},
		{"range an object", inRange(`§{}`), "f", noRange},
		{"range with a string", inRange(`[0,§"1"]`), "f", noRange},
		{"range with null", inRange(`[§null,1]`), "f", noRange},
		{"range with a boolean", inRange(`[§true,1]`), "f", noRange},

		{
			"after a segment that always matches", segment(`{"variant":"on"},{"variant":§1}`), "f",
			"the variant of a segment is not a string",
		},
		{
			"in a variant that no segment names", flag(segments + `,"variants":{"on":{"key":"on"},"never":§1}`), "f",
			"a variant is not an object",
		},
		{
			"in a group after one that always matches", segment(`{"conditions":[[],[§1]]}`), "f",
			"a condition is not an object",
		},
		{
			"the first mistake of two", segment(`{"variant":§1},{"variant":2}`), "f",
			"the variant of a segment is not a string",
		},
		{
			"the first mistake of two members", `{"key":"f","segments":§7,"variants":[]}`, "f",
			"the segments of a flag are not a list",
		},
		{
			"the key after the mistake", `{"segments":§7,` + variants + `,"key":"f"}`, "f",
			"the segments of a flag are not a list",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			const before = `[{"key":"first",` + segments + `,` + variants + `},`
			const after = `,{"key":"last",` + segments + `,` + variants + `}]`
			flags, offset := cutMarker(t, before+tt.flag+after)
			plan := compile(t, flags)
			report := core.Diagnostic{Flag: tt.key, Entry: 1, Code: "malformed", Message: tt.message, Offset: offset}
			assert.Equal(t, []core.Diagnostic{report}, plan.Diagnostics())
			others := map[string]string{"first": `{"key":"on"}`, "last": `{"key":"on"}`}
			assert.Equal(t, others, evaluate(t, plan, `{}`), "the other flags work")
		})
	}
	t.Run("a range with a fraction", func(t *testing.T) {
		for _, number := range []string{
			"0.5", "1e-1", "-0.5", "92.25", "99.99999999999999999999", "1e-400", "9007199254740992.5", "123e-2",
			"0.1e0", "1.01e1", "10e-2", "1e-99999999999999999999", strings.Repeat("9", 400) + ".1",
		} {
			plan := compile(t, "["+inRange(`[0,`+number+`]`)+"]")
			require.Len(t, plan.Diagnostics(), 1, number)
			assert.Equal(t, noRange, plan.Diagnostics()[0].Message, number)
		}
	})
	t.Run("a range of whole numbers in any form", func(t *testing.T) {
		for _, number := range []string{
			"100", "100.0", "1e2", "1.5e1", "1500e-2", "0.01e2", "0e-400", "-0.0", "0.000", "1e400", "-1E+2",
			"1e99999999999999999999", "0.0e-99999999999999999999", "9007199254740993", "100.00000000000000000000",
		} {
			plan := compile(t, "["+inRange(`[0,`+number+`]`)+"]")
			assert.Empty(t, plan.Diagnostics(), number)
		}
	})
}

func TestSemantics_WellFormedFlag(t *testing.T) {
	const segments, variants = `"segments":[{"variant":"on"}]`, `"variants":{"on":{"key":"on"}}`
	for _, tt := range []struct{ name, flag string }{
		{"only the required members", `{"key":"f",` + segments + `,` + variants + `}`},
		{"dependencies null", `{"key":"f","dependencies":null,` + segments + `,` + variants + `}`},
		{"metadata null", `{"key":"f","metadata":null,` + segments + `,` + variants + `}`},
		{
			"variant members null",
			`{"key":"f",` + segments + `,"variants":{"on":{"key":"on","value":null,"payload":null,"metadata":null}}}`,
		},
		{
			"segment members null",
			`{"key":"f",` + variants + `,"segments":[` +
				`{"conditions":null,"bucket":null,"metadata":null,"variant":null},{"variant":"on"}]}`,
		},
		{
			"selectors null",
			`{"key":"f",` + variants + `,"segments":[{"variant":"on",` +
				`"conditions":[[{"selector":null,"op":"is","values":["(none)"]}]],` +
				`"bucket":{"selector":null,"salt":"s","allocations":[]}}]}`,
		},
		{
			"selectors absent",
			`{"key":"f",` + variants + `,"segments":[{"variant":"on",` +
				`"conditions":[[{"op":"is","values":["(none)"]}]],` +
				`"bucket":{"salt":"s","allocations":[]}}]}`,
		},
		{"unknown members", `{"key":"f","x":[null],` + segments + `,"variants":{"on":{"key":"on","x":null}}}`},
		{
			"unknown members within",
			`{"key":"f",` + variants + `,"segments":[{"x":0,"variant":"on",` +
				`"conditions":[[{"x":0,"op":"is","values":["(none)"]}]],` +
				`"bucket":{"x":0,"salt":"s","allocations":[{"x":0,"range":[0,1],` +
				`"distributions":[{"x":0,"variant":"on","range":[0,1]}]}]}}]}`,
		},
		{
			"names that differ in case are unknown members",
			`{"key":"f","Key":5,"SEGMENTS":7,` + segments + `,` + variants + `}`,
		},
		{
			"the last of repeated members counts",
			`{"key":5,"segments":7,"variants":[],"key":"f",` + segments + `,` + variants + `}`,
		},
		{
			"names spelled with escapes",
			`{"\u006bey":"f","\u0073egments":[{"\u0076ariant":"on"}],"variants":{"\u006fn":{"key":"on"}}}`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			plan := compile(t, "["+tt.flag+"]")
			assert.Empty(t, plan.Diagnostics())
			assert.Equal(t, map[string]string{"f": `{"key":"on"}`}, evaluate(t, plan, `{}`))
		})
	}
	t.Run("a last repeated member that is malformed", func(t *testing.T) {
		plan := compile(t, `[{"key":"f",`+segments+`,`+variants+`,"segments":7}]`)
		assert.Len(t, plan.Diagnostics(), 1)
	})
	t.Run("a last repeated member that is null", func(t *testing.T) {
		plan := compile(t, `[{"key":"f",`+segments+`,`+variants+`,"segments":null}]`)
		assert.Len(t, plan.Diagnostics(), 1)
	})
}

// The parts of a malformed flag that were already read, here the values of its
// conditions and its distributions, must not affect later flags.
func TestSemantics_MalformedFlagDoesNotAffectOthers(t *testing.T) {
	const good = `{"key":"good","variants":{"on":{"key":"on"},"off":{"key":"off"}},"segments":[
		{"conditions":[[{"selector":["context","user","user_id"],"op":"is","values":["u1"]}]],"variant":"on"},
		{"bucket":{"selector":["context","user","user_id"],"salt":"s","allocations":[
			{"range":[0,100],"distributions":[{"variant":"off","range":[0,42949673]}]}]}}]}`
	values := `"` + strings.Repeat(`v","`, 50) + `w"`
	bad := `{"key":"bad","variants":{"on":{"key":"on"}},"segments":[{"conditions":[[
		{"selector":["context","user","user_id"],"op":"is","values":[` + values + `]},
		{"selector":["context","user","user_id"],"op":"contains","values":["a","b","c"]},
		{"selector":["context","user","user_id"],"op":"set contains any","values":["a","b"]}]],
		"bucket":{"selector":["context","user","user_id"],"salt":"s","allocations":[
			{"range":[0,100],"distributions":[{"variant":"on","range":[0,42949673]}]}]}},5]}`
	plan := compile(t, `[`+bad+`,`+good+`]`)
	require.Len(t, plan.Diagnostics(), 1)
	assert.Equal(t, "bad", plan.Diagnostics()[0].Flag)
	assert.Equal(t, map[string]string{"good": `{"key":"on"}`}, evaluate(t, plan, `{"user":{"user_id":"u1"}}`))
	assert.Equal(t, map[string]string{"good": `{"key":"off"}`}, evaluate(t, plan, `{"user":{"user_id":"u2"}}`))
	assert.Equal(t, compile(t, `[`+good+`]`).NumOutcomes(), plan.NumOutcomes())
}

// If the allocations or distributions are repeated members, the last ones
// count.
func TestSemantics_RepeatedDistributions(t *testing.T) {
	const on, off = `[{"variant":"on","range":[0,42949673]}]`, `[{"variant":"off","range":[0,42949673]}]`
	for _, tt := range []struct{ name, allocations string }{
		{"distributions", `"allocations":[{"distributions":` + on + `,"range":[0,100],"distributions":` + off + `}]`},
		{
			"allocations",
			`"allocations":[{"range":[0,100],"distributions":` + on + `}],` +
				`"allocations":[{"range":[0,100],"distributions":` + off + `}]`,
		},
		{
			"a range",
			`"allocations":[{"range":[0,100],"distributions":` + on + `,"range":[0,0]},` +
				`{"range":[0,100],"distributions":` + off + `}]`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			plan := compile(t, `[{"key":"f","variants":{"on":{"key":"on"},"off":{"key":"off"}},"segments":[
				{"bucket":{"selector":["context","user","user_id"],"salt":"s",`+tt.allocations+`}}]}]`)
			require.Empty(t, plan.Diagnostics())
			assert.Equal(t, map[string]string{"f": `{"key":"off"}`}, evaluate(t, plan, `{"user":{"user_id":"u"}}`))
		})
	}
}

func TestSemantics_NestingOfAValue(t *testing.T) {
	nested := func(depth int) string { return strings.Repeat("[", depth) + strings.Repeat("]", depth) }
	for _, tt := range []struct{ name, flag string }{
		{"payload", `"variants":{"on":{"key":"on","payload":§}},"segments":[]`},
		{"value", `"variants":{"on":{"key":"on","value":§}},"segments":[]`},
		{"value of a condition", `"variants":{},"segments":[{"conditions":[[{"op":"is","values":[§]}]]}]`},
		{"member of metadata", `"metadata":{"m":§},"variants":{},"segments":[]`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			limit := 1000
			if strings.HasPrefix(tt.flag, `"metadata"`) {
				limit-- // metadata is itself an object
			}
			document := func(depth int) string {
				flag := strings.ReplaceAll(tt.flag, "§", nested(depth))
				return `[{"key":"f",` + flag + `},{"key":"other",` + always + `}]`
			}
			plan := compile(t, document(limit))
			assert.Empty(t, plan.Diagnostics())
			assert.Equal(t, 2, plan.NumFlags())
			for _, depth := range []int{limit + 1, 7_990} {
				plan = compile(t, document(depth))
				assert.Equal(t, map[string]string{"other": `{"key":"on"}`}, evaluate(t, plan, `{}`))
				require.Len(t, plan.Diagnostics(), 1)
				report := plan.Diagnostics()[0]
				assert.Equal(t, "malformed", report.Code)
				assert.Equal(t, "a value has more than 1000 arrays and objects open at once", report.Message)
			}
		})
	}
}
