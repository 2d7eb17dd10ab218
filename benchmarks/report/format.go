package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// duration is seconds with three digits, in a unit that suits them.
func duration(seconds float64) string {
	for _, unit := range []struct {
		name string
		size float64
	}{{"s", 1}, {"ms", 1e-3}, {"µs", 1e-6}} {
		if seconds >= 0.9995*unit.size {
			return digits(seconds/unit.size) + " " + unit.name
		}
	}
	return digits(seconds/1e-9) + " ns"
}

// times is how many times as much something is.
func times(ratio float64) string { return digits(ratio) + " ×" }

// digits is a number with two or three digits that count, and with all of them before the point.
func digits(number float64) string {
	switch {
	case number < 9.995:
		return strconv.FormatFloat(number, 'f', 2, 64)
	case number < 99.95:
		return strconv.FormatFloat(number, 'f', 1, 64)
	}
	return count(number)
}

// count is a whole number, with commas.
func count(number float64) string {
	text := strconv.FormatFloat(math.Round(number), 'f', 0, 64)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// table is a table in Markdown, with all columns but the first to the right.
func table(header []string, rows [][]string) string {
	var b strings.Builder
	line := func(cells []string) { fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | ")) }
	line(header)
	line(append([]string{"---"}, strings.Split(strings.Repeat("---: ", len(header)-1), " ")[:len(header)-1]...))
	for _, row := range rows {
		line(row)
	}
	return strings.TrimSuffix(b.String(), "\n")
}
