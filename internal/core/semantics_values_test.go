//go:build cgo

package core_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/core"
)

func TestSemantics_NullPropertyWithNegativeOperators(t *testing.T) {
	for _, op := range []string{"set is not", "regex does not match"} {
		checkConditions(t, []conditionCase{
			{op + ", missing", ``, op, `["a"]`, true},
			{op + ", null", `null`, op, `["a"]`, true},
			{op + ", missing, (none) among the values", ``, op, `["(none)"]`, true},
			{op + ", null, (none) among the values", `null`, op, `["(none)"]`, true},
			{op + ", missing, no values", ``, op, `[]`, true},
		})
	}
}

func TestSemantics_NullPropertyWithOtherOperators(t *testing.T) {
	for _, tt := range []struct {
		ops           []string
		none, without bool // with "(none)" among the values, and without
	}{
		{[]string{
			"is", "contains", "less", "less or equal", "greater", "greater or equal",
			"version less", "version less or equal", "version greater", "version greater or equal",
			"set is", "set contains", "set contains any",
		}, true, false},
		{[]string{"is not", "does not contain", "set does not contain", "set does not contain any"}, false, true},
		{[]string{"regex match", "no such operator"}, false, false},
	} {
		for _, op := range tt.ops {
			checkConditions(t, []conditionCase{
				{op + ", missing, (none) among the values", ``, op, `["a","(none)"]`, tt.none},
				{op + ", null, (none) among the values", `null`, op, `["(none)"]`, tt.none},
				{op + ", missing, other values", ``, op, `["a"]`, tt.without},
				{op + ", null, other values", `null`, op, `["a"]`, tt.without},
				{op + ", missing, no values", ``, op, `[]`, tt.without},
				{op + ", missing, (NONE) is not (none)", ``, op, `["(NONE)","(none) ","none",""]`, tt.without},
			})
		}
	}
}

func TestSemantics_FalseZeroAndEmptyStringAreValues(t *testing.T) {
	for _, tt := range []struct{ property, want string }{{`false`, "false"}, {`0`, "0"}, {`""`, ""}} {
		values := "[" + quote(t, tt.want) + "]"
		pattern := "[" + quote(t, "^"+tt.want+"$") + "]"
		checkConditions(t, []conditionCase{
			{tt.property + " is its string", tt.property, "is", values, true},
			{tt.property + " is not (none)", tt.property, "is", `["(none)"]`, false},
			{tt.property + ", is not", tt.property, "is not", values, false},
			{tt.property + ", contains the empty string", tt.property, "contains", `[""]`, true},
			{tt.property + ", regex match", tt.property, "regex match", pattern, true},
			{tt.property + ", regex does not match", tt.property, "regex does not match", pattern, false},
			{tt.property + ", set is not", tt.property, "set is not", `["a"]`, false},
			{tt.property + ", less", tt.property, "less", `["zero"]`, true},
		})
	}
}

func TestSemantics_NumberAsString(t *testing.T) {
	checkStrings(t, []stringCase{
		{"an integer", `1000000`, "1000000"},
		{"a negative integer", `-7`, "-7"},
		{"zero", `0`, "0"},
		{"minus zero", `-0`, "0"},
		{"an integer beyond 2^53", `9007199254740993`, "9007199254740993"},
		{"an integer beyond 64 bits", `-123456789012345678901234567890`, "-123456789012345678901234567890"},
		{"a whole number with a point", `1.0`, "1"},
		{"a whole number with an exponent", `1e0`, "1"},
		{"a million with an exponent", `1E6`, "1000000"},
		{"a fraction", `0.1`, "0.1"},
		{"zeros at the end", `1.10`, "1.1"},
		{"the shortest decimal that reads back", `0.30000000000000004441`, "0.30000000000000004"},
		{"a rounded float", `9007199254740993.0`, "9007199254740992"},
		{"the last without an exponent", `1e20`, "100000000000000000000"},
		{"the first with an exponent", `1e21`, "1e+21"},
		{"a large float", `1.5e300`, "1.5e+300"},
		{"a small one without an exponent", `1e-6`, "0.000001"},
		{"a smaller one with an exponent", `1e-7`, "1e-7"},
		{"an exponent of two digits", `-1.5e-10`, "-1.5e-10"},
		{"the smallest", `5e-324`, "5e-324"},
		{"too small", `1e-400`, "0"},
		{"minus zero as a float", `-0.0`, "-0"},
		{"too large", `1e400`, "Infinity"},
		{"too large and negative", `-1e400`, "-Infinity"},
	})
}

func TestSemantics_BooleanAsString(t *testing.T) {
	// Operators that ignore the case of booleans would hide a wrong spelling.
	checkConditions(t, []conditionCase{
		{"true", `true`, "regex match", `["^true$"]`, true},
		{"false", `false`, "regex match", `["^false$"]`, true},
		{"true in a list", `[true]`, "set is", `["true"]`, true},
		{"false in a list", `[false]`, "set is", `["false"]`, true},
		{"not True", `[true]`, "set is", `["True"]`, false},
		{"not 1", `true`, "is", `["1"]`, false},
	})
}

