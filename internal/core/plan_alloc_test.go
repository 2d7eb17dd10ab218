//go:build cgo

package core_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/core"
)

func TestEvaluateDoesNotAllocate(t *testing.T) {
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
		{"slots, all flags", slotArray(t, plan.Paths(), context), nil},
		{"slots, one flag", slotArray(t, plan.Paths(), context), []uint32{child}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			results := make([]core.Result, 0, plan.NumFlags())
			scratch := new(core.Scratch)
			assert.Zero(t, testing.AllocsPerRun(200, func() {
				var err error
				if results, err = plan.Evaluate(scratch, tt.context, tt.flags, results[:0]); err != nil || len(results) != 2 {
					t.Fatal(results, err)
				}
			}))
		})
	}
}
