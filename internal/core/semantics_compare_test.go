//go:build cgo

package core_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// orders lists the four operators of an order, and whether each is true for a
// value below, equal to and above the filter value.
var orders = []struct {
	op                  string
	below, equal, above bool
}{
	{"less", true, false, false},
	{"less or equal", true, true, false},
	{"greater", false, false, true},
	{"greater or equal", false, true, true},
}

// checkOrders checks the four operators, with a prefix, against one filter
// value.
func checkOrders(t *testing.T, prefix, below, equal, above, value string) {
	t.Helper()
	for _, tt := range orders {
		op := prefix + tt.op
		checkConditions(t, []conditionCase{
			{op + ", below", below, op, "[" + value + "]", tt.below},
			{op + ", equal", equal, op, "[" + value + "]", tt.equal},
			{op + ", above", above, op, "[" + value + "]", tt.above},
			{op + ", no values", equal, op, "[]", false},
		})
	}
}

// In most of these cases, comparing as strings instead of numbers (or as
// numbers instead of strings) would give the opposite result.
func TestSemantics_NumericComparison(t *testing.T) {
	checkOrders(t, "", `"9"`, `"10.0"`, `"100"`, `"10"`)
	checkConditions(t, []conditionCase{
		// Numbers.
		{"a JSON number", `10`, "greater", `["9"]`, true},
		{"JSON numbers on both sides", `10.5`, "greater", `[9]`, true},
		{"a plus sign", `"+5"`, "greater or equal", `["5"]`, true},
		{"a minus sign", `"-10"`, "less", `["-9"]`, true},
		{"leading zeros", `"010"`, "greater", `["9"]`, true},
		{"no digits before the point", `".5"`, "greater or equal", `["0.5"]`, true},
		{"no digits after the point", `"5."`, "less or equal", `["5"]`, true},
		{"an exponent", `"1e1"`, "greater", `["9"]`, true},
		{"an exponent with a sign", `"1E+1"`, "greater", `["9"]`, true},
		{"a negative exponent", `"1e-1"`, "less", `["0.5"]`, true},
		{"white space around the property", `" \t\n\u000b\f\r10 \t\n\u000b\f\r"`, "greater", `["9"]`, true},
		{"white space around the value", `"9"`, "less", `[" \t\n\u000b\f\r10 \t\n\u000b\f\r"]`, true},
		{"minus zero is zero", `"-0"`, "greater or equal", `["0"]`, true},

		// Not numbers, therefore compared as strings.
		{"empty", `""`, "greater", `["-5"]`, false},
		{"only white space", `" "`, "greater", `["-5"]`, false},
		{"only a sign", `"+"`, "greater or equal", `["0"]`, false},
		{"only a point", `"."`, "greater or equal", `["0"]`, false},
		{"an empty exponent", `"1e"`, "greater", `["9"]`, false},
		{"an exponent that is only a sign", `"10e+"`, "greater", `["9"]`, false},
		{"no digits but an exponent", `".e1"`, "greater or equal", `["0"]`, false},
		{"two signs", `"--10"`, "less", `["-9"]`, true},
		{"white space within", `"1 0"`, "greater", `["9"]`, false},
		{"white space after the sign", `"+ 10"`, "greater", `["9"]`, false},
		{"a space that is not ASCII", `"\u00a010"`, "less", `["11"]`, false},
		{"a byte order mark", `"\ufeff10"`, "less", `["11"]`, false},
		{"a control character", `"\u000010"`, "greater", `["9"]`, false},
		{"digits that are not ASCII", `"１０"`, "less", `["11"]`, false},
		{"hexadecimal", `"0x10"`, "greater", `["9"]`, false},
		{"hexadecimal with an exponent", `"0x1p4"`, "greater", `["9"]`, false},
		{"binary", `"0b1010"`, "greater", `["9"]`, false},
		{"octal", `"0o12"`, "greater", `["9"]`, false},
		{"an underscore", `"1_0"`, "greater", `["9"]`, false},
		{"a suffix", `"10f"`, "greater", `["9"]`, false},
		{"a thousands separator", `"1,000"`, "greater", `["9"]`, false},
		{"inf", `"inf"`, "greater", `["1e400"]`, true},
		{"a negative inf", `"-inf"`, "less", `["-5"]`, false},
		{"Infinity", `"Infinity"`, "greater", `["1e400"]`, true},
		{"a JSON number beyond float64 has the string Infinity", `1e400`, "greater", `["2e400"]`, true},
		{"NaN", `"NaN"`, "greater", `["9"]`, true},
		{"a boolean", `true`, "greater", `["1"]`, true},

		// Rounding.
		{"a tie goes to the even float64", `"9007199254740993"`, "less or equal", `["9007199254740992"]`, true},
		{
			"above a tie goes up", `"9007199254740993.00000000000000000001"`, "greater or equal",
			`["9007199254740994"]`, true,
		},
		{"the digits that float64 has", `"0.1000000000000000055511151231257827"`, "less or equal", `["0.1"]`, true},
		{"a long integer as a number", `12345678901234567891`, "less or equal", `["12345678901234567890"]`, true},
		{"overflow is infinity", `"1.8e308"`, "greater or equal", `["1e400"]`, true},
		{"negative overflow", `"-1.8e308"`, "less or equal", `["-1e400"]`, true},
		{"underflow is zero", `"1e-400"`, "less or equal", `["0"]`, true},

		// Several filter values.
		{"the first value satisfies less", `5`, "less", `["9","1"]`, true},
		{"the last value satisfies less", `5`, "less", `["1","9"]`, true},
		{"the first value satisfies greater", `5`, "greater", `["1","9"]`, true},
		{"the last value satisfies greater", `5`, "greater", `["9","1"]`, true},
		{"no value satisfies", `5`, "greater", `["7","9"]`, false},
		{"other values are ignored beside a number", `10`, "greater", `["","50"]`, false},
		{"the number beside other values counts", `10`, "greater", `["abc","9"]`, true},

		// Compared as strings, because one side has no number.
		{"no value is a number", `10`, "less", `["9x"]`, true},
		{"no value is a number, several", `10`, "greater", `["x",""]`, true},
		{"the property is not a number", `"b"`, "less", `["10","c"]`, true},
		{"the property is not a number, a number among the values", `"b"`, "greater", `["10","c"]`, true},
		{"values are then not trimmed", `"b"`, "less", `[" c"]`, false},
	})
}

