package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// formatDuration formats seconds with three digits, in the unit that fits.
func formatDuration(seconds float64) string {
	for _, unit := range []struct {
		name string
		size float64
	}{{"s", 1}, {"ms", 1e-3}, {"µs", 1e-6}} {
		if seconds >= 0.9995*unit.size {
			return formatDigits(seconds/unit.size) + " " + unit.name
		}
	}
	return formatDigits(seconds/1e-9) + " ns"
}

// formatRatio formats how many times as much something is.
func formatRatio(ratio float64) string { return formatDigits(ratio) + " ×" }

// formatDigits formats a number with two decimals below 10, one below 100, and
// none above.
func formatDigits(number float64) string {
	switch {
	case number < 9.995:
		return strconv.FormatFloat(number, 'f', 2, 64)
	case number < 99.95:
		return strconv.FormatFloat(number, 'f', 1, 64)
	}
	return formatCount(number)
}

// formatCount formats a whole number with commas.
func formatCount(number float64) string {
	formatted := strconv.FormatFloat(math.Round(number), 'f', 0, 64)
	for i := len(formatted) - 3; i > 0; i -= 3 {
		formatted = formatted[:i] + "," + formatted[i:]
	}
	return formatted
}

// formatTable formats a Markdown table. All columns except the first are
// aligned to the right.
func formatTable(header []string, rows [][]string) string {
	var b strings.Builder
	writeRow := func(cells []string) { fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | ")) }
	writeRow(header)
	writeRow(append([]string{"---"}, strings.Split(strings.Repeat("---: ", len(header)-1), " ")[:len(header)-1]...))
	for _, row := range rows {
		writeRow(row)
	}
	return strings.TrimSuffix(b.String(), "\n")
}
