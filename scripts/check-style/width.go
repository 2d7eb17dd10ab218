package main

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

const (
	commentWidth = 80
	lineWidth    = 120
	tabWidth     = 4
)

// checkWidths finds the lines that are too wide. A line that consists of a
// comment has a narrower bound than other lines.
func checkWidths(s *source) []finding {
	var findings []finding
	for i, l := range s.lines {
		columns := width(l.text)
		switch {
		case l.exempt:
		case l.comment && columns > commentWidth:
			what := fmt.Sprintf("comment of %d columns: wrap it at %d", columns, commentWidth)
			findings = append(findings, finding{line: i + 1, rule: "width of comments", what: what})
		case columns > lineWidth:
			what := fmt.Sprintf("line of %d columns: wrap it at %d", columns, lineWidth)
			findings = append(findings, finding{line: i + 1, rule: "width of lines", what: what})
		}
	}
	return findings
}

// width returns how many columns a line takes; a tab counts as four.
func width(text string) int {
	return utf8.RuneCountInString(text) + strings.Count(text, "\t")*(tabWidth-1)
}
