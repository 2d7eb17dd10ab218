package main

import (
	"bufio"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// point is a benchmark with a number in its name, as VariantNoAlloc/flags=100 is at 100.
type point struct {
	at   int
	name string
}

// fewest is how many points make a curve.
const fewest = 3

// writeCurves writes a table for every benchmark that was run for at least three numbers of something.
func writeCurves(w *bufio.Writer, r *results) {
	var curves []string
	points := map[string][]point{}
	for _, name := range r.names {
		curve, number, _ := strings.Cut(name, "=")
		at, err := strconv.Atoi(number)
		if err != nil {
			continue
		}
		if !slices.Contains(curves, curve) {
			curves = append(curves, curve)
		}
		points[curve] = append(points[curve], point{at, name})
	}
	for _, curve := range curves {
		if len(points[curve]) >= fewest {
			benchmark, parameter, _ := strings.Cut(curve, "/")
			fmt.Fprintf(w, "\n## %s by %s\n", benchmark, parameter)
			writeCurve(w, r, parameter, points[curve])
		}
	}
}

func writeCurve(w *bufio.Writer, r *results, parameter string, points []point) {
	slices.SortFunc(points, func(a, b point) int { return a.at - b.at })
	units := otherUnits(r, points)
	rows := [][]string{append([]string{parameter, "time", "to the first"}, units...)}
	for _, p := range points {
		time, _ := r.median(p.name, nanoseconds)
		ratio, _ := r.ratio(p.name, points[0].name, nanoseconds)
		row := []string{strconv.Itoa(p.at), quantity(time, nanoseconds), quantity(ratio, "ratio")}
		for _, unit := range units {
			cell := ""
			if value, ok := r.median(p.name, unit); ok {
				cell = plain(value)
			}
			row = append(row, cell)
		}
		rows = append(rows, row)
	}
	writeTable(w, rows)
}

// otherUnits is all that was measured at some of the points, but the time.
func otherUnits(r *results, points []point) []string {
	units := map[string]bool{}
	for _, p := range points {
		for unit := range r.values[p.name] {
			units[unit] = true
		}
	}
	delete(units, nanoseconds)
	return slices.Sorted(maps.Keys(units))
}
