package main

import (
	"bufio"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// results holds the measurements of benchmarks.
type results struct {
	names []string // in the order of the input
	// values has the values of every run, by the name of the benchmark and the
	// unit.
	values map[string]map[string][]float64
	// machine has the lines of the output that describe the machine.
	machine []string
}

// processors matches the suffix that go test adds to the name of a benchmark.
var processors = regexp.MustCompile(`-\d+$`)

// parse reads lines such as "BenchmarkName/flags=1-2  1000  350 ns/op  0 B/op",
// and skips all others.
func parse(in io.Reader) (*results, error) {
	r := &results{values: map[string]map[string][]float64{}}
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		line := lines.Text()
		if isMachine(line) && !slices.Contains(r.machine, line) {
			r.machine = append(r.machine, line)
		}
		fields := strings.Fields(line)
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		if _, err := strconv.Atoi(fields[1]); err != nil {
			continue
		}
		name := processors.ReplaceAllString(strings.TrimPrefix(fields[0], "Benchmark"), "")
		for i := 2; i+1 < len(fields); i += 2 {
			if value, err := strconv.ParseFloat(fields[i], 64); err == nil {
				r.add(name, fields[i+1], value)
			}
		}
	}
	return r, lines.Err()
}

// isMachine reports whether a line describes the machine.
func isMachine(line string) bool {
	return strings.HasPrefix(line, "goos: ") || strings.HasPrefix(line, "goarch: ") || strings.HasPrefix(line, "cpu: ")
}

func (r *results) add(name, unit string, value float64) {
	units, ok := r.values[name]
	if !ok {
		units = map[string][]float64{}
		r.values[name] = units
		r.names = append(r.names, name)
	}
	units[unit] = append(units[unit], value)
}

// median returns the median of all runs. It reports false if there are none.
func (r *results) median(name, unit string) (float64, bool) {
	return medianOf(r.values[name][unit])
}

// ratio returns the median over all rounds of one benchmark's value divided by
// the other's in the same round: a machine that is busy for a while slows both.
func (r *results) ratio(name, per, unit string) (float64, bool) {
	values, divisors := r.values[name][unit], r.values[per][unit]
	ratios := make([]float64, min(len(values), len(divisors)))
	for i := range ratios {
		ratios[i] = values[i] / divisors[i]
	}
	return medianOf(ratios)
}

func medianOf(values []float64) (float64, bool) {
	if len(values) == 0 {
		return 0, false
	}
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle], true
	}
	return (sorted[middle-1] + sorted[middle]) / 2, true
}
