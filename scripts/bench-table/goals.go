package main

import (
	"bufio"
	"fmt"
)

// goal is a bound on what a benchmark measures.
type goal struct {
	what      string
	benchmark string
	unit      string
	// per is a benchmark whose measure of the unit divides that of this one; empty for none.
	per   string
	bound bound
	// reference is a benchmark of the same run whose time this one's is compared with; empty for none.
	reference string
}

type bound struct {
	value float64
	least bool // the value is the least that is good, not the most
}

func atMost(value float64) bound  { return bound{value: value} }
func atLeast(value float64) bound { return bound{value: value, least: true} }

func (b bound) met(value float64) bool {
	if b.least {
		return value >= b.value
	}
	return value <= b.value
}

const (
	cgoCall    = "ReferenceCgoCall"
	appendUser = "ReferenceAppendUser"
	makeMap    = "ReferenceMap"

	variant    = "VariantNoAlloc/flags="
	long       = "VariantLongNoAlloc/rule="
	properties = "VariantPropertiesNoAlloc/properties="
	goroutines = "VariantGoroutinesNoAlloc/goroutines="
	reload     = "VariantUnderReload/asked="
	all        = "EvaluateAll/flags="
	refresh    = "RefreshUnchanged/answer="
	plan       = "NewPlan/flags="
)

const (
	nanoseconds = "ns/op"
	allocations = "allocs/op"
)

// goals are in the order of the table; one that begins with "its" or "the same" is about the one before.
var goals = []goal{
	{"`Variant`, a different user each call", variant + "100", nanoseconds, "", atMost(350), appendUser},
	{"its allocations", variant + "100", allocations, "", atMost(0), ""},
	{"the same among 10,000 flags, to among 100", variant + "10000", nanoseconds, variant + "100", atMost(1.1), ""},
	{"`Evaluate` of one flag", "EvaluateOne", nanoseconds, "", atMost(650), appendUser},
	{"its allocations", "EvaluateOne", allocations, "", atMost(2), ""},
	{"`Evaluate` of all of 100 flags", all + "100", nanoseconds, "", atMost(12e3), makeMap},
	{"its allocations", all + "100", allocations, "", atMost(4), ""},
	{"`Evaluate` of all of 1,000 flags", all + "1000", nanoseconds, "", atMost(180e3), makeMap},
	{"a flag with a regex", long + "regex", nanoseconds, "", atMost(1000), appendUser},
	{"a flag with an `is` list of 10,000 values", long + "is_10000", nanoseconds, "", atMost(1000), appendUser},
	{"a flag with `contains` of 100 values", long + "contains_100", nanoseconds, "", atMost(1000), appendUser},
	{"a user with 300 properties, to one with 3", properties + "300", nanoseconds, properties + "3", atMost(1.3), ""},
	{"a prepared subject's further lookups", "PreparedNoAlloc/flags=100", nanoseconds, "", atMost(25), cgoCall},
	{"its allocations", "PreparedNoAlloc/flags=100", allocations, "", atMost(0), ""},
	{"throughput of two cores, to that of one", goroutines + "1", nanoseconds, goroutines + "2", atLeast(1.9), ""},
	{"a plan from 100 flags", plan + "100", nanoseconds, "", atMost(0.6e6), ""},
	{"a plan from 10,000 flags", plan + "10000", nanoseconds, "", atMost(60e6), ""},
	{"its memory, Go's and C's, to the JSON", plan + "10000", "kept/json", "", atMost(1.5), ""},
	{"the same once all flags were evaluated for 256 users", plan + "10000", "kept-used/json", "", atMost(1.5), ""},
	{"what a refresh with the same bytes allocates, to these", refresh + "same_bytes", "allocated/body", "", atMost(1.05), ""},
	{"p99.9 of `Variant` under reloads, to its median", reload + "1", "p99.9/p50", "", atMost(20), ""},
	{"the same of 100 flags in turn", reload + "100", "p99.9/p50", "", atMost(20), ""},
}

func writeGoals(w *bufio.Writer, r *results) {
	fmt.Fprint(w, "## Goals\n\n")
	for _, line := range r.machine {
		fmt.Fprintf(w, "    %s\n", line)
	}
	rows := [][]string{{"", "measured", "goal", "", "to a reference"}}
	for _, g := range goals {
		rows = append(rows, g.row(r))
	}
	writeTable(w, rows)
}

func (g goal) row(r *results) []string {
	sign := "≤"
	if g.bound.least {
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

// value is the measure, or the ratio of two, that the goal bounds.
func (g goal) value(r *results) (float64, bool) {
	if g.per != "" {
		return r.ratio(g.benchmark, g.per, g.unit)
	}
	return r.median(g.benchmark, g.unit)
}

// writeReferences lists the loops that times are compared with.
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
