package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"
	"text/template"
)

//go:embed page.md.tmpl
var pageTemplate string

// busy is the spread, in percent, from which on rounds differ for other reasons than the usual ones.
const busy = 15

// page is RESULTS.md.
func page(r results) ([]byte, error) {
	parsed, err := template.New("page").Parse(pageTemplate)
	if err != nil {
		return nil, err
	}
	var spreads []float64
	for _, m := range r.of {
		spreads = append(spreads, 100*m.spread)
	}
	var text bytes.Buffer
	err = parsed.Execute(&text, map[string]any{
		"About":    r.about,
		"Versions": versions(r),
		"One":      compared(r, slices.Concat(everySDK(), []sdk{prepared}), one, oneOf1, oneOf1k, oneOf10k),
		"Request":  compared(r, slices.Concat(everySDK(), []sdk{prepared}), ask1, ask10),
		"All":      compared(r, everySDK(), all100, all1k),
		"Ways":     ways(r),
		"Parallel": parallelTable(r),
		"Load":     loadTable(r),
		"Losses":   losses(r),
		"Spread":   digits(median(spreads)),
		"Widest":   digits(slices.Max(spreads)),
		"Busy":     median(spreads) > busy,
	})
	return text.Bytes(), err
}

func versions(r results) string {
	var rows [][]string
	for _, s := range others {
		rows = append(rows, []string{s.title, fmt.Sprintf("`%s` %s", s.module, r.about["version-"+s.name])})
	}
	return table([]string{"SDK", "module and version"}, rows)
}

// compared is a table with a row for each SDK and, for each question, the time and how many times ours that is. The
// allocations are those of the first question.
func compared(r results, sdks []sdk, questions ...question) string {
	header := []string{""}
	for i, q := range questions {
		header = append(header, q.what, "ours = 1")
		if i == 0 {
			header = append(header, "allocations")
		}
	}
	var rows [][]string
	for _, s := range sdks {
		row := []string{s.title}
		for i, q := range questions {
			m := q.get(r, s)
			row = append(row, timed(m), toOurs(m, q.get(r, ours)))
			if i == 0 {
				row = append(row, allocated(m))
			}
		}
		rows = append(rows, row)
	}
	return table(header, rows)
}

// timed is the time of a measurement, if it was made.
func timed(m measurement) string {
	if !m.made() {
		return ""
	}
	return duration(m.seconds)
}

func toOurs(m, mine measurement) string {
	if !m.made() || !mine.made() {
		return ""
	}
	return times(m.seconds / mine.seconds)
}

// allocated is the allocations of a measurement, if it was made.
func allocated(m measurement) string {
	if !m.made() {
		return ""
	}
	return count(m.allocs)
}

// ways is both ways to all flags.
func ways(r results) string {
	var rows [][]string
	for _, s := range everySDK() {
		call := r.of[fmt.Sprintf("All/sdk=%s/how=call/flags=100", s.name)]
		loop := r.of[fmt.Sprintf("All/sdk=%s/how=loop/flags=100", s.name)]
		rows = append(rows, []string{s.title, timed(call), allocated(call), timed(loop), allocated(loop)})
	}
	return table([]string{"100 flags", "its call for all", "allocations", "one by one", "allocations"}, rows)
}

func parallelTable(r results) string {
	var rows [][]string
	for _, s := range slices.Concat(everySDK(), []sdk{prepared}) {
		alone, together := one.get(r, s), parallel.get(r, s)
		gain := ""
		if alone.made() && together.made() {
			gain = times(alone.seconds / together.seconds)
		}
		rows = append(rows, []string{
			s.title, timed(alone), timed(together), toOurs(together, parallel.get(r, ours)), gain,
		})
	}
	return table([]string{"", "one goroutine", "all CPUs, per call", "ours = 1", "gain"}, rows)
}

func loadTable(r results) string {
	var rows [][]string
	for _, s := range everySDK() {
		few, many := load100.get(r, s), load1k.get(r, s)
		if !few.made() {
			continue
		}
		rows = append(rows, []string{
			s.title, timed(few), toOurs(few, load100.get(r, ours)), allocated(few), count(few.document/1000) + " kB",
			timed(many), toOurs(many, load1k.get(r, ours)),
		})
	}
	header := []string{"", "100 flags", "ours = 1", "allocations", "the document", "1,000 flags", "ours = 1"}
	return table(header, rows)
}
