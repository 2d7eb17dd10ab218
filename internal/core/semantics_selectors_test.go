//go:build cgo

package core_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

const selectorContext = `{"user":{"user_id":"u1","":"unnamed","user_properties":{
	"p":"v","a.b":"dotted","null":null,"list":["x","y"],"length":"own","deep":{"er":{"":{"est":1.50}}}}},
	"groups":{"org":{"group_name":"acme"}},"":{"":"root"}}`

func TestSemantics_Selector(t *testing.T) {
	for _, tt := range []struct{ name, selector, want string }{ // want is empty for null
		{"a member", `["context","user","user_id"]`, "u1"},
		{"a deep member", `["context","user","user_properties","deep","er","","est"]`, "1.5"},
		{"of groups", `["context","groups","org","group_name"]`, "acme"},
		{"the empty name", `["context","user",""]`, "unnamed"},
		{"empty names", `["context","",""]`, "root"},
		{"names are not split", `["context","user","user_properties","a.b"]`, "dotted"},
		{"a whole object", `["context","user","user_properties","deep"]`, `{"er":{"":{"est":1.5}}}`},
		{"a name that other languages inherit", `["context","user","user_properties","length"]`, "own"},

		{"a missing member", `["context","user","user_properties","x"]`, ""},
		{"case counts", `["context","user","USER_ID"]`, ""},
		{"a missing step", `["context","device","user_properties","p"]`, ""},
		{"null", `["context","user","user_properties","null"]`, ""},
		{"in null", `["context","user","user_properties","null","x"]`, ""},
		{"in a string", `["context","user","user_id","length"]`, ""},
		{"in a string, by position", `["context","user","user_id","0"]`, ""},
		{"in an array", `["context","user","user_properties","list","0"]`, ""},
		{"the length of an array", `["context","user","user_properties","list","length"]`, ""},
		{"in a number", `["context","user","user_properties","deep","er","","est","x"]`, ""},
		{"inherited", `["context","user","user_properties","toString"]`, ""},
		{"another root", `["user","user_id"]`, ""},
		{"no root", `["","user"]`, ""},
		{"result alone", `["result"]`, ""},
		{"empty", `[]`, ""},
		{"null instead", `null`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want := tt.want
			if want == "" {
				want = "(none)" // equals null only
			}
			assert.True(t, selectorMet(t, tt.selector, "is", "["+quote(t, want)+"]", selectorContext))
			assert.Equal(t, tt.want == "", selectorMet(t, tt.selector, "set is not", `["x"]`, selectorContext))
		})
	}
	t.Run("absent", func(t *testing.T) {
		plan := compile(t, `[{"key":"f","variants":{"on":{"key":"on"}},
			"segments":[{"variant":"on","conditions":[[{"op":"is","values":["(none)"]}]]}]}]`)
		assert.Len(t, evaluate(t, plan, selectorContext), 1)
	})
	t.Run("empty beside another", func(t *testing.T) {
		plan := compile(t, `[{"key":"f","variants":{"on":{"key":"on"}},"segments":[{"variant":"on","conditions":[[
			{"selector":[],"op":"is","values":["(none)"]},
			{"selector":["context","user","user_id"],"op":"is","values":["u1"]}]]}]}]`)
		assert.Equal(t, [][]string{{"user", "user_id"}}, plan.Paths())
		assert.Len(t, evaluate(t, plan, selectorContext), 1)
	})
}

func TestSemantics_SelectorOfABucket(t *testing.T) {
	const allocation = `{"range":[0,100],"distributions":[{"variant":"bucket","range":` + everyone + `}]}`
	for selector, want := range map[string]string{
		`["context","user","user_id"]`: `{"key":"bucket"}`, `["context","user","x"]`: `{"key":"segment"}`,
		`[]`: `{"key":"segment"}`, `null`: `{"key":"segment"}`,
	} {
		plan := compile(t, bucketFlag(selector, "s", allocation))
		assert.Equal(t, want, evaluate(t, plan, selectorContext)["f"], selector)
	}
}

func TestSemantics_SelectorAndMembers(t *testing.T) {
	t.Run("the last of repeated members", func(t *testing.T) {
		for _, tt := range []struct {
			context string
			want    bool
		}{
			{`{"user":{"user_properties":{"p":"a","p":"v"}}}`, true},
			{`{"user":{"user_properties":{"p":"v","p":"a"}}}`, false},
			{`{"user":{"user_properties":{"p":"v"}},"user":{}}`, false},
			{`{"user":{"user_properties":{"p":"v"},"user_properties":7}}`, false},
			{`{"user":{"user_properties":7,"\u0075ser_properties":{"p":"v"}}}`, true},
		} {
			assert.Equal(t, tt.want, selectorMet(t, propertySelector, "is", `["v"]`, tt.context), tt.context)
		}
	})
	t.Run("a member and the objects around it", func(t *testing.T) {
		plan := compile(t, `[{"key":"f","variants":{"on":{"key":"on"}},"segments":[{"variant":"on","conditions":[[
			{"selector":["context","user"],"op":"is","values":["{\"a\":{\"b\":1}}"]},
			{"selector":["context","user","a"],"op":"is","values":["{\"b\":1}"]},
			{"selector":["context","user","a","b"],"op":"is","values":["1"]},
			{"selector":["context"],"op":"is","values":["{\"user\":{\"a\":{\"b\":1}}}"]}]]}]}]`)
		assert.Len(t, evaluate(t, plan, `{"user":{"a":{"b":1.0}}}`), 1)
		assert.Empty(t, evaluate(t, plan, `{"user":{"a":{"b":1.0},"c":2}}`))
	})
}