func TestSemantics_VersionComparison(t *testing.T) {
	checkOrders(t, "version ", `"1.9.0"`, `"1.10.0"`, `"1.11.0"`, `"1.010"`)
	checkOrders(t, "version ", `"1.9.9-rc"`, `"1.09.9"`, `"1.9.10-rc"`, `"1.9.9"`)
	checkConditions(t, []conditionCase{
		// Versions.
		{"major and minor", `"1.10"`, "version greater", `["1.9"]`, true},
		{"with a patch", `"1.10.2"`, "version greater", `["1.9.3"]`, true},
		{"a missing patch is zero", `"1.2"`, "version greater or equal", `["1.2.0"]`, true},
		{"leading zeros", `"1.02.3"`, "version greater or equal", `["1.2.3"]`, true},
		{"a pre-release", `"1.10.0-rc"`, "version greater", `["1.9.0"]`, true},
		{"runs joined by dots", `"1.10.0-rc.1.x"`, "version greater", `["1.9.0"]`, true},
		{"every character of a run", `"1.10.0-aZ09_-"`, "version greater", `["1.9.0"]`, true},
		{"a dot at its end", `"1.10.0-rc."`, "version greater", `["1.9.0"]`, true},
		{"an empty pre-release", `"1.10.0-"`, "version greater", `["1.9.0"]`, true},
		{"a number by its string", `1.10`, "version less", `["1.9"]`, true},

		// Not versions, therefore compared as strings.
		{"one component", `"10"`, "version greater", `["9.0"]`, false},
		{"four components", `"1.10.0.0"`, "version greater", `["1.9.0"]`, false},
		{"a prefix", `"v1.10.0"`, "version less", `["w1.9.0"]`, true},
		{"white space before", `" 1.10.0"`, "version greater", `["1.9.0"]`, false},
		{"white space after", `"1.10.0 "`, "version greater", `["1.9.0"]`, false},
		{"no major", `".10.0"`, "version greater or equal", `["0.10.0"]`, false},
		{"no minor", `"1."`, "version greater or equal", `["1.0"]`, false},
		{"an empty minor", `"1..10"`, "version greater or equal", `["1.0.0"]`, false},
		{"an empty patch", `"1.10."`, "version greater", `["1.9.0"]`, false},
		{"a pre-release without a patch", `"1.10-rc"`, "version greater", `["1.9.0"]`, false},
		{"a build", `"1.10.0+b"`, "version greater", `["1.9.0"]`, false},
		{"a build after a pre-release", `"1.10.0-rc+b"`, "version greater", `["1.9.0"]`, false},
		{"two dots in a pre-release", `"1.10.0-a..b"`, "version greater", `["1.9.0"]`, false},
		{"a dot at its beginning", `"1.10.0-.a"`, "version greater", `["1.9.0"]`, false},
		{"only a dot", `"1.10.0-."`, "version greater", `["1.9.0"]`, false},
		{"a letter that is not ASCII", `"1.10.0-é"`, "version greater", `["1.9.0"]`, false},
		{"another character", `"1.10.0-a b"`, "version greater", `["1.9.0"]`, false},
		{"a sign", `"+1.10.0"`, "version greater", `["1.9.0"]`, false},
		{"digits that are not ASCII", `"1.١٠.0"`, "version less", `["1.11.0"]`, false},

		// The order of versions.
		{
			"components of any length", `"1.99999999999999999999.0"`, "version less", `["1.100000000000000000000.0"]`,
			true,
		},
		{
			"long components that differ at the end", `"1.0.100000000000000000001"`, "version greater",
			`["1.0.100000000000000000000"]`, true,
		},
		{
			"long components with leading zeros", `"1.0000000000000000000000002.0"`, "version greater or equal",
			`["1.2.0"]`, true,
		},
		{"a pre-release is below its release", `"1.2.3-rc"`, "version less", `["1.2.3"]`, true},
		{"an empty pre-release is below its release", `"1.2.3-"`, "version less", `["1.2.3"]`, true},
		{"an empty pre-release is below every other", `"1.2.3-"`, "version less", `["1.2.3--"]`, true},
		{"a pre-release is above the release before", `"1.10.0-rc"`, "version greater", `["1.9.9"]`, true},
		{"pre-releases compare as strings", `"1.2.3-alpha.10"`, "version less", `["1.2.3-alpha.2"]`, true},
		{"pre-releases that are numbers compare as strings", `"1.2.3-10"`, "version less", `["1.2.3-9"]`, true},
		{"the case of a pre-release counts", `"1.2.3-B"`, "version less", `["1.2.3-a"]`, true},

		// Several filter values.
		{"the first value satisfies less", `"1.5.0"`, "version less", `["1.10.0","1.1.0"]`, true},
		{"the last value satisfies less", `"1.5.0"`, "version less", `["1.1.0","1.10.0"]`, true},
		{"the first value satisfies greater", `"1.10.0"`, "version greater", `["1.9.0","2.0.0"]`, true},
		{"the last value satisfies greater", `"1.10.0"`, "version greater", `["2.0.0","1.9.0"]`, true},
		{"no value satisfies", `"1.5.0"`, "version greater", `["1.10.0","1.9.0"]`, false},
		{"other values are ignored beside a version", `"1.10.0"`, "version less", `["zzz","1.9.0"]`, false},
		{"the version beside other values counts", `"1.10.0"`, "version greater", `["zzz","1.9.0"]`, true},

		// Compared as strings, because one side has no version.
		{"no value is a version", `"1.10.0"`, "version less", `["2"]`, true},
		{"the property is not a version", `"beta"`, "version greater", `["1.2.3","zzz"]`, true},
	})
}

