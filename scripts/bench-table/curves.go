package main

import (
	"bufio"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// point is a benchmark with a number in its name, such as 100 in
// VariantNoAlloc/flags=100.
type point struct {
	at   int
	name string
}

// minPoints is the smallest number of points that make a curve.
const minPoints = 3

// writeCurves writes a table for every benchmark that ran for at least
// minPoints numbers.
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
		if len(points[curve]) >= minPoints {
			benchmark, parameter, _ := strings.Cut(curve, "/")
			fmt.Fprintf(w, "\n## %s by %s\n", benchmark, parameter)
			writeCurve(w, r, parameter, points[curve])
		}
	}
}

// writeCurve writes the table of one benchmark, in the order of the numbers.
func writeCurve(w *bufio.Writer, r *results, parameter string, points []point) {
	slices.SortFunc(points, func(a, b point) int { return a.at - b.at })
	units := otherUnits(r, points)
	rows := [][]string{append([]string{parameter, "time", "ratio to the first"}, units...)}
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

// otherUnits returns the units, except time, that were measured at some of the
// points.
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
