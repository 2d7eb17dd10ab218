package main

import (
	"bufio"
	"fmt"
)

// goal is a bound on a measurement of a benchmark.
type goal struct {
	what      string
	benchmark string
	unit      string
	// per is a benchmark. If it is not empty, the goal bounds the ratio of the
	// two measurements.
	per   string
	bound bound
	// reference is a benchmark whose time in the same run is printed as the
	// unit of this one's; empty for none.
	reference string
}

type bound struct {
	value float64
	isMin bool // the value is a lower bound, not an upper one
}

func atMost(value float64) bound  { return bound{value: value} }
func atLeast(value float64) bound { return bound{value: value, isMin: true} }

// met reports whether a measurement is within the bound.
func (b bound) met(value float64) bool {
	if b.isMin {
		return value >= b.value
	}
	return value <= b.value
}

const (
	cgoCall    = "ReferenceCgoCall"
	appendUser = "ReferenceAppendUser"
	makeMap    = "ReferenceMap"

	variant    = "VariantNoAlloc/flags="
	list       = "VariantListNoAlloc"
	long       = "VariantLongNoAlloc/rule="
	properties = "VariantPropertiesNoAlloc/properties="
	goroutines = "VariantGoroutinesNoAlloc/goroutines="
	reload     = "VariantUnderReload/asked="
	all        = "EvaluateAll/flags="
	refresh    = "RefreshUnchanged/answer="
	plan       = "NewPlan/flags="
	memory     = "CohortMemory"
	change     = "StreamChange/flags="
)

const (
	nanoseconds = "ns/op"
	allocations = "allocs/op"
)

// goals are in the order of the table. A goal that begins with "its" or "the
// same" refers to the goal above it.
var goals = []goal{
	{"`Variant`, a different user each call", variant + "100", nanoseconds, "", atMost(350), appendUser},
	{"its allocations", variant + "100", allocations, "", atMost(0), ""},
	{"the same, ratio of 10,000 flags to 100", variant + "10000", nanoseconds, variant + "100", atMost(1.1), ""},
	{"a flag that reads a list, ratio to flags of every kind", list, nanoseconds, variant + "100", atMost(1.2), ""},
	{"`Evaluate` of one flag", "EvaluateOne", nanoseconds, "", atMost(650), appendUser},
	{"its allocations", "EvaluateOne", allocations, "", atMost(2), ""},
	{"its time, ratio to an empty call of C", "EvaluateOne", nanoseconds, cgoCall, atMost(22), ""},
	{"the same for a flag that reads a list", "EvaluateOneList", nanoseconds, cgoCall, atMost(22), ""},
	{"`Evaluate` of all of 100 flags", all + "100", nanoseconds, "", atMost(12e3), makeMap},
	{"its allocations", all + "100", allocations, "", atMost(4), ""},
	{"`Evaluate` of all of 1,000 flags", all + "1000", nanoseconds, "", atMost(180e3), makeMap},
	{"a flag with a regex", long + "regex", nanoseconds, "", atMost(1000), appendUser},
	{"a flag with an `is` list of 10,000 values", long + "is_10000", nanoseconds, "", atMost(1000), appendUser},
	{"a flag with `contains` of 100 values", long + "contains_100", nanoseconds, "", atMost(1000), appendUser},
	{
		"a user with 300 properties, ratio to one with 3", properties + "300", nanoseconds,
		properties + "3", atMost(1.3), "",
	},
	{"a prepared subject's repeated lookup", "PreparedNoAlloc/flags=100", nanoseconds, "", atMost(25), cgoCall},
	{"its allocations", "PreparedNoAlloc/flags=100", allocations, "", atMost(0), ""},
	{"throughput of two cores, ratio to one core", goroutines + "1", nanoseconds, goroutines + "2", atLeast(1.9), ""},
	{"a plan from 100 flags", plan + "100", nanoseconds, "", atMost(0.6e6), ""},
	{"a plan from 10,000 flags", plan + "10000", nanoseconds, "", atMost(60e6), ""},
	{"its memory in Go and C, ratio to the JSON", plan + "10000", "kept/json", "", atMost(1.5), ""},
	{"the same after evaluating all flags for 256 users", plan + "10000", "kept-used/json", "", atMost(1.5), ""},
	{
		"bytes that a refresh without change allocates, ratio to the body", refresh + "same_bytes", "allocated/body",
		"", atMost(1.05), "",
	},
	{"p99.9 of `Variant` under reloads, ratio to its median", reload + "1", "p99.9/p50", "", atMost(20), ""},
	{"the same for 100 flags in turn", reload + "100", "p99.9/p50", "", atMost(20), ""},
	{
		"a lookup in a cohort of 10 million, ratio to a read of the same memory", "Set/Contains/10000000", nanoseconds,
		"Set/DependentRead/10000000", atMost(2), "",
	},
	{
		"all of 100 flags over 100 cohorts, ratio to the same flags without them", "Cohorts/with", nanoseconds,
		"Cohorts/without", atMost(2.5), "",
	},
	{"allocations of `Variant` of a flag that reads a cohort", "VariantCohortNoAlloc", allocations, "", atMost(0), ""},
	{"loading a cohort of 10 million", "LoadCohort", nanoseconds, "", atMost(5e9), ""},
	{"its memory, in bytes a member", memory, "bytes/member", "", atMost(9), ""},
	{"peak of loading it while a copy is in use, ratio to its memory", memory, "peak/set", "", atMost(1.3), ""},
	{"a cohort of 50 million in the CacheFile, verified", "ReadPart", nanoseconds, "", atMost(100e6), ""},
	{"from a change of a flag to its use by a client that streams", change + "1", nanoseconds, "", atMost(100e6), ""},
	{"the same with 18 MB of flags", change + "10000", nanoseconds, "", atMost(1e9), ""},
}

