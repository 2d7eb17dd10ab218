//go:build cgo

package core_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestSemantics_ArrayProperty(t *testing.T) {
	checkConditions(t, []conditionCase{
		{"an array", `["a","b"]`, "set is", `["a","b"]`, true},
		{"an empty array", `[]`, "set does not contain any", `["a"]`, true},
		{"an empty array is not a string", `[]`, "is", `["[]"]`, false},
		{"items as their strings", `[1.0,true,{"b": 1},[2.50]]`, "set is", `["1","true","{\"b\":1}","[2.5]"]`, true},

		{"a string that is an array", `"[\"a\",\"b\"]"`, "set is", `["a","b"]`, true},
		{"a string that is an array, with an operator for strings", `"[\"a\",\"b\"]"`, "is", `["a"]`, true},
		{"a string that is an array is only its items", `"[\"a\"]"`, "is", `["[\"a\"]"]`, false},
		{"a string that is an empty array", `"[]"`, "set does not contain any", `["a"]`, true},
		{
			"items of a string as their strings", `"[1.0,true,{\"b\": 1},[2.50]]"`, "set is",
			`["1","true","{\"b\":1}","[2.5]"]`, true,
		},
		{"escapes of a string and of its items", `"\u005b\"\\u0061\\n\"]"`, "set is", `["a\n"]`, true},
		{"white space within and after", `"[ 1 ,\t2 ] \n"`, "set is", `["1","2"]`, true},
		{"white space before", `" [1]"`, "set is", `["1"]`, false},
		{"something after the array", `"[1]x"`, "set contains any", `["1"]`, false},
		{"with something after the array it is a string", `"[1]x"`, "is", `["[1]x"]`, true},
		{"no end", `"[1"`, "is", `["[1"]`, true},
		{"not JSON", `"[a]"`, "is", `["[a]"]`, true},
		{"a comma too many", `"[1,]"`, "is", `["[1,]"]`, true},
		{"quotes that are not JSON's", `"['a']"`, "set contains any", `["a"]`, false},
		{"a string that is an object", `"{\"a\":1}"`, "set contains any", `["a","1"]`, false},
		{"an object", `{"a":1}`, "set does not contain any", `["x"]`, false},
		{"an item that looks like an array is a string", `["[1]"]`, "is", `["1"]`, false},
		{"the string of that item", `["[1]"]`, "is", `["[1]"]`, true},
	})
}

func TestSemantics_NullItemsOfAList(t *testing.T) {
	for _, form := range []struct{ name, null, nullAndA, empty, emptyAndA string }{
		{"array", `[null]`, `[null,"a",null]`, `["",null]`, `["","a"]`},
		{"string", `"[null]"`, `"[null,\"a\",null]"`, `"[\"\",null]"`, `"[\"\",\"a\"]"`},
	} {
		checkConditions(t, []conditionCase{
			{form.name + ", dropped", form.nullAndA, "set is", `["a"]`, true},
			{form.name + ", not a string", form.null, "is", `["null","","(none)"]`, false},
			{form.name + ", only nulls is an empty list", form.null, "set is", `[]`, true},
			{form.name + ", only nulls is not a null property", form.null, "set is", `["(none)"]`, false},
			{form.name + ", no item satisfies", form.null, "is not", `["a"]`, false},
			{form.name + ", empty string kept", form.empty, "set is", `[""]`, true},
			{form.name + ", empty string is an item", form.emptyAndA, "set is", `["a"]`, false},
			{form.name + ", empty string satisfies", form.emptyAndA, "is", `[""]`, true},
		})
	}
}

var setOperators = []string{
	"set is", "set is not", "set contains", "set does not contain", "set contains any", "set does not contain any",
}

func TestSemantics_SetOperatorsOnOtherValues(t *testing.T) {
	for _, op := range setOperators {
		for _, property := range []string{`"a"`, `""`, `"[a]"`, `1`, `true`, `{"a":1}`} {
			checkConditions(t, []conditionCase{
				{op + " on " + property + ", its string", property, op, `["a","","[a]","1","true","{\"a\":1}"]`, false},
				{op + " on " + property + ", another", property, op, `["b"]`, false},
				{op + " on " + property + ", no values", property, op, `[]`, false},
			})
		}
	}
}

