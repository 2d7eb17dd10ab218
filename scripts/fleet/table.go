package main

import (
	"bufio"
	"fmt"
	"time"
)

// row is one line of the table.
type row struct {
	name  string
	times []time.Duration
}

// rows returns the rows of the table.
func rows(m measurement) []row {
	return []row{
		{"all start at once: the first flags by polling", nth(m.polling, 1, isPoll)},
		{"the first poll after it", nth(m.polling, 2, isPoll)},
		{"the second", nth(m.polling, 3, isPoll)},
		{"the third", nth(m.polling, 4, isPoll)},
		{"the fourth", nth(m.polling, 5, isPoll)},
		{"all start at once in an outage: the first flags after it", nth(m.starting, 1, isAcceptedPoll)},
		{"all start at once: streams", nth(m.streaming, 1, isStream)},
		{"planned reconnects", nth(m.streaming, 2, isStream)},
		{"an outage breaks all streams: the first poll", nth(m.outage, 1, isPoll)},
		{"the first attempt to stream again", nth(m.outage, 1, isRefusedStream)},
		{"the attempt that succeeds after the outage", nth(m.outage, 1, isAcceptedStream)},
	}
}

// writeTable writes the rows as a table in Markdown.
func writeTable(w *bufio.Writer, rows []row) {
	fmt.Fprintln(w, "| requests | total | from, to | mean in 100 ms | most in 100 ms |")
	fmt.Fprintln(w, "| --- | ---: | ---: | ---: | ---: |")
	for _, r := range rows {
		s := spreadOf(r.times)
		fmt.Fprintf(w, "| %s | %d | %s | %.1f | %d |\n", r.name, s.total, period(s.first, s.last), s.mean(), s.busiest)
	}
}

// period formats the time from first to last, in seconds.
func period(first, last time.Duration) string {
	return fmt.Sprintf("%.2f to %.2f s", first.Seconds(), last.Seconds())
}
