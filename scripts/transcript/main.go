// Command transcript writes all output of the core for suites of evaluation
// vectors: plans and their diagnostics, every outcome, the results of each case
// with the context in both of its forms, and the errors for damaged flags and
// contexts. Two builds of the core are the same to users if their transcripts
// are equal byte for byte. Run it from the root of the module:
//
//	go run [-tags experiment_core_source] ./scripts/transcript [DIR]
//
// DIR is testdata/conformance by default. The origin and the hash of the core
// go to standard error.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/amplitude/experiment-go-server/internal/core"
)

func main() {
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: go run ./scripts/transcript [DIR]")
	}
	flag.Parse()
	dir := "testdata/conformance"
	if flag.NArg() > 0 {
		dir = flag.Arg(0)
	}
	info := core.LinkInfo()
	fmt.Fprintf(os.Stderr, "core: %s %s\n", info.Origin, info.Hash)
	out := bufio.NewWriter(os.Stdout)
	err := writeAll(out, dir)
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "transcript:", err)
		os.Exit(1)
	}
}

// writeAll writes the transcript of every suite below a folder.
func writeAll(out io.Writer, dir string) error {
	suites := 0
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".json") {
			return err
		}
		suites++
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		// The folders in a path are separated differently on Windows.
		fmt.Fprintln(out, "suite", filepath.Base(path))
		if err := write(out, text); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		return nil
	})
	if err == nil && suites == 0 {
		err = fmt.Errorf("no suite in %s", dir)
	}
	return err
}

// suite holds the flags and contexts of a suite. testdata/conformance/README.md
// describes the format.
type suite struct {
	Flags    json.RawMessage            `json:"flags"`
	Contexts map[string]json.RawMessage `json:"contexts"`
	Cases    []struct {
		Context   json.RawMessage `json:"context"`
		ContextID string          `json:"contextId"`
		FlagKeys  []string        `json:"flagKeys"`
	} `json:"cases"`
	IDs []json.RawMessage `json:"ids"`
}

// write writes the transcript of one suite.
func write(out io.Writer, text []byte) error {
	var s suite
	if err := json.Unmarshal(text, &s); err != nil {
		return err
	}
	plan, err := core.Compile(s.Flags)
	if err != nil {
		return err
	}
	writePlan(out, plan)
	for i, c := range s.Cases {
		context := c.Context
		if context == nil {
			context = s.Contexts[c.ContextID]
		}
		fmt.Fprintln(out, "case", i)
		writeResults(out, plan, context, c.FlagKeys)
	}
	for i, id := range s.IDs {
		fmt.Fprintln(out, "id", i)
		writeResults(out, plan, []byte(`{"user":{"user_id":`+string(id)+`}}`), nil)
	}
	for _, damaged := range damage(s.Flags) {
		plan, err := core.Compile(damaged)
		if err != nil {
			fmt.Fprintln(out, "damaged flags:", err)
			continue
		}
		fmt.Fprintln(out, "damaged flags:", plan.NumFlags(), plan.NumOutcomes(), plan.Diagnostics())
	}
	return nil
}

// writePlan writes everything that can be read from a plan.
func writePlan(out io.Writer, plan *core.Plan) {
	fmt.Fprintf(out, "paths %q\ncohorts %q\ndiagnostics %+v\n", plan.Paths(), plan.Cohorts(), plan.Diagnostics())
	for i := range plan.NumFlags() {
		number := uint32(i)
		fmt.Fprintf(out, "flag %d %q slots %v metadata %s\n",
			i, plan.FlagKey(number), plan.Slots(number), plan.FlagMetadata(number))
	}
	for i := range plan.NumOutcomes() {
		fmt.Fprintf(out, "outcome %d %s\n", i, plan.Outcome(new(core.Scratch), uint32(i)))
	}
}

// writeResults evaluates the flags with the keys, or all flags, for a context
// in both of its forms and for a few damaged contexts.
func writeResults(out io.Writer, plan *core.Plan, context []byte, keys []string) {
	var flags []uint32
	for _, key := range keys {
		if number, ok := plan.Lookup(key); ok {
			flags = append(flags, number)
		} else {
			fmt.Fprintf(out, "no flag %q %v\n", key, plan.Cycle(key))
		}
	}
	contexts := [][]byte{context, slots(plan.Paths(), context)}
	for _, whole := range [][]byte{context, contexts[1]} {
		contexts = append(contexts, whole[:len(whole)/3], whole[:len(whole)*2/3], flip(whole, len(whole)/2))
	}
	for _, context := range contexts {
		results, err := plan.Evaluate(new(core.Scratch), context, flags, nil)
		fmt.Fprintln(out, results, err)
	}
}

// slots returns the array form of a context: the number of each slot that the
// context has, followed by the value.
func slots(paths [][]string, context json.RawMessage) []byte {
	var array [][]byte
next:
	for slot, path := range paths {
		value := context
		for _, name := range path {
			var members map[string]json.RawMessage
			if json.Unmarshal(value, &members) != nil {
				continue next
			}
			if value = members[name]; value == nil {
				continue next
			}
		}
		array = append(array, strconv.AppendInt(nil, int64(slot), 10), value)
	}
	return append(append([]byte{'['}, bytes.Join(array, []byte{','})...), ']')
}

// damage returns copies of a text that are cut off, and copies with one changed
// byte, at positions spread over the text.
func damage(text []byte) [][]byte {
	const positions = 40
	var damaged [][]byte
	for i := range positions {
		at := len(text) * i / positions
		damaged = append(damaged, text[:at], flip(text, at))
	}
	return damaged
}

// flip returns a copy of a text with one bit changed. The change turns a digit
// into another digit, a quote into a hash sign, and a letter into its neighbor.
func flip(text []byte, at int) []byte {
	text = bytes.Clone(text)
	if at < len(text) {
		text[at] ^= 1
	}
	return text
}