func TestSemantics_StringComparison(t *testing.T) {
	checkOrders(t, "", `"a"`, `"b"`, `"c"`, `"b"`)
	checkOrders(t, "version ", `"a"`, `"b"`, `"c"`, `"b"`)
	checkConditions(t, []conditionCase{
		{"capitals first", `"B"`, "less", `["a"]`, true},
		{"a prefix is less", `"a"`, "less", `["ab"]`, true},
		{"empty is least", `""`, "less", `["a"]`, true},
		{"the first value satisfies", `"b"`, "less", `["c","a"]`, true},
		{"the last value satisfies", `"b"`, "greater", `["c","a"]`, true},
		{"no value satisfies", `"b"`, "greater", `["c","b"]`, false},
		{"untrimmed property", `" b"`, "less", `["a"]`, true},
		{"untrimmed value", `"a"`, "less", `[" b"]`, false},
		{"beyond ASCII", `"é"`, "greater", `["z"]`, true},
		{"by bytes and not by UTF-16", `"\uffee"`, "less", `["😀"]`, true},
		{"a NUL counts", `"a\u0000"`, "greater", `["a"]`, true},
		{"a NUL does not end the string", `"a\u0000b"`, "less", `["a\u0000c"]`, true},
		{"not as numbers if one side is not a number", `"9a"`, "greater", `["10a"]`, true},
	})
}

