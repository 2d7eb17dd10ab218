package main

import (
	"bufio"
	"fmt"
	"strings"
	"unicode/utf8"
)

// quantity formats a value for people: a time in a unit that fits, and other
// values as plain numbers.
func quantity(value float64, unit string) string {
	switch {
	case unit == allocations:
		return plain(value)
	case unit != nanoseconds:
		return fmt.Sprintf("%.2f", value)
	case value < 100:
		return fmt.Sprintf("%.1f ns", value)
	case value < 10e3:
		return fmt.Sprintf("%.0f ns", value)
	case value < 1e6:
		return fmt.Sprintf("%.1f µs", value/1e3)
	case value < 1e9:
		return fmt.Sprintf("%.2f ms", value/1e6)
	}
	return fmt.Sprintf("%.2f s", value/1e9)
}

// plain formats a value with three digits, or more if they are before the
// point.
func plain(value float64) string {
	if value >= 100 {
		return fmt.Sprintf("%.0f", value)
	}
	return fmt.Sprintf("%.3g", value)
}

// writeTable writes an empty line and a table, whose first row is the head. The
// columns are aligned in the source as well.
func writeTable(w *bufio.Writer, rows [][]string) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell), len("--:"))
		}
	}
	fmt.Fprintln(w)
	for i, row := range rows {
		for column, cell := range row {
			padding := strings.Repeat(" ", widths[column]-utf8.RuneCountInString(cell))
			if column == 0 {
				fmt.Fprintf(w, "| %s%s |", cell, padding)
			} else {
				fmt.Fprintf(w, " %s%s |", padding, cell)
			}
		}
		fmt.Fprintln(w)
		if i == 0 {
			writeRule(w, widths)
		}
	}
}

// writeRule writes the line that aligns the first column to the left and the
// others to the right.
func writeRule(w *bufio.Writer, widths []int) {
	for column, width := range widths {
		if column == 0 {
			fmt.Fprintf(w, "| %s |", strings.Repeat("-", width))
		} else {
			fmt.Fprintf(w, " %s: |", strings.Repeat("-", width-1))
		}
	}
	fmt.Fprintln(w)
}
