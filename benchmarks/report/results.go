package main

import (
	"errors"
	"io"
	"slices"
	"strings"

	"golang.org/x/perf/benchfmt"
)

// results are the measurements of a run.
type results struct {
	about        map[string]string      // the lines "key: value" of the file
	measurements map[string]measurement // by a benchmark's name, such as One/sdk=ours/flags=100
}

// measurement has the medians over the rounds of a run. It is zero if the
// benchmark did not run.
type measurement struct {
	seconds  float64
	allocs   float64
	document float64 // bytes of the flags that were loaded
	spread   float64 // of the seconds: the difference of the largest and the smallest, by the median
}

// exists reports whether the benchmark ran.
func (m measurement) exists() bool { return m.seconds > 0 }

// readResults reads the output of go test -bench for several packages and
// rounds.
func readResults(from io.Reader) (results, error) {
	r := results{about: map[string]string{}, measurements: map[string]measurement{}}
	values := map[string]map[string][]float64{} // by name and unit
	reader := benchfmt.NewReader(from, "results.txt")
	for reader.Scan() {
		switch record := reader.Result().(type) {
		case *benchfmt.SyntaxError:
			return results{}, record
		case *benchfmt.Result:
			name := withoutCPUs(record.Name)
			if values[name] == nil {
				values[name] = map[string][]float64{}
			}
			for _, value := range record.Values {
				values[name][value.Unit] = append(values[name][value.Unit], value.Value)
			}
			for _, c := range record.Config {
				r.about[c.Key] = string(c.Value)
			}
		}
	}
	if err := reader.Err(); err != nil {
		return results{}, err
	}
	if len(values) == 0 {
		return results{}, errors.New("reading results.txt: it has no results")
	}
	for name, units := range values {
		seconds := units["sec/op"]
		m := measurement{median(seconds), median(units["allocs/op"]), median(units["document-bytes"]), 0}
		if m.exists() {
			m.spread = (slices.Max(seconds) - slices.Min(seconds)) / m.seconds
		}
		r.measurements[name] = m
	}
	return r, nil
}

// withoutCPUs returns the name without the number of CPUs that go test adds,
// such as -2.
func withoutCPUs(name benchfmt.Name) string {
	full := name.String()
	_, parts := name.Parts()
	if len(parts) > 0 && parts[len(parts)-1][0] == '-' {
		full = strings.TrimSuffix(full, string(parts[len(parts)-1]))
	}
	return full
}

// median returns the median, or 0 if there are no values.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}
