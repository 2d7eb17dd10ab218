// Package conformance runs suites of evaluation vectors against the core and
// reports, as data, where its answers differ. testdata/conformance/README.md
// describes the format and the rules of comparison.
//
// The suites go through internal/core itself, not through a client: they check
// whole results, those of dependencies and default variants included, and hand
// over contexts as the text of the file.
package conformance

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/amplitude/experiment-go-server/internal/core"
)

// Form is how a context is handed to the core. Both must give the same answers.
type Form int

const (
	// Object hands over the context's own text.
	Object Form = iota
	// Slots hands over the array of slot numbers and values that clients make.
	Slots
)

// Report is the outcome of a suite. Cases are counted, so one that differs in
// two flags has two Failures but counts once in Failed.
type Report struct {
	Suite    string
	Passed   int
	Failed   int
	Failures []Failure
}

// Failure is one answer that differs.
type Failure struct {
	Suite string
	Case  string
	// Flag is the key of the flag; empty where the whole evaluation differs.
	Flag string
	// Got and Want are JSON with sorted members, or words where there is no result.
	Got  string
	Want string
}

func (f Failure) String() string {
	return fmt.Sprintf("%s, case %s, flag %q: got %s, want %s", f.Suite, f.Case, f.Flag, f.Got, f.Want)
}

// Run loads the suite at path and runs it with contexts as objects. The error is
// about the file or its flags as a whole; answers that differ are in the Report.
func Run(path string) (Report, error) {
	suite, err := Load(path)
	if err != nil {
		return Report{}, err
	}
	return suite.Run(Object)
}

// Run evaluates every case. The error says why the flags gave no plan at all.
func (s *Suite) Run(form Form) (Report, error) {
	report := Report{Suite: s.Name}
	plan, err := core.Compile(s.flags)
	if err != nil {
		return report, fmt.Errorf("run suite %s: %w", s.Name, err)
	}
	run := runner{
		plan:     plan,
		form:     form,
		outcomes: make([]any, plan.NumOutcomes()),
		arrays:   map[string][]byte{},
	}
	for _, c := range s.cases {
		failures := run.check(c)
		if len(failures) == 0 {
			report.Passed++
			continue
		}
		report.Failed++
		for _, failure := range failures {
			failure.Suite, failure.Case = s.Name, c.id
			report.Failures = append(report.Failures, failure)
		}
	}
	return report, nil
}

type runner struct {
	plan *core.Plan
	form Form
	// outcomes has the normal form of each outcome that was met.
	outcomes []any
	// arrays has the array form of each context that was met, as the random suites share contexts among many cases.
	arrays  map[string][]byte
	results []core.Result
	scratch core.Scratch
}

// check runs one case and gives the differences, sorted by flag key.
func (r *runner) check(c testCase) []Failure {
	got, err := r.evaluate(c)
	switch {
	case c.cycle && errors.As(err, new(*core.CycleError)):
		return nil
	case c.cycle && err != nil:
		return []Failure{{Got: "an error: " + err.Error(), Want: "an error that names the cycle"}}
	case c.cycle:
		return []Failure{{Got: "results: " + show(got), Want: "an error that names the cycle"}}
	case err != nil:
		return []Failure{{Got: "an error: " + err.Error(), Want: show(c.want)}}
	}
	return compare(got, c)
}

// evaluate gives the normal forms of the results by flag key.
func (r *runner) evaluate(c testCase) (map[string]any, error) {
	var flags []uint32
	for _, key := range c.flagKeys {
		if cycle := r.plan.Cycle(key); cycle != nil {
			return nil, cycle
		}
		if flag, ok := r.plan.Lookup(key); ok {
			flags = append(flags, flag)
		}
	}
	if len(c.flagKeys) > 0 && len(flags) == 0 {
		// To the core, no flags would mean all of them.
		return map[string]any{}, nil
	}
	var err error
	r.results, err = r.plan.Evaluate(&r.scratch, r.context(c), flags, r.results[:0])
	if err != nil {
		return nil, err
	}
	got := make(map[string]any, len(r.results))
	for _, result := range r.results {
		key := r.plan.FlagKey(result.Flag)
		if _, twice := got[key]; twice {
			return nil, fmt.Errorf("flag %q has two results", key)
		}
		got[key] = r.outcome(result.Outcome)
	}
	return got, nil
}

// context is the case's context in the runner's form.
func (r *runner) context(c testCase) []byte {
	if r.form == Object {
		return c.context
	}
	array, ok := r.arrays[string(c.context)]
	if !ok {
		array = slots(r.plan.Paths(), c.context)
		r.arrays[string(c.context)] = array
	}
	return array
}

func (r *runner) outcome(number uint32) any {
	if r.outcomes[number] == nil {
		r.outcomes[number] = normalVariant(normal(r.plan.Outcome(&r.scratch, number)))
	}
	return r.outcomes[number]
}

func compare(got map[string]any, c testCase) []Failure {
	var failures []Failure
	for flag, want := range c.want {
		have := got[flag]
		if c.keysOnly {
			have = keyOf(have)
		}
		if !reflect.DeepEqual(have, want) {
			failures = append(failures, Failure{Flag: flag, Got: show(have), Want: show(want)})
		}
	}
	for flag, have := range got {
		if _, ok := c.want[flag]; !ok && !c.keysOnly {
			failures = append(failures, Failure{Flag: flag, Got: show(have), Want: noResult})
		}
	}
	slices.SortFunc(failures, func(a, b Failure) int { return strings.Compare(a.Flag, b.Flag) })
	return failures
}

// keyOf is the key of a variant's normal form, nil where there is no variant.
func keyOf(variant any) any {
	members, ok := variant.(map[string]any)
	if !ok {
		return nil
	}
	return members["key"]
}
