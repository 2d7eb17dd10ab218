//go:build cgo

package core_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/core"
)

// FuzzCompile checks that the core accepts exactly the JSON that encoding/json
// accepts, and that a plan returns something valid for each of its numbers.
func FuzzCompile(f *testing.F) {
	corpus(f, func(flags, _ []byte) { f.Add(flags) })
	f.Fuzz(func(t *testing.T, flags []byte) {
		plan, err := core.Compile(flags)
		valid := json.Valid(flags) && utf8.Valid(flags)
		if err != nil {
			var failure *core.CompileError
			require.ErrorAs(t, err, &failure)
			require.LessOrEqual(t, failure.Offset, len(flags))
			trimmed := bytes.TrimLeft(flags, " \t\r\n")
			if valid && (trimmed[0] == '[' || trimmed[0] == '{') {
				require.Contains(t, failure.Message, "arrays and objects are open")
			}
			return
		}
		require.True(t, valid, "the core accepts invalid JSON")
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
			outcome := plan.Outcome(new(core.Scratch), i)
			require.True(t, json.Valid(outcome), "%s", outcome)
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

// FuzzEvaluate checks that a context gives the same results as an object and as
// an array of slots, and that flags evaluated alone give the same results as
// all flags together.
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
		require.True(t, json.Valid(context), "the core accepts invalid JSON")
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
		again, err := plan.Evaluate(new(core.Scratch), slotArray(plan.Paths(), context), nil, nil)
		if err != nil { // the array of slots nests the values one level deeper
			require.ErrorContains(t, err, "arrays and objects are open")
			return
		}
		require.Equal(t, all, again)
	})
}

// corpus calls add with flags and a context of each conformance suite, and with
// the findings of the C fuzz targets.
func corpus(f *testing.F, add func(flags, context []byte)) {
	f.Helper()
	err := filepath.WalkDir("../../testdata/conformance", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".json") {
			return err
		}
		file, err := os.ReadFile(name)
		require.NoError(f, err)
		var suite struct {
			Flags []json.RawMessage `json:"flags"`
			Cases []struct {
				Context json.RawMessage `json:"context"`
			} `json:"cases"`
		}
		require.NoError(f, json.Unmarshal(file, &suite))
		flags, context := suite.Flags[:min(4, len(suite.Flags))], json.RawMessage(`{}`)
		if len(suite.Cases) > 0 && suite.Cases[0].Context != nil {
			context = suite.Cases[len(suite.Cases)/2].Context
		}
		document, err := json.Marshal(flags)
		add(document, context)
		return err
	})
	require.NoError(f, err)
	findings, err := filepath.Glob("../../lib/core/fuzz/findings/[ce]*/*")
	require.NoError(f, err)
	if len(findings) == 0 {
		f.Fatal(errors.New("there are no findings"))
	}
	for _, name := range findings {
		finding, err := os.ReadFile(name)
		require.NoError(f, err)
		flags, context, _ := bytes.Cut(finding, []byte{0})
		add(flags, context)
	}
}
