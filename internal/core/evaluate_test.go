//go:build cgo

package core_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/core"
)

func TestEvaluate_AppendsResultsInPlanOrder(t *testing.T) {
	plan := compile(t, `[{"key":"c","dependencies":["b"],`+always+`},{"key":"none","segments":[],"variants":{}},
		{"key":"b","dependencies":["a"],`+always+`},{"key":"a",`+always+`}]`)
	flag := func(key string) uint32 {
		number, ok := plan.Lookup(key)
		require.True(t, ok)
		return number
	}
	before := core.Result{Flag: 77, Outcome: 99}
	for _, tt := range []struct {
		name      string
		ask, want []string
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
			assert.Equal(t, tt.want, keys)
		})
	}
}

func TestEvaluate_ReportsErrors(t *testing.T) {
	plan := compile(t, "["+reads("a", "[]", `["context","user","user_id"]`)+"]")
	for _, tt := range []struct {
		name, context string
		flags         []uint32
		message       string
	}{
		{"nothing", ``, nil, truncatedMessage},
		{"white space", ` `, nil, truncatedMessage},
		{"a number", `5`, nil, typeMessage},
		{"null", `null`, nil, typeMessage},
		{"no end", `{"user":{"user_id":"u"}`, nil, truncatedMessage},
		{"a mistake that a flag reads", `{"user":{"user_id":u}}`, nil, syntaxMessage},
		{"a mistake that no flag reads", `{"device":[tru]}`, nil, syntaxMessage},
		{"something after it", `{} {}`, nil, trailingMessage},
		{"invalid UTF-8", "{\"user\":{\"user_id\":\"\xff\"}}", nil, utf8Message},
		{"too deep", `{"x":` + strings.Repeat("[", 1100), nil, depthMessage},
		{"an array, no end", `[0,"u"`, nil, truncatedMessage},
		{"an array without a value", `[0]`, nil, syntaxMessage},
		{"an array with a string for a number", `["0","u"]`, nil, typeMessage},
		{"an array with an unknown slot", `[1,"u"]`, nil, numberMessage},
		{"an array with a slot beyond 64 bits", `[18446744073709551616,"u"]`, nil, numberMessage},
		{"an array with a value that is not JSON", `[0,u]`, nil, syntaxMessage},
		{"an unknown flag", `{}`, []uint32{0, 1}, numberMessage},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := []core.Result{{Flag: 7, Outcome: 9}}
			results, err := plan.Evaluate(new(core.Scratch), []byte(tt.context), tt.flags, before)
			assert.Equal(t, &core.EvaluateError{Message: tt.message}, err)
			assert.EqualError(t, err, "evaluating context: "+tt.message)
			assert.Equal(t, before, results, "dst is unchanged")
		})
	}
	// An error must leave nothing in memory that the next evaluation may get.
	assert.Len(t, evaluate(t, plan, `{"user":{"user_id":"x"}}`), 1)
	assert.Empty(t, evaluate(t, plan, `{}`))
}

func TestEvaluate_GrowsTheScratch(t *testing.T) {
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

// Each goroutine has a context of its own and must get the results for it.
func TestEvaluate_OnePlanInManyGoroutines(t *testing.T) {
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
				if !assert.NoError(t, err) || !assert.Len(t, results, 2) {
					return
				}
				outcome := string(plan.Outcome(new(core.Scratch), results[1].Outcome))
				if !assert.Equal(t, fmt.Sprintf(`{"key":"%d"}`, i), outcome) {
					return
				}
			}
		}()
	}
	wait.Wait()
}

func TestEvaluate_DoesNotAllocate(t *testing.T) {
	plan := compile(t, `[{"key":"parent",`+always+`},
		{"key":"child","dependencies":["parent"],`+on+`,"segments":[{"variant":"on","conditions":[[
		{"selector":["context","user","list"],"op":"set contains","values":["b"]},
		{"selector":["context","user","object"],"op":"contains","values":["\"A\":1"]},
		{"selector":["context","user","user_id"],"op":"regex match","values":["^u+$"]},
		{"selector":["context","user","age"],"op":"greater","values":["17.5"]},
		{"selector":["result","parent"],"op":"is","values":["{\"key\":\"on\"}"]}]]}]}]`)
	require.Empty(t, plan.Diagnostics())
	const context = `{"user":{"list":["\u0061","b"],"object":{"a": 1},"user_id":"uuu","age":18}}`
	child, ok := plan.Lookup("child")
	require.True(t, ok)
	for _, tt := range []struct {
		name    string
		context []byte
		flags   []uint32
	}{
		{"an object, all flags", []byte(context), nil},
		{"an object, one flag", []byte(context), []uint32{child}},
		{"slots, all flags", slotArray(plan.Paths(), []byte(context)), nil},
		{"slots, one flag", slotArray(plan.Paths(), []byte(context)), []uint32{child}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			results := make([]core.Result, 0, plan.NumFlags())
			scratch := new(core.Scratch)
			assert.Zero(t, testing.AllocsPerRun(200, func() {
				var err error
				results, err = plan.Evaluate(scratch, tt.context, tt.flags, results[:0])
				if err != nil || len(results) != 2 {
					t.Fatal(results, err)
				}
			}))
		})
	}
}
