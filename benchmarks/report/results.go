package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/perf/benchfmt"
)

// results is what a run measured.
type results struct {
	about map[string]string      // the lines "key: value" of the file
	of    map[string]measurement // by a benchmark's name, such as One/sdk=ours/flags=100
}

// measurement is the medians over the rounds of a run. The zero value is one that was not made.
type measurement struct {
	seconds  float64
	allocs   float64
	document float64 // bytes of the flags that were loaded
	spread   float64 // of the seconds: the largest less the smallest, by the median
}

func (m measurement) made() bool { return m.seconds > 0 }

// read reads the output of go test -bench, of several packages and rounds.
func read(from io.Reader) (results, error) {
	r := results{about: map[string]string{}, of: map[string]measurement{}}
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
		return results{}, fmt.Errorf("results.txt has no results")
	}
	for name, units := range values {
		seconds := units["sec/op"]
		m := measurement{median(seconds), median(units["allocs/op"]), median(units["document-bytes"]), 0}
		if m.made() {
			m.spread = (slices.Max(seconds) - slices.Min(seconds)) / m.seconds
		}
		r.of[name] = m
	}
	return r, nil
}

// withoutCPUs is the name without the -2 that go test adds.
func withoutCPUs(name benchfmt.Name) string {
	full := name.String()
	_, parts := name.Parts()
	if len(parts) > 0 && parts[len(parts)-1][0] == '-' {
		full = strings.TrimSuffix(full, string(parts[len(parts)-1]))
	}
	return full
}

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