func TestSemantics_Regex(t *testing.T) {
	checkConditions(t, []conditionCase{
		{"anywhere", `"xaby"`, "regex match", `["ab"]`, true},
		{"nowhere", `"xay"`, "regex match", `["ab"]`, false},
		{"anchors", `"xab"`, "regex match", `["^ab"]`, false},
		{"the end is the end of the string", `"ab\n"`, "regex match", `["ab$"]`, false},
		{"the start of a line is not the start of the string", `"x\nab"`, "regex match", `["^ab"]`, false},
		{"with (?m) it is", `"x\nab"`, "regex match", `["(?m)^ab"]`, true},
		{"case counts", `"AB"`, "regex match", `["ab"]`, false},
		{"case does not count with (?i)", `"AB"`, "regex match", `["(?i)ab"]`, true},
		{"the dot does not match a line feed", `"a\nb"`, "regex match", `["a.b"]`, false},
		{"the dot matches a character, not a byte", `"日"`, "regex match", `["^.$"]`, true},
		{"classes of Unicode", `"日"`, "regex match", `["^\\p{Han}$"]`, true},
		{"\\d is ASCII", `"٣"`, "regex match", `["\\d"]`, false},
		{"an empty pattern", `"a"`, "regex match", `[""]`, true},
		{"an empty string", `""`, "regex match", `["^$"]`, true},
		{"any pattern", `"b"`, "regex match", `["a","b"]`, true},
		{"no pattern", `"b"`, "regex match", `[]`, false},
		{"the negation", `"ab"`, "regex does not match", `["b"]`, false},
		{"the negation, no match", `"ab"`, "regex does not match", `["c"]`, true},
		{"the negation of any pattern", `"b"`, "regex does not match", `["a","b"]`, false},
		{"the negation of no pattern", `"b"`, "regex does not match", `[]`, true},
		{"the string of a number", `1000000`, "regex match", `["^10{6}$"]`, true},
		{"the string of an object", `{"a": 1}`, "regex match", `["^\\{\"a\":1\\}$"]`, true},
		{"linear time", quote(t, strings.Repeat("a", 5000)), "regex match", `["^(a|a)*(a+)+b$"]`, false},
	})
}

func TestSemantics_InvalidRegex(t *testing.T) {
	for _, pattern := range []string{
		`(`, `[`, `a**`, `(?=a)a`, `(?!a)`, `(?<=a)b`, `(a)\\1`, `a{1001}`, `\\Z`, `\\p{Foo}`,
	} {
		segment := func(variant, op string) string {
			return `{"variant":"` + variant + `","conditions":[[{"selector":` + propertySelector + `,"op":"` + op +
				`","values":["` + pattern + `"]}]]}`
		}
		plan := compile(t, `[{"key":"f","variants":{"on":{"key":"on"},"off":{"key":"off"}},"segments":[`+
			segment("on", "regex match")+`,`+segment("off", "regex does not match")+`]}]`)
		want := map[string]string{"f": `{"key":"off"}`}
		for _, property := range []string{`"a"`, `"aa"`, `""`, `1`, `null`} {
			results := evaluate(t, plan, `{"user":{"user_properties":{"p":`+property+`}}}`)
			assert.Equal(t, want, results, "pattern %s, property %s", pattern, property)
		}
		if assert.Len(t, plan.Diagnostics(), 1, pattern) {
			assert.Equal(t, "regex", plan.Diagnostics()[0].Code)
		}
	}

	plan := compile(t, `[{"key":"f","variants":{"on":{"key":"on"}},"segments":[
		{"variant":"on","conditions":[[{"selector":`+propertySelector+`,"op":"regex match","values":["(","b"]}]]}]}]`)
	assert.Len(t, evaluate(t, plan, `{"user":{"user_properties":{"p":"abc"}}}`), 1, "the valid pattern counts")
	assert.Empty(t, evaluate(t, plan, `{"user":{"user_properties":{"p":"("}}}`))
}

