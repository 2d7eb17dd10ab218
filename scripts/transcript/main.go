// Command transcript writes everything that the core says about suites of
// evaluation vectors: plans and their diagnostics, every outcome, the results of
// each case with the context in both of its forms, and the errors that damaged
// flags and contexts give. Two builds of the core are the same to users if their
// transcripts are, byte for byte. Run it from the root of the module:
//
//	go run [-tags experiment_core_source] ./scripts/transcript [DIR]
//
// DIR is testdata/conformance by default. What core it is goes to standard error.
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
		// Systems write paths in their own way.
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

// suite is what a suite has of flags and contexts; testdata/conformance/README.md describes the format.
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

func writePlan(out io.Writer, plan *core.Plan) {
	fmt.Fprintf(out, "paths %q\ncohorts %q\ndiagnostics %+v\n", plan.Paths(), plan.Cohorts(), plan.Diagnostics())
	for i := range plan.NumFlags() {
		number := uint32(i)
		fmt.Fprintf(out, "flag %d %q slots %v metadata %s\n", i, plan.FlagKey(number), plan.Slots(number), plan.FlagMetadata(number))
	}
	for i := range plan.NumOutcomes() {
		fmt.Fprintf(out, "outcome %d %s\n", i, plan.Outcome(new(core.Scratch), uint32(i)))
	}
}

// writeResults evaluates the flags, or all, for a context in both forms, and for a few damaged ones.
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

// slots is the array form of a context: the number of each slot that it has, followed by the value.
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

// damage gives a text cut short, and with another byte, at places spread over it.
func damage(text []byte) [][]byte {
	const places = 40
	var damaged [][]byte
	for i := range places {
		at := len(text) * i / places
		damaged = append(damaged, text[:at], flip(text, at))
	}
	return damaged
}

// flip changes one bit, which makes a digit another, a quote a hash sign and a letter its neighbour.
func flip(text []byte, at int) []byte {
	text = bytes.Clone(text)
	if at < len(text) {
		text[at] ^= 1
	}
	return text
}