func TestSemantics_SetContains(t *testing.T) {
	var many []string
	for i := range 100 {
		many = append(many, fmt.Sprintf(`"v%d"`, i))
	}
	all := "[" + strings.Join(many, ",") + "]"
	checkConditions(t, []conditionCase{
		{"every value", `["a","b","c"]`, "set contains", `["c","a"]`, true},
		{"not every value", `["a","b"]`, "set contains", `["a","x"]`, false},
		{"no value", `["a"]`, "set contains", `["x"]`, false},
		{"repeated values, fewer items", `["a"]`, "set contains", `["a","a","a"]`, true},
		{"repeated items", `["a","a"]`, "set contains", `["a","b"]`, false},
		{"booleans in any case", `[true,"FALSE"]`, "set contains", `["TRUE","false"]`, true},
		{"one boolean for several spellings", `["True"]`, "set contains", `["TRUE","true"]`, true},
		{"the other boolean", `[true]`, "set contains", `["true","false"]`, false},
		{"others are exact", `["A"]`, "set contains", `["a"]`, false},
		{"no values", `["a"]`, "set contains", `[]`, true},
		{"no values, no items", `[]`, "set contains", `[]`, true},
		{"no items", `[]`, "set contains", `["a"]`, false},
		{"many values", all, "set contains", all, true},
		{"many values, one missing", "[" + strings.Join(many[1:], ",") + "]", "set contains", all, false},
		{"the negation", `["a","b"]`, "set does not contain", `["a"]`, false},
		{"the negation, not every value", `["a","b"]`, "set does not contain", `["a","x"]`, true},
		{"the negation of no values", `["a"]`, "set does not contain", `[]`, false},
	})
}

func TestSemantics_SetIs(t *testing.T) {
	checkConditions(t, []conditionCase{
		{"the same", `["a","b"]`, "set is", `["a","b"]`, true},
		{"in another order", `["a","b"]`, "set is", `["b","a"]`, true},
		{"with repetitions", `["a","b","a"]`, "set is", `["b","a","b"]`, true},
		{"an item more", `["a","b"]`, "set is", `["a"]`, false},
		{"an item less", `["a"]`, "set is", `["a","b"]`, false},
		{"booleans are exact", `[true]`, "set is", `["TRUE"]`, false},
		{"booleans are exact beside an equal value", `[true]`, "set is", `["true","TRUE"]`, false},
		{"empty", `[]`, "set is", `[]`, true},
		{"empty, a value", `[]`, "set is", `["a"]`, false},
		{"the negation", `["a","b"]`, "set is not", `["b","a"]`, false},
		{"the negation, an item more", `["a","b"]`, "set is not", `["a"]`, true},
	})
}

func TestSemantics_SetContainsAny(t *testing.T) {
	checkConditions(t, []conditionCase{
		{"one", `["a","b"]`, "set contains any", `["x","b"]`, true},
		{"none", `["a","b"]`, "set contains any", `["x"]`, false},
		{"booleans in any case", `[true]`, "set contains any", `["TRUE"]`, true},
		{"others are exact", `["A"]`, "set contains any", `["a"]`, false},
		{"not a part of a string", `["abc"]`, "set contains any", `["b"]`, false},
		{"no values", `["a"]`, "set contains any", `[]`, false},
		{"the negation", `["a","b"]`, "set does not contain any", `["x","b"]`, false},
		{"the negation, none", `["a","b"]`, "set does not contain any", `["x"]`, true},
		{"the negation of no values", `["a"]`, "set does not contain any", `[]`, true},
	})
}

func TestSemantics_OtherOperatorsOnAList(t *testing.T) {
	checkConditions(t, []conditionCase{
		{"is", `["a","b"]`, "is", `["b"]`, true},
		{"is, none", `["a","b"]`, "is", `["c"]`, false},
		{"is not, any item", `["a","b"]`, "is not", `["a"]`, true},
		{"is not, none", `["a","a"]`, "is not", `["a"]`, false},
		{"contains", `["abc","x"]`, "contains", `["B"]`, true},
		{"does not contain, any item", `["abc","x"]`, "does not contain", `["b"]`, true},
		{"does not contain, none", `["abc","b"]`, "does not contain", `["b"]`, false},
		{"less", `[20,5]`, "less", `["10"]`, true},
		{"less, each item by itself", `["x",20]`, "less", `["100"]`, true},
		{"greater, none", `[5,6]`, "greater", `["10"]`, false},
		{"version greater", `["1.1.0","1.10.0"]`, "version greater", `["1.9.0"]`, true},
		{"regex match", `["x","ab"]`, "regex match", `["^a"]`, true},
		{"regex match does not span items", `["a","b"]`, "regex match", `["a.*b"]`, false},
		{"regex does not match, any item", `["x","ab"]`, "regex does not match", `["^a"]`, true},
		{"regex does not match, none", `["a","ab"]`, "regex does not match", `["^a"]`, false},
		{"unknown", `["a"]`, "no such operator", `["a"]`, false},
	})
	for _, op := range []string{
		"is", "is not", "contains", "does not contain", "less", "less or equal", "greater", "greater or equal",
		"version less", "version less or equal", "version greater", "version greater or equal",
		"regex match", "regex does not match", "no such operator",
	} {
		checkConditions(t, []conditionCase{
			{op + ", empty list", `[]`, op, `["a","","(none)"]`, false},
			{op + ", empty list, no values", `[]`, op, `[]`, false},
		})
	}
}
