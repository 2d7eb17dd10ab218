package main

import (
	"math"
	"slices"
	"time"
)

// panel is a histogram of requests.
type panel struct {
	title  string
	bucket time.Duration
	tick   time.Duration // between the times below the histogram
	series []series      // on top of each other
	mark   time.Duration // when something happened; 0 if nothing did
}

// series is requests that are drawn alike.
type series struct {
	name  string // "" if the panel's title names them
	class string // of the style
	times []time.Duration
}

// panels returns the histograms of the plot.
func panels(m measurement) []panel {
	polls := panel{title: "Polls after a common start", bucket: time.Second, tick: 15 * time.Second}
	for n := 2; ; n++ {
		times := nth(m.polling, n, isPoll)
		if len(times) == 0 {
			break
		}
		one := series{class: []string{"a", "b"}[n%2], times: times}
		if n <= 3 {
			one.name = []string{"first, third …", "second, fourth …"}[n-2]
		}
		polls.series = append(polls.series, one)
	}
	return []panel{
		polls,
		{
			title: "First flags of clients that started in an outage", bucket: 100 * time.Millisecond,
			tick:   time.Second,
			series: []series{{class: "a", times: nth(m.starting, 1, isAcceptedPoll)}},
		},
		{
			title: "Planned reconnects of streams after a common start", bucket: 100 * time.Millisecond,
			tick:   time.Second,
			series: []series{{class: "a", times: nth(m.streaming, 2, isStream)}},
		},
		{
			title: "First polls after an outage has broken all streams", bucket: 20 * time.Millisecond,
			tick:   100 * time.Millisecond,
			series: []series{{class: "a", times: nth(m.outage, 1, isPoll)}},
		},
		{
			title: "Attempts to stream since the outage began", bucket: 200 * time.Millisecond, tick: 2 * time.Second,
			series: []series{
				{"refused", "c", nth(m.outage, 1, isRefusedStream)},
				{"accepted", "a", nth(m.outage, 1, isAcceptedStream)},
			},
			mark: m.recovered,
		},
	}
}

// bounds returns the ticks between which all times lie.
func (p panel) bounds() (from, to time.Duration) {
	from = math.MaxInt64
	for _, s := range p.series {
		if len(s.times) > 0 {
			from, to = min(from, s.times[0]), max(to, s.times[len(s.times)-1])
		}
	}
	if from > to {
		return 0, p.tick // there are no times
	}
	return from.Truncate(p.tick), to.Truncate(p.tick) + p.tick
}

// highest returns the height of the tallest bar, rounded up to an even number.
func (p panel) highest(from time.Duration, buckets int) int {
	sums := make([]int, buckets)
	for _, s := range p.series {
		for i, count := range histogram(s.times, from, p.bucket, buckets) {
			sums[i] += count
		}
	}
	return (max(2, slices.Max(sums)) + 1) / 2 * 2
}
