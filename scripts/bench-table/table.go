package main

import (
	"bufio"
	"fmt"
	"strings"
	"unicode/utf8"
)

// quantity writes a value the way people say it: times in a unit that fits, all else as a plain number.
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
	}
	return fmt.Sprintf("%.2f ms", value/1e6)
}

// plain writes a value with three digits, or more where they are in front of the point.
func plain(value float64) string {
	if value >= 100 {
		return fmt.Sprintf("%.0f", value)
	}
	return fmt.Sprintf("%.3g", value)
}

// writeTable writes rows, of which the first is the head, with a line before and columns that are aligned in the text too.
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

// writeRule aligns the first column to the left, and the others, which are mostly numbers, to the right.
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