func TestSemantics_ContainsAndBooleanIsIgnoreCase(t *testing.T) {
	long := strings.Repeat("ab", 40)
	checkConditions(t, []conditionCase{
		{"contains", `"xHELLOx"`, "contains", `["hello"]`, true},
		{"contains, capitals in the value", `"hello"`, "contains", `["ELL"]`, true},
		{"does not contain the value", `"hello"`, "contains", `["elo"]`, false},
		{"contains the end", `"hello"`, "contains", `["lo"]`, true},
		{"contains itself", `"hello"`, "contains", `["hello"]`, true},
		{"contains a longer string", `"hell"`, "contains", `["hello"]`, false},
		{"contains the empty string", `"hello"`, "contains", `[""]`, true},
		{"contains any", `"hello"`, "contains", `["x","h"]`, true},
		{"contains, no values", `"hello"`, "contains", `[]`, false},
		{
			"contains a long string", quote(t, "b"+long+"X"), "contains",
			"[" + quote(t, strings.ToUpper(long)+"x") + "]", true,
		},
		{
			"contains a long string after a false start", quote(t, "ab"+long+"x"), "contains",
			"[" + quote(t, long+"x") + "]", true,
		},
		{"does not contain a long string", quote(t, "b"+long), "contains", "[" + quote(t, long+"a") + "]", false},
		{"does not contain", `"hello"`, "does not contain", `["ELL"]`, false},
		{"does not contain, absent", `"hello"`, "does not contain", `["x"]`, true},
		{"does not contain any", `"hello"`, "does not contain", `["x","h"]`, false},
		{"contains, of a number", `1.50`, "contains", `["1.5"]`, true},

		{"letters beyond ASCII", `"ÀÉÎ"`, "contains", `["éî"]`, true},
		{"letters of other scripts", `"ПРИВЕТ"`, "contains", `["привет"]`, true},
		{"a title case letter", `"ǅ"`, "contains", `["ǆ"]`, true},
		{"the Kelvin sign is a k", `"\u212a"`, "contains", `["k"]`, true},
		{"a dotted capital I is an i", `"\u0130x"`, "contains", `["ix"]`, true},
		{"a capital sharp s is a sharp s", `"STRA\u1e9eE"`, "contains", `["straße"]`, true},
		{"a sharp s is not two s", `"STRASSE"`, "contains", `["straße"]`, false},
		{"a capital sigma is not a final sigma", `"ΟΔΟΣ"`, "contains", `["οδος"]`, false},
		{"a capital sigma is a sigma", `"ΟΔΟΣ"`, "contains", `["οδοσ"]`, true},
		{"lower case, not case folding", `"\u017f"`, "contains", `["s"]`, false},
		{"no normalization", `"e\u0301"`, "contains", `["é"]`, false},

		{"true in any case", `"tRuE"`, "is", `["TrUe"]`, true},
		{"false in any case", `"FALSE"`, "is", `["false"]`, true},
		{"a boolean property", `true`, "is", `["TRUE"]`, true},
		{"true is not false", `"true"`, "is", `["False"]`, false},
		{"one of the values", `"True"`, "is", `["x","false","true"]`, true},
		{"is not, in any case", `"TRUE"`, "is not", `["true"]`, false},
		{"is not the other", `"TRUE"`, "is not", `["false"]`, true},
		{"others are exact", `"Yes"`, "is", `["yes"]`, false},
		{"others are exact beside a boolean", `"Yes"`, "is", `["yes","true"]`, false},
		{"is not, others are exact", `"Yes"`, "is not", `["yes"]`, true},
		{"untrimmed", `"true "`, "is", `["true"]`, false},
		{"not folded", `"fal\u017fe"`, "is", `["false"]`, false},
		{"is, no values", `"true"`, "is", `[]`, false},
		{"is not, no values", `"true"`, "is not", `[]`, true},
	})
}

func TestSemantics_UnknownOperator(t *testing.T) {
	for _, op := range []string{
		"", "no such operator", "IS", "is ", " is", "isnot", "set", "version", "regex", "glob match",
	} {
		checkConditions(t, []conditionCase{
			{op + ", its string", `"a"`, op, `["a"]`, false},
			{op + ", another", `"a"`, op, `["b"]`, false},
			{op + ", a list", `["a"]`, op, `["a"]`, false},
			{op + ", null", `null`, op, `["a"]`, false},
			{op + ", null and (none)", ``, op, `["(none)"]`, false},
		})
	}
	plan := compile(t, `[{"key":"f","variants":{"on":{"key":"on"}},"segments":[
		{"variant":"on","conditions":[[{"selector":`+propertySelector+`,"op":"\u0069s\u0020not","values":["a"]}]]}]}]`)
	assert.Len(t, evaluate(t, plan, `{}`), 1, "an operator may be spelled with escapes")
}
