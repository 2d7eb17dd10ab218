package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

const ms = time.Millisecond

func TestNth_TakesTheRequestOfEachClientInOrderOfTime(t *testing.T) {
	arrivals := []arrival{
		{client: 1, kind: stream, at: 1 * ms},
		{client: 1, at: 2 * ms},
		{client: 2, at: 3 * ms},
		{client: 1, at: 4 * ms},
		{client: 1, at: 5 * ms},
		{client: 2, at: 6 * ms, refused: true},
		{client: 3, at: 7 * ms},
	}
	assert.Equal(t, []time.Duration{2 * ms, 3 * ms, 7 * ms}, nth(arrivals, 1, isPoll))
	assert.Equal(t, []time.Duration{4 * ms, 6 * ms}, nth(arrivals, 2, isPoll))
	assert.Equal(t, []time.Duration{5 * ms}, nth(arrivals, 3, isPoll))
	assert.Empty(t, nth(arrivals, 4, isPoll))
	assert.Equal(t, []time.Duration{1 * ms}, nth(arrivals, 1, isStream))
}

func TestSpreadOf_CountsTheBusiestWindow(t *testing.T) {
	for _, tt := range []struct {
		name  string
		times []time.Duration
		want  spread
		mean  float64
	}{
		{"no requests", nil, spread{}, 0},
		{"one", []time.Duration{5 * ms}, spread{1, 5 * ms, 5 * ms, 1}, 1},
		{"all at once", []time.Duration{5 * ms, 5 * ms, 5 * ms}, spread{3, 5 * ms, 5 * ms, 3}, 3},
		{"a window apart", []time.Duration{0, 100 * ms, 200 * ms}, spread{3, 0, 200 * ms, 1}, 1.5},
		{"within a window", []time.Duration{0, 99 * ms, 200 * ms}, spread{3, 0, 200 * ms, 2}, 1.5},
		{
			"across the edge of a bucket", []time.Duration{0, 90 * ms, 110 * ms, 120 * ms, 500 * ms},
			spread{5, 0, 500 * ms, 3}, 1,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := spreadOf(tt.times)
			assert.Equal(t, tt.want, got)
			assert.InDelta(t, tt.mean, got.mean(), 1e-9)
		})
	}
}

func TestHistogram_CountsFromTheBeginningOfABucket(t *testing.T) {
	times := []time.Duration{9 * ms, 10 * ms, 19 * ms, 20 * ms, 39 * ms, 40 * ms}
	assert.Equal(t, []int{2, 1, 1}, histogram(times, 10*ms, 10*ms, 3))
	assert.Equal(t, []int{0, 0}, histogram(nil, 0, ms, 2))
}
