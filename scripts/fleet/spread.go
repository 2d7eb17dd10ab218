package main

import (
	"slices"
	"time"
)

// nth returns when the nth matching request of each client arrived, from 1, in
// the order of time.
func nth(arrivals []arrival, n int, match func(arrival) bool) []time.Duration {
	counts := map[int]int{}
	var times []time.Duration
	for _, a := range arrivals {
		if !match(a) {
			continue
		}
		if counts[a.client]++; counts[a.client] == n {
			times = append(times, a.at)
		}
	}
	slices.Sort(times)
	return times
}

// window is the time in which requests count as simultaneous.
const window = 100 * time.Millisecond

// spread is how requests spread over time.
type spread struct {
	total       int
	first, last time.Duration
	busiest     int // the most requests in any window
}

// spreadOf returns the spread of requests at these times, which are in order.
func spreadOf(times []time.Duration) spread {
	if len(times) == 0 {
		return spread{}
	}
	s := spread{total: len(times), first: times[0], last: times[len(times)-1]}
	from := 0
	for i, at := range times {
		for at-times[from] >= window {
			from++
		}
		s.busiest = max(s.busiest, i-from+1)
	}
	return s
}

// mean returns how many requests a window has, on average from the first to the
// last.
func (s spread) mean() float64 {
	return float64(s.total) / max(1, float64(s.last-s.first)/float64(window))
}

// histogram returns how many of the times lie in each bucket. The first bucket
// begins at from. Times outside of the buckets are not counted.
func histogram(times []time.Duration, from, bucket time.Duration, buckets int) []int {
	counts := make([]int, buckets)
	for _, at := range times {
		if i := int((at - from) / bucket); at >= from && i < buckets {
			counts[i]++
		}
	}
	return counts
}
