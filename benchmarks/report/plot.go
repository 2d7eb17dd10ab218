package main

import (
	"bytes"
	"fmt"
	"html"
	"math"
	"strings"
)

// The geometry of the plot, in pixels.
const (
	width   = 820
	left    = 190 // where bars start; the names are on the left of it
	right   = 700 // the end of the axis; the value of the longest bar is on the right of it
	top     = 64
	bar     = 16
	rowStep = 22
	title   = 26 // height of a panel's title
	gap     = 16 // after a panel
	axis    = 30
)

const style = `<style>
text { font: 13px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328 }
.head { font-size: 16px; font-weight: 600 }
.panel { font-weight: 600 }
.dim { fill: #59636e }
.grid { stroke: #d1d9e0 }
.bar { fill: #8c959f }
.ours { fill: #0969da }
.back { fill: #ffffff }
@media (prefers-color-scheme: dark) {
text { fill: #f0f6fc }
.dim { fill: #9198a1 }
.grid { stroke: #3d444d }
.bar { fill: #656c76 }
.ours { fill: #4493f8 }
.back { fill: #0d1117 }
}
</style>`

// renderPlot returns results.svg: bars on a logarithmic scale that all panels
// share.
func renderPlot(r results) []byte {
	panels := []metric{
		{"One flag of 100, the SDK's kind of user made before", one.get},
		{"A new user, then one flag of 100", request1.get},
		{"One flag of 10,000", oneOf10k.get},
		{"All of 100 flags", all100.get},
	}
	from, to := decades(r, panels)
	x := func(seconds float64) float64 {
		return left + (math.Log10(seconds)-from)/(to-from)*(right-left)
	}
	bottom := float64(top)
	for range panels {
		bottom += title + float64(len(allSDKs()))*rowStep + gap
	}

	var b bytes.Buffer
	put := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	put(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %.0f" width="%d" height="%.0f" role="img">`,
		width, bottom+axis, width, bottom+axis)
	put(`<title>Time per evaluation, by SDK; less is better</title>`)
	put("%s", style)
	put(`<rect class="back" width="100%%" height="100%%"/>`)
	put(`<text class="head" x="16" y="28">Time per evaluation, on a logarithmic scale</text>`)
	put(`<text class="dim" x="16" y="48">Less is better. Medians; %s</text>`, html.EscapeString(machine(r)))
	for decade := from; decade <= to; decade++ {
		at := x(math.Pow(10, decade))
		put(`<line class="grid" x1="%.1f" y1="%d" x2="%.1f" y2="%.0f"/>`, at, top, at, bottom)
		put(`<text class="dim" x="%.1f" y="%.0f" text-anchor="middle">%s</text>`, at, bottom+18, tick(decade))
	}
	y := float64(top)
	for _, panel := range panels {
		put(`<text class="panel" x="16" y="%.0f">%s</text>`, y+17, html.EscapeString(panel.title))
		y += title
		for _, s := range allSDKs() {
			plotBar(put, s, panel.get(r, s), x, y)
			y += rowStep
		}
		y += gap
	}
	put("</svg>")
	return b.Bytes()
}

// plotBar draws an SDK's name, bar and time.
func plotBar(put func(string, ...any), s sdk, m measurement, x func(float64) float64, y float64) {
	class, base := "bar", y+bar-4
	if s == ours {
		class = "bar ours"
	}
	name := strings.Trim(s.title, "*")
	put(`<text x="%d" y="%.0f" text-anchor="end">%s</text>`, left-8, base, html.EscapeString(name))
	if m.exists() {
		end := x(m.seconds)
		put(`<rect class="%s" x="%d" y="%.0f" width="%.1f" height="%d" rx="2"/>`, class, left, y, end-left, bar)
		put(`<text class="dim" x="%.1f" y="%.0f">%s</text>`, end+6, base, formatDuration(m.seconds))
	}
}

// decades returns the exponents of the powers of ten between which all
// measurements lie. The lower one leaves every bar some length.
func decades(r results, panels []metric) (from, to float64) {
	from, to = math.Inf(1), math.Inf(-1)
	for _, panel := range panels {
		for _, s := range allSDKs() {
			if m := panel.get(r, s); m.exists() {
				from = min(from, math.Floor(math.Log10(m.seconds/1.5)))
				to = max(to, math.Ceil(math.Log10(m.seconds)))
			}
		}
	}
	return from, to
}

// tick formats a power of ten of seconds, such as 100 ns.
func tick(decade float64) string {
	number, unit, _ := strings.Cut(formatDuration(math.Pow(10, decade)), " ")
	whole, _, _ := strings.Cut(number, ".")
	return whole + " " + unit
}

// machine describes the machine and the run.
func machine(r results) string {
	return fmt.Sprintf("%s, %s CPUs; %s; %s", r.about["cpu"], r.about["cpus"], r.about["go"], r.about["date"])
}
