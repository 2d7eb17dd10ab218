//go:build cgo

package core_test

// The tests of the semantics_*_test.go files are the rules of docs/evaluation.md
// as tables, one function a rule and one case a clause. They are for readers and
// for finding what broke; testdata/conformance has many more inputs.
//
// Each evaluation is made twice, with the context as an object and as an array of
// slots, and both must give the same.

import (
	"encoding/json"
	"fmt"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/core"
)

// conditionCase says whether a condition on a user property is met.
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

// conditionMet evaluates a condition on the user property "p".
func conditionMet(t *testing.T, property, op, values string) bool {
	t.Helper()
	context := `{"user":{"user_properties":{}}}`
	if property != "" {
		context = `{"user":{"user_properties":{"p":` + property + `}}}`
	}
	return selectorMet(t, propertySelector, op, values, context)
}

// selectorMet evaluates a condition on what a selector finds.
func selectorMet(t *testing.T, selector, op, values, context string) bool {
	t.Helper()
	plan := compile(t, `[{"key":"f","variants":{"on":{"key":"on"}},"segments":[{"variant":"on","conditions":[[{"selector":`+
		selector+`,"op":`+quote(t, op)+`,"values":`+values+`}]]}]}]`)
	require.Empty(t, plan.Diagnostics())
	return len(evaluate(t, plan, context)) == 1
}

// textCase says which text conditions see for a value.
type textCase struct {
	name  string
	value string // JSON
	text  string
}

// checkTexts puts each value into a list, so that arrays are texts and not lists themselves.
func checkTexts(t *testing.T, cases []textCase) {
	t.Helper()
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			assert.True(t, conditionMet(t, "["+tt.value+"]", "set is", "["+quote(t, tt.text)+"]"),
				"the text of %s is not %q", tt.value, tt.text)
		})
	}
}

// compile makes a plan, of which diagnostics are for the caller to check.
func compile(t testing.TB, flags string) *core.Plan {
	t.Helper()
	plan, err := core.Compile([]byte(flags))
	require.NoError(t, err)
	return plan
}

// evaluate gives the results by flag key, as the JSON of their outcomes. Without
// keys it evaluates all flags; keys must be known.
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
	array, err := plan.Evaluate(new(core.Scratch), slotArray(t, plan.Paths(), context), flags, nil)
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

// slotArray turns a context into its other form, by encoding/json.
func slotArray(t *testing.T, paths [][]string, context string) []byte {
	t.Helper()
	array := []byte{'['}
	for slot, path := range paths {
		value, found := json.RawMessage(context), true
		for _, name := range path {
			var members map[string]json.RawMessage
			if json.Unmarshal(value, &members) != nil { // it is no object
				found = false
				break
			}
			if value, found = members[name]; !found {
				break
			}
		}
		if !found {
			continue
		}
		if len(array) > 1 {
			array = append(array, ',')
		}
		array = append(strconv.AppendInt(array, int64(slot), 10), ',')
		array = append(array, value...)
	}
	return append(array, ']')
}

func quote(t testing.TB, text string) string {
	t.Helper()
	quoted, err := json.Marshal(text)
	require.NoError(t, err)
	return string(quoted)
}

// Half of all evaluations here get their context from slotArray, so it is checked by itself.
func TestSlotArrayHasTheValuesOfTheContext(t *testing.T) {
	paths := [][]string{{"user", "user_id"}, {"user", "missing"}, {"user", "user_id", "x"}, {"groups"}, {}}
	const context = `{"user":{"user_id":"u\n","x":[1.50]},"groups":{"a":1e6}}`
	assert.Equal(t, fmt.Sprintf(`[0,"u\n",3,{"a":1e6},4,%s]`, context), string(slotArray(t, paths, context)))
}
