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

// busySpread is the spread in percent above which the machine was busy with
// other work.
const busySpread = 15

// renderPage returns RESULTS.md.
func renderPage(r results) ([]byte, error) {
	parsed, err := template.New("page").Parse(pageTemplate)
	if err != nil {
		return nil, err
	}
	var spreads []float64
	for _, m := range r.measurements {
		spreads = append(spreads, 100*m.spread)
	}
	var out bytes.Buffer
	err = parsed.Execute(&out, map[string]any{
		"About":    r.about,
		"Versions": versionTable(r),
		"One":      comparisonTable(r, slices.Concat(allSDKs(), []sdk{prepared}), one, oneOf1, oneOf1k, oneOf10k),
		"Request":  comparisonTable(r, slices.Concat(allSDKs(), []sdk{prepared}), request1, request10),
		"All":      comparisonTable(r, allSDKs(), all100, all1k),
		"Ways":     waysTable(r),
		"Parallel": parallelTable(r),
		"Load":     loadTable(r),
		"Losses":   losses(r),
		"Spread":   formatDigits(median(spreads)),
		"Widest":   formatDigits(slices.Max(spreads)),
		"Busy":     median(spreads) > busySpread,
	})
	return out.Bytes(), err
}

// versionTable returns the table of the modules and versions.
func versionTable(r results) string {
	var rows [][]string
	for _, s := range others {
		rows = append(rows, []string{s.title, fmt.Sprintf("`%s` %s", s.module, r.about["version-"+s.name])})
	}
	return formatTable([]string{"SDK", "module and version"}, rows)
}

// comparisonTable returns a table with a row for each SDK. For each metric it
// has the time and its ratio to the time of this SDK. For the first metric it
// also has the allocations.
func comparisonTable(r results, sdks []sdk, metrics ...metric) string {
	header := []string{""}
	for i, m := range metrics {
		header = append(header, m.title, "ours = 1")
		if i == 0 {
			header = append(header, "allocations")
		}
	}
	var rows [][]string
	for _, s := range sdks {
		row := []string{s.title}
		for i, m := range metrics {
			measured := m.get(r, s)
			row = append(row, timeCell(measured), ratioCell(measured, m.get(r, ours)))
			if i == 0 {
				row = append(row, allocationsCell(measured))
			}
		}
		rows = append(rows, row)
	}
	return formatTable(header, rows)
}

// timeCell returns the time of a measurement, if it exists.
func timeCell(m measurement) string {
	if !m.exists() {
		return ""
	}
	return formatDuration(m.seconds)
}

// ratioCell returns the ratio of a time to this SDK's, if both exist.
func ratioCell(m, mine measurement) string {
	if !m.exists() || !mine.exists() {
		return ""
	}
	return formatRatio(m.seconds / mine.seconds)
}

// allocationsCell returns the allocations of a measurement, if it exists.
func allocationsCell(m measurement) string {
	if !m.exists() {
		return ""
	}
	return formatCount(m.allocs)
}

// waysTable returns the table of both ways to evaluate all flags.
func waysTable(r results) string {
	var rows [][]string
	for _, s := range allSDKs() {
		call := r.measurements[fmt.Sprintf("All/sdk=%s/how=call/flags=100", s.name)]
		loop := r.measurements[fmt.Sprintf("All/sdk=%s/how=loop/flags=100", s.name)]
		rows = append(rows, []string{
			s.title, timeCell(call), allocationsCell(call), timeCell(loop), allocationsCell(loop),
		})
	}
	return formatTable([]string{"100 flags", "its call for all", "allocations", "one by one", "allocations"}, rows)
}

// parallelTable returns the table of one flag on all CPUs.
func parallelTable(r results) string {
	var rows [][]string
	for _, s := range slices.Concat(allSDKs(), []sdk{prepared}) {
		alone, together := one.get(r, s), parallel.get(r, s)
		gain := ""
		if alone.exists() && together.exists() {
			gain = formatRatio(alone.seconds / together.seconds)
		}
		rows = append(rows, []string{
			s.title, timeCell(alone), timeCell(together), ratioCell(together, parallel.get(r, ours)), gain,
		})
	}
	return formatTable([]string{"", "one goroutine", "all CPUs, per call", "ours = 1", "gain"}, rows)
}

// loadTable returns the table of loading flags.
func loadTable(r results) string {
	var rows [][]string
	for _, s := range allSDKs() {
		few, many := load100.get(r, s), load1k.get(r, s)
		if !few.exists() {
			continue
		}
		rows = append(rows, []string{
			s.title, timeCell(few), ratioCell(few, load100.get(r, ours)), allocationsCell(few),
			formatCount(few.document/1000) + " kB", timeCell(many), ratioCell(many, load1k.get(r, ours)),
		})
	}
	header := []string{"", "100 flags", "ours = 1", "allocations", "the document", "1,000 flags", "ours = 1"}
	return formatTable(header, rows)
}