func TestSemantics_ObjectAsString(t *testing.T) {
	checkStrings(t, []stringCase{
		{"no members", `{ }`, `{}`},
		{"no items", `[ ]`, `[]`},
		{"compact", "{ \"a\" :\t[ 1 ,\r\n2 ] }", `{"a":[1,2]}`},
		{"members in the order received", `{"b":1,"a":2,"10":3,"9":4}`, `{"b":1,"a":2,"10":3,"9":4}`},
		{"a repeated member", `{"a":1,"b":2,"a":3}`, `{"a":3,"b":2}`},
		{"a repeated member by another spelling", `{"a":{"x":1},"b":2,"\u0061":{"y":1}}`, `{"a":{"y":1},"b":2}`},
		{"a repeated member in a nested array", `[{"a":1,"a":2}]`, `[{"a":2}]`},
		{"null is kept", `{"a":null,"b":[null]}`, `{"a":null,"b":[null]}`},
		{"booleans", `[true,false]`, `[true,false]`},
		{
			"numbers by their rule", `{"a":1.50,"b":1e6,"c":-0,"d":12345678901234567890}`,
			`{"a":1.5,"b":1000000,"c":0,"d":12345678901234567890}`,
		},
		{"nothing escaped for HTML", `["<b>&\u003c\u0026"]`, `["<b>&<&"]`},
		{"line separators as they are", `["\u2028\u2029"]`, "[\"\u2028\u2029\"]"},
		{"letters as they are", `["\u00e9\u65e5\ud83d\ude00"]`, `["é日😀"]`},
		{"a slash as it is", `["\/"]`, `["/"]`},
		{"quotes and backslashes escaped", `["\"\\"]`, `["\"\\"]`},
		{
			"control characters escaped", `["\u0008\u000c\u000a\u000d\u0009\u0001\u001F\u007f"]`,
			`["\b\f\n\r\t\u0001\u001f` + "\x7f" + `"]`,
		},
		{"the empty name", `{"":0}`, `{"":0}`},
		{"deep", `{"a":[[{"b":{}}],[]]}`, `{"a":[[{"b":{}}],[]]}`},
	})
	checkConditions(t, []conditionCase{
		{"an object as the property", `{"b":1,"a":2}`, "is", `["{\"b\":1,\"a\":2}"]`, true},
		{"its members are not sorted", `{"b":1,"a":2}`, "is", `["{\"a\":2,\"b\":1}"]`, false},
		{"an object is not a list", `{"a":1}`, "set contains any", `["a","1","{\"a\":1}"]`, false},
	})
}

func TestSemantics_WholeResultAsString(t *testing.T) {
	for _, tt := range []struct{ name, parent, want string }{
		{
			"all members",
			`"metadata":{"f":1},"segments":[{"variant":"on","metadata":{"s":2}}],` +
				`"variants":{"on":{"metadata":{"v":3},"payload":{"b":1.50,"a":[ ]},"value":"x","key":"k"}}`,
			`{"key":"k","value":"x","payload":{"b":1.5,"a":[]},"metadata":{"f":1,"s":2,"v":3}}`,
		},
		{
			"only a key", `"segments":[{"variant":"on"}],"variants":{"on":{"key":"on","value":null,"payload":null}}`,
			`{"key":"on"}`,
		},
		{
			"a value that is not a string", `"segments":[{"variant":"on"}],"variants":{"on":{"key":"","value":[1.0]}}`,
			`{"key":"","value":[1]}`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			plan := compile(t, `[{"key":"parent",`+tt.parent+`},`+
				`{"key":"child","dependencies":["parent"],"variants":{"on":{"key":"on"}},`+
				`"segments":[{"variant":"on","conditions":[[`+
				`{"selector":["result","parent"],"op":"is","values":[`+quote(t, tt.want)+`]}]]}]}]`)
			require.Empty(t, plan.Diagnostics())
			assert.Equal(t, `{"key":"on"}`, evaluate(t, plan, `{}`)["child"])
		})
	}
}

