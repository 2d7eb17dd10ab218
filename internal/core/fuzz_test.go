//go:build cgo

package core_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/core"
)

// FuzzCompile holds the core's reading of JSON against encoding/json's, and asks
// a plan for everything that its numbers promise.
func FuzzCompile(f *testing.F) {
	corpus(f, func(flags, _ []byte) { f.Add(flags) })
	f.Fuzz(func(t *testing.T, flags []byte) {
		plan, err := core.Compile(flags)
		valid := json.Valid(flags) && utf8.Valid(flags)
		if err != nil {
			var failure *core.CompileError
			require.ErrorAs(t, err, &failure)
			require.LessOrEqual(t, failure.Offset, len(flags))
			begins := bytes.TrimLeft(flags, " \t\r\n")
			if valid && (begins[0] == '[' || begins[0] == '{') {
				require.Contains(t, failure.Message, "arrays and objects are open")
			}
			return
		}
		require.True(t, valid, "the core reads what is no JSON")
		for i := range uint32(plan.NumFlags()) {
			number, ok := plan.Lookup(plan.FlagKey(i))
			require.True(t, ok)
			require.Equal(t, i, number)
			metadata := plan.FlagMetadata(i)
			require.True(t, metadata == nil || json.Valid(metadata), "%s", metadata)
			for _, slot := range plan.Slots(i) {
				require.Less(t, int(slot), len(plan.Paths()))
			}
		}
		for i := range uint32(plan.NumOutcomes()) {
			require.True(t, json.Valid(plan.Outcome(new(core.Scratch), i)), "%s", plan.Outcome(new(core.Scratch), i))
		}
		require.Nil(t, plan.Outcome(new(core.Scratch), uint32(plan.NumOutcomes())))
		for _, diagnostic := range plan.Diagnostics() {
			require.NotEmpty(t, diagnostic.Message)
			require.Less(t, diagnostic.Offset, len(flags))
			if diagnostic.Code == "cycle" {
				require.NotNil(t, plan.Cycle(diagnostic.Flag))
			}
		}
	})
}

// FuzzEvaluate evaluates with a context as an object and as an array of slots, which
// encoding/json finds in it: the answers are the same. So are those of flags asked for one by one.
func FuzzEvaluate(f *testing.F) {
	corpus(f, func(flags, context []byte) { f.Add(flags, context) })
	f.Fuzz(func(t *testing.T, flags, context []byte) {
		plan, err := core.Compile(flags)
		if err != nil {
			return
		}
		all, err := plan.Evaluate(new(core.Scratch), context, nil, nil)
		if err != nil {
			var failure *core.EvaluateError
			require.ErrorAs(t, err, &failure)
			return
		}
		require.True(t, json.Valid(context), "the core reads what is no JSON")
		outcomes := map[uint32]uint32{}
		for i, result := range all {
			require.Less(t, int(result.Flag), plan.NumFlags())
			require.Less(t, int(result.Outcome), plan.NumOutcomes())
			require.True(t, i == 0 || all[i-1].Flag < result.Flag, "in the plan's order")
			outcomes[result.Flag] = result.Outcome
		}
		for i := range uint32(min(plan.NumFlags(), 32)) {
			some, err := plan.Evaluate(new(core.Scratch), context, []uint32{i}, nil)
			require.NoError(t, err)
			for _, result := range some {
				require.Contains(t, outcomes, result.Flag)
				require.Equal(t, outcomes[result.Flag], result.Outcome)
			}
		}
		if bytes.TrimLeft(context, " \t\r\n")[0] != '{' {
			return
		}
		again, err := plan.Evaluate(new(core.Scratch), slotsOf(plan.Paths(), context), nil, nil)
		if err != nil { // the array around them is one more that is open
			require.ErrorContains(t, err, "arrays and objects are open")
			return
		}
		require.Equal(t, all, again)
	})
}

// slotsOf is a context as an array of slots.
func slotsOf(paths [][]string, context []byte) []byte {
	array := []byte{'['}
	for slot, path := range paths {
		value, found := json.RawMessage(context), true
		for _, name := range path {
			var members map[string]json.RawMessage
			if json.Unmarshal(value, &members) != nil {
				members = nil // what is no object has no members
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
		array = strconv.AppendInt(array, int64(slot), 10)
		array = append(append(array, ','), value...)
	}
	return append(array, ']')
}

// corpus calls add with flags and a context of each suite of the conformance vectors, and
// with the findings of the C targets.
func corpus(f *testing.F, add func(flags, context []byte)) {
	f.Helper()
	require.NoError(f, filepath.WalkDir("../../testdata/conformance", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".json") {
			return err
		}
		text, err := os.ReadFile(name)
		require.NoError(f, err)
		var suite struct {
			Flags []json.RawMessage `json:"flags"`
			Cases []struct {
				Context json.RawMessage `json:"context"`
			} `json:"cases"`
		}
		require.NoError(f, json.Unmarshal(text, &suite))
		flags, context := suite.Flags[:min(4, len(suite.Flags))], json.RawMessage(`{}`)
		if len(suite.Cases) > 0 && suite.Cases[0].Context != nil {
			context = suite.Cases[len(suite.Cases)/2].Context
		}
		document, err := json.Marshal(flags)
		add(document, context)
		return err
	}))
	findings, err := filepath.Glob("../../lib/core/fuzz/findings/[ce]*/*")
	require.NoError(f, err)
	if len(findings) == 0 {
		f.Fatal(errors.New("there are no findings to start from"))
	}
	for _, name := range findings {
		text, err := os.ReadFile(name)
		require.NoError(f, err)
		flags, context, _ := bytes.Cut(text, []byte{0})
		add(flags, context)
	}
}
