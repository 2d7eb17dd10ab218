//go:build cgo && !race

package local_test

import (
	"math/bits"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// histogram counts durations. It rounds each down by at most 1/32. It does not
// allocate, and belongs to one goroutine.
type histogram struct {
	counts [60 * steps]int
	number int
}

// steps is the number of buckets between one power of two and the next.
const steps = 32

func (h *histogram) add(d time.Duration) {
	ns := uint64(max(0, d))
	shift := max(0, bits.Len64(ns)-6) // ns >> shift is below 2 * steps
	h.counts[shift*steps+int(ns>>shift)]++
	h.number++
}

func (h *histogram) addAll(other *histogram) {
	for i, count := range other.counts {
		h.counts[i] += count
	}
	h.number += other.number
}

// quantile returns the duration, in nanoseconds, below which the given fraction
// of all durations are. It returns 0 if there are no durations.
func (h *histogram) quantile(fraction float64) float64 {
	left := min(int(fraction*float64(h.number)), h.number-1)
	for i, count := range h.counts {
		if left -= count; left < 0 {
			shift := max(0, i/steps-1)
			return float64((i - shift*steps) << shift)
		}
	}
	return 0
}

func TestHistogramQuantile_FindsTheBucket(t *testing.T) {
	h, other := &histogram{}, &histogram{}
	for i := range 500 {
		h.add(time.Duration(i) * 100)
		other.add(time.Duration(500+i) * 100)
	}
	h.addAll(other)
	assert.Equal(t, 1000, h.number)
	assert.Zero(t, h.quantile(0))
	// 50,000 is between 48 and 49 times 1024, and 99,900 is between 48 and 49
	// times 2048.
	assert.Equal(t, 48.0*1024, h.quantile(0.5))
	assert.Equal(t, 48.0*2048, h.quantile(0.999))
	assert.Zero(t, (&histogram{}).quantile(0.5))
}

func TestHistogram_IsExactBelow64AndTakesEveryDuration(t *testing.T) {
	for _, d := range []time.Duration{0, 1, 31, 32, 63, 64, 66, 1 << 40, 1<<63 - 1} {
		h := &histogram{}
		h.add(d)
		if d < 2*steps {
			assert.Equal(t, float64(d), h.quantile(1))
		} else {
			assert.InEpsilon(t, float64(d), h.quantile(1), 1.0/steps)
		}
	}
}