func TestSemantics_NonStringValues(t *testing.T) {
	checkConditions(t, []conditionCase{
		{"an integer", `"1000000"`, "is", `[1000000]`, true},
		{"a number by its rule", `"1"`, "is", `[1.0]`, true},
		{"a number with an exponent", `"1000000"`, "is", `[1e6]`, true},
		{"a long integer", `"12345678901234567890"`, "is", `[12345678901234567890]`, true},
		{"not the number as written", `"1.0"`, "is", `[1.0]`, false},
		{"a boolean", `"true"`, "is", `[true]`, true},
		{"a boolean in any case", `"TRUE"`, "is", `[true]`, true},
		{"an object", `"{\"b\":1,\"a\":\"<\"}"`, "is", `[ { "b" : 1.0 , "a" : "<" } ]`, true},
		{"an array", `["[1,[]]"]`, "is", `[ [ 1 , [ ] ] ]`, true},
		{"a number among strings", `"2"`, "is", `["1",2,"3"]`, true},
		{"as part of a string", `"x1.5"`, "contains", `[1.50]`, true},
		{"as a number", `10`, "greater", `[9]`, true},
		{"as a version", `"1.2.0"`, "version greater", `[1.10]`, true},
		{"as a pattern", `"1x5"`, "regex match", `[1.5]`, true},
		{"in a set", `[1,true]`, "set is", `[1.0,true]`, true},
	})
}

func TestSemantics_LoneSurrogate(t *testing.T) {
	checkConditions(t, []conditionCase{
		{"high", `"a\ud800b"`, "is", `["a\ufffdb"]`, true},
		{"low", `"\udc00"`, "is", `["\ufffd"]`, true},
		{"high at the end", `"\udbff"`, "is", `["\ufffd"]`, true},
		{"high before another character", `"\ud800\u0041"`, "is", `["\ufffdA"]`, true},
		{"two high", `"\ud83d\ud83d\ude00"`, "is", `["\ufffd😀"]`, true},
		{"low before high", `"\udc00\ud800"`, "is", `["\ufffd\ufffd"]`, true},
		{"a pair is one character", `"\ud83d\ude00"`, "is", `["😀"]`, true},
		{"in a value", `"a\ufffd"`, "is", `["a\ud800"]`, true},
		{"in an object", `{"\ud800":"\udc00"}`, "is", `["{\"\ufffd\":\"\ufffd\"}"]`, true},
		{"in a pattern", `"\ufffd"`, "regex match", `["^\ud800$"]`, true},
	})
	assert.True(t, selectorMet(t, `["context","user","\ud800"]`, "is", `["x"]`, `{"user":{"\udfff":"x"}}`), "in a name")
	plan := compile(t, `[{"key":"\ud800","segments":[],"variants":{}}]`)
	_, known := plan.Lookup("\ufffd")
	assert.True(t, known, "in the key of a flag")
}

// The tests above check the strings of list items, the only way to check
// arrays. Properties have the same strings.
func TestSemantics_ValueAsStringInEveryForm(t *testing.T) {
	for _, tt := range []stringCase{
		{
			"number", `1.50`, "1.5"}, {"boolean", `true`, "true"}, {"string", `"\u0041"`, "A"}, {"object", `{"a": 1}`,
			`{"a":1}`,
		},
	} {
		pattern := "[" + quote(t, "^"+regexp.QuoteMeta(tt.want)+"$") + "]"
		checkConditions(t, []conditionCase{
			{tt.name + " alone", tt.value, "regex match", pattern, true},
			{tt.name + " in a list", "[" + tt.value + "]", "regex match", pattern, true},
			{tt.name + " in a string that is a list", quote(t, "["+tt.value+"]"), "regex match", pattern, true},
		})
	}
}

// An object or array is converted to a string only if it has at most 1 MiB of
// JSON. A list is compared item by item, and a string may have any size.
func TestSemantics_LargeObject(t *testing.T) {
	plan := compile(t, "["+reads("reads", "[]", `["context","user","p"]`)+`,{"key":"other",`+always+`}]`)
	object := func(size int) string { return `{"a":"` + strings.Repeat("a", size-len(`{"a":""}`)) + `"}` }
	large := object(1<<20 + 1)
	const message = "evaluating context: an object or array that is compared as a string " +
		"has more than 1048576 bytes of JSON"
	for _, tt := range []struct{ name, value, want string }{
		{"object of 1 MiB", object(1 << 20), ""},
		{"larger object", large, message},
		{"list of small objects", "[" + strings.Repeat(`{"a":1},`, 200_000) + `2]`, ""},
		{"list with a large object", "[" + large + "]", message},
		{"string", `"` + large[6:len(large)-2] + large[6:len(large)-2] + `"`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			flags := func(keys ...string) (numbers []uint32) {
				for _, key := range keys {
					number, _ := plan.Lookup(key)
					numbers = append(numbers, number)
				}
				return numbers
			}
			context := []byte(`{"user":{"p":` + tt.value + `}}`)
			for _, keys := range [][]string{nil, {"reads"}, {"reads", "other"}} {
				_, err := plan.Evaluate(new(core.Scratch), context, flags(keys...), nil)
				if tt.want == "" {
					require.NoError(t, err, keys)
				} else {
					require.EqualError(t, err, tt.want, keys)
				}
			}
			results, err := plan.Evaluate(new(core.Scratch), context, flags("other"), nil)
			require.NoError(t, err, "a flag that does not read it")
			assert.Len(t, results, 1)
		})
	}
}
