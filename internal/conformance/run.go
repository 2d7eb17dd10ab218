// Package conformance runs suites of evaluation vectors against the core and
// reports, as data, which results differ. testdata/conformance/README.md
// describes the format and the rules of comparison.
//
// The suites call internal/core itself and not a client. They check whole
// results, including the results of dependencies and default variants, and pass
// contexts to the core exactly as the file has them.
package conformance

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/amplitude/experiment-go-server/internal/core"
)

// Form is the form in which a context is passed to the core. Both forms must
// give the same results.
type Form int

const (
	// Object passes the context's own JSON.
	Object Form = iota
	// Slots passes an array of slot numbers and values, as clients do.
	Slots
)

// Report is the outcome of a suite. Passed and Failed count cases: a case in
// which two flags differ has two Failures but counts once in Failed.
type Report struct {
	Suite    string
	Passed   int
	Failed   int
	Failures []Failure
}

// Failure is one result that differs.
type Failure struct {
	Suite string
	Case  string
	// Flag is the key of the flag, or empty if the whole evaluation differs.
	Flag string
	// Got and Want are JSON with sorted members, or words if there is no
	// result.
	Got  string
	Want string
}

// String returns the failure as one line.
func (f Failure) String() string {
	return fmt.Sprintf("%s, case %s, flag %q: got %s, want %s", f.Suite, f.Case, f.Flag, f.Got, f.Want)
}

// Run loads the suite at path and runs it with contexts as objects. It returns
// an error if the file or its flags as a whole are invalid; results that differ
// are in the Report.
func Run(path string) (Report, error) {
	suite, err := Load(path)
	if err != nil {
		return Report{}, err
	}
	return suite.Run(Object)
}

// Run evaluates every case. It returns an error if the flags do not compile.
func (s *Suite) Run(form Form) (Report, error) {
	report := Report{Suite: s.Name}
	plan, err := core.Compile(s.flags)
	if err != nil {
		return report, fmt.Errorf("running suite %s: %w", s.Name, err)
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

// runner is the state of one run.
type runner struct {
	plan *core.Plan
	form Form
	// outcomes holds the normal form of each outcome, or nil before its first
	// use.
	outcomes []any
	// arrays caches the array form of contexts: in the random suites many cases
	// share one.
	arrays  map[string][]byte
	results []core.Result
	scratch core.Scratch
}

// check runs one case and returns what differs, sorted by flag key.
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

// evaluate returns the normal forms of the results by flag key.
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
		// The core would take an empty list for all flags.
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
		if _, exists := got[key]; exists {
			return nil, fmt.Errorf("flag %q has two results", key)
		}
		got[key] = r.outcome(result.Outcome)
	}
	return got, nil
}

// context returns the case's context in the runner's form.
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

// outcome returns the normal form of an outcome.
func (r *runner) outcome(number uint32) any {
	if r.outcomes[number] == nil {
		r.outcomes[number] = normalizeVariant(normalize(r.plan.Outcome(&r.scratch, number)))
	}
	return r.outcomes[number]
}

// compare returns where the results got differ from the results that c wants.
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

// keyOf returns the key of a variant in normal form, or nil if there is no
// variant.
func keyOf(variant any) any {
	members, ok := variant.(map[string]any)
	if !ok {
		return nil
	}
	return members["key"]
}
