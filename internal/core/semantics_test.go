//go:build cgo

package core_test

// The tests in the semantics_*_test.go files state the rules of
// docs/evaluation.md as tables: one function for a rule, one case for a clause.
// They are for readers, and for finding what broke; testdata/conformance has
// many more inputs.
//
// Each evaluation runs twice, with the context as an object and as an array of
// slots. Both must give the same results.

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/core"
)

// conditionCase is a condition on a user property, and whether it is met.
type conditionCase struct {
	name     string
	property string // JSON; empty for a user without the property
	op       string
	values   string // JSON
	want     bool
}

func checkConditions(t *testing.T, cases []conditionCase) {
	t.Helper()
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, conditionMet(t, tt.property, tt.op, tt.values),
				"property %s, op %q, values %s", tt.property, tt.op, tt.values)
		})
	}
}

const propertySelector = `["context","user","user_properties","p"]`

// conditionMet reports whether a condition on the user property "p" is met.
func conditionMet(t *testing.T, property, op, values string) bool {
	t.Helper()
	context := `{"user":{"user_properties":{}}}`
	if property != "" {
		context = `{"user":{"user_properties":{"p":` + property + `}}}`
	}
	return selectorMet(t, propertySelector, op, values, context)
}

// selectorMet reports whether a condition on the value at a selector is met.
func selectorMet(t *testing.T, selector, op, values, context string) bool {
	t.Helper()
	plan := compile(t, `[{"key":"f","variants":{"on":{"key":"on"}},"segments":[{"variant":"on","conditions":[[
		{"selector":`+selector+`,"op":`+quote(t, op)+`,"values":`+values+`}]]}]}]`)
	require.Empty(t, plan.Diagnostics())
	return len(evaluate(t, plan, context)) == 1
}

// stringCase is a value, and the string that conditions see for it.
type stringCase struct {
	name  string
	value string // JSON
	want  string
}

// checkStrings checks the strings of values. It puts each value into a list,
// because an array alone would be the list.
func checkStrings(t *testing.T, cases []stringCase) {
	t.Helper()
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			assert.True(t, conditionMet(t, "["+tt.value+"]", "set is", "["+quote(t, tt.want)+"]"),
				"the string of %s is not %q", tt.value, tt.want)
		})
	}
}

// compile makes a plan. The caller checks its diagnostics.
func compile(t testing.TB, flags string) *core.Plan {
	t.Helper()
	plan, err := core.Compile([]byte(flags))
	require.NoError(t, err)
	return plan
}

// evaluate returns the results by flag key, as the JSON of their outcomes. It
// evaluates the flags with the given keys, which must be known, or all flags if
// there are none.
func evaluate(t *testing.T, plan *core.Plan, context string, keys ...string) map[string]string {
	t.Helper()
	var flags []uint32
	for _, key := range keys {
		flag, ok := plan.Lookup(key)
		require.True(t, ok, "flag %q is not in the plan", key)
		flags = append(flags, flag)
	}
	object, err := plan.Evaluate(new(core.Scratch), []byte(context), flags, nil)
	require.NoError(t, err)
	array, err := plan.Evaluate(new(core.Scratch), slotArray(plan.Paths(), []byte(context)), flags, nil)
	require.NoError(t, err)
	require.Equal(t, object, array, "the two forms of the context give different results")
	results := map[string]string{}
	for _, result := range object {
		key := plan.FlagKey(result.Flag)
		require.NotContains(t, results, key, "a flag has two results")
		results[key] = string(plan.Outcome(new(core.Scratch), result.Outcome))
	}
	return results
}

// quote returns s as a JSON string.
func quote(t testing.TB, s string) string {
	t.Helper()
	quoted, err := json.Marshal(s)
	require.NoError(t, err)
	return string(quoted)
}
