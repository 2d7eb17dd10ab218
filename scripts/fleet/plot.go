package main

import (
	"bytes"
	"fmt"
	"html"
	"slices"
	"time"
)

// The geometry of the plot, in pixels.
const (
	width  = 820
	left   = 64  // where time begins; the numbers of requests are on the left of it
	right  = 790 // where time ends
	top    = 64
	title  = 34 // height of a panel's title
	height = 110
	gap    = 44 // below a panel, for its times
)

const style = `<style>
text { font: 13px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328 }
.head { font-size: 16px; font-weight: 600 }
.panel { font-weight: 600 }
.dim { fill: #59636e }
.grid { stroke: #d1d9e0 }
.mark { stroke: #1f2328; stroke-dasharray: 4 3 }
.a { fill: #0969da }
.b { fill: #80b3ee }
.c { fill: #8c959f }
.back { fill: #ffffff }
@media (prefers-color-scheme: dark) {
text { fill: #f0f6fc }
.dim { fill: #9198a1 }
.grid { stroke: #3d444d }
.mark { stroke: #f0f6fc }
.a { fill: #4493f8 }
.b { fill: #2a5285 }
.c { fill: #656c76 }
.back { fill: #0d1117 }
}
</style>`

// renderPlot returns an SVG of the histograms.
func renderPlot(m measurement) []byte {
	list := panels(m)
	bottom := top + len(list)*(title+height+gap)
	var b bytes.Buffer
	put := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	put(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img">`,
		width, bottom, width, bottom)
	put(`<title>When the requests of %d clients arrive</title>`, m.clients)
	put("%s", style)
	put(`<rect class="back" width="100%%" height="100%%"/>`)
	put(`<text class="head" x="16" y="28">When the requests of %d clients arrive</text>`, m.clients)
	put(`<text class="dim" x="16" y="48">Each panel counts requests in slices of its own length. ` +
		`All clients run in one process.</text>`)
	for i, p := range list {
		p.render(put, top+i*(title+height+gap))
	}
	put("</svg>")
	return b.Bytes()
}

// render draws a panel whose title begins at y.
func (p panel) render(put func(string, ...any), y int) {
	from, to := p.bounds()
	buckets := int((to - from) / p.bucket)
	highest := p.highest(from, buckets)
	base := float64(y + title + height)
	x := func(at time.Duration) float64 {
		return left + float64(at-from)/float64(to-from)*(right-left)
	}
	put(`<text class="panel" x="16" y="%d">%s</text>`, y+17, html.EscapeString(p.title))
	p.renderLegend(put, y+17)
	for _, count := range []int{0, highest / 2, highest} {
		at := base - float64(count)/float64(highest)*height
		put(`<line class="grid" x1="%d" y1="%.1f" x2="%d" y2="%.1f"/>`, left, at, right, at)
		put(`<text class="dim" x="%d" y="%.1f" text-anchor="end">%d</text>`, left-8, at+4, count)
	}
	for at := from; at <= to; at += p.tick {
		put(`<text class="dim" x="%.1f" y="%.0f" text-anchor="middle">%g s</text>`, x(at), base+18, at.Seconds())
	}
	floor := make([]int, buckets)
	for _, s := range p.series {
		for i, count := range histogram(s.times, from, p.bucket, buckets) {
			if count == 0 {
				continue
			}
			start, tall := x(from+time.Duration(i)*p.bucket), float64(count)/float64(highest)*height
			floor[i] += count
			put(`<rect class="%s" x="%.1f" y="%.1f" width="%.2f" height="%.1f"/>`, s.class, start,
				base-float64(floor[i])/float64(highest)*height, x(from+p.bucket)-left-0.5, tall)
		}
	}
	if p.mark > 0 {
		put(`<line class="mark" x1="%.1f" y1="%d" x2="%.1f" y2="%.1f"/>`, x(p.mark), y+title, x(p.mark), base)
		put(`<text class="dim" x="%.1f" y="%d">the service is back</text>`, x(p.mark)+6, y+title+14)
	}
}

// renderLegend draws the slice of the histogram and the names of the series, at
// the right end of the title.
func (p panel) renderLegend(put func(string, ...any), y int) {
	at := right
	put(`<text class="dim" x="%d" y="%d" text-anchor="end">requests in %s</text>`, at, y, inUnits(p.bucket))
	at -= 150
	for _, s := range slices.Backward(p.series) {
		if s.name == "" {
			continue
		}
		at -= 7 * len([]rune(s.name)) // about the width of the text
		put(`<text class="dim" x="%d" y="%d">%s</text>`, at, y, html.EscapeString(s.name))
		at -= 15
		put(`<rect class="%s" x="%d" y="%d" width="10" height="10" rx="2"/>`, s.class, at, y-9)
		at -= 16
	}
}

// inUnits formats a short time, such as 100 ms.
func inUnits(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%g s", d.Seconds())
}