// writeGoals writes the table of goals, and what is known about the machine.
func writeGoals(w *bufio.Writer, r *results) {
	fmt.Fprint(w, "## Goals\n\n")
	for _, line := range r.machine {
		fmt.Fprintf(w, "    %s\n", line)
	}
	rows := [][]string{{"", "measured", "goal", "", "ratio to a reference"}}
	for _, g := range goals {
		rows = append(rows, g.row(r))
	}
	writeTable(w, rows)
}

// row returns the row of a goal.
func (g goal) row(r *results) []string {
	sign := "≤"
	if g.bound.isMin {
		sign = "≥"
	}
	unit := g.unit
	if g.per != "" {
		unit = "ratio"
	}
	row := []string{g.what, "not run", sign + " " + quantity(g.bound.value, unit), "", ""}
	value, ok := g.value(r)
	if !ok {
		return row
	}
	row[1], row[3] = quantity(value, unit), "missed"
	if g.bound.met(value) {
		row[3] = "met"
	}
	if ratio, ok := r.ratio(g.benchmark, g.reference, g.unit); ok {
		row[4] = fmt.Sprintf("%.2f × %s", ratio, g.reference)
	}
	return row
}

// value returns the measurement, or the ratio of two, that the goal bounds.
func (g goal) value(r *results) (float64, bool) {
	if g.per != "" {
		return r.ratio(g.benchmark, g.per, g.unit)
	}
	return r.median(g.benchmark, g.unit)
}

// writeReferences writes the table of the loops that times are compared with.
func writeReferences(w *bufio.Writer, r *results) {
	rows := [][]string{{"reference", "time", "allocations"}}
	for _, name := range []string{cgoCall, appendUser, makeMap, "ReferenceEncodingJSON"} {
		if time, ok := r.median(name, nanoseconds); ok {
			allocs, _ := r.median(name, allocations)
			rows = append(rows, []string{name, quantity(time, nanoseconds), quantity(allocs, allocations)})
		}
	}
	if len(rows) > 1 {
		fmt.Fprintf(w, "\n## References\n")
		writeTable(w, rows)
	}
}
