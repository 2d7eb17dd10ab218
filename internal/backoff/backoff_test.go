package backoff_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/amplitude/experiment-go-server/internal/backoff"
)

func TestExponentialWait_GrowsByTheFactorUpToTheMax(t *testing.T) {
	const ms = time.Millisecond
	for _, tt := range []struct {
		name     string
		min, max time.Duration
		factor   float64
		retry    int
		want     time.Duration // before jitter
	}{
		{"first", 500 * ms, 10000 * ms, 1.5, 0, 500 * ms},
		{"second", 500 * ms, 10000 * ms, 1.5, 1, 750 * ms},
		{"third", 500 * ms, 10000 * ms, 1.5, 2, 1125 * ms},
		{"last below the max", 500 * ms, 10000 * ms, 1.5, 7, 8542968750 * time.Nanosecond},
		{"at the max", 500 * ms, 10000 * ms, 1.5, 8, 10000 * ms},
		{"factor 1 keeps the min", 500 * ms, 10000 * ms, 1, 1000, 500 * ms},
		{"beyond a Duration", 500 * ms, 10000 * ms, 1.5, 200, 10000 * ms},
		{"beyond a float64", 500 * ms, 10000 * ms, 10, 1000, 10000 * ms},
		{"the largest Duration", math.MaxInt64, math.MaxInt64, 2, 9, math.MaxInt64},
		{"min 0 disables the wait", 0, 10000 * ms, 1.5, 5, 0},
		{"min 0 disables the wait, beyond a float64", 0, 10000 * ms, 10, 300, 0},
		{"max 0 disables the wait", 500 * ms, 0, 1.5, 5, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			policy := backoff.Exponential{Min: tt.min, Max: tt.max, Factor: tt.factor}
			for range 200 {
				got := policy.Wait(tt.retry)
				assert.GreaterOrEqual(t, got, tt.want/2)
				assert.LessOrEqual(t, got, tt.want)
			}
		})
	}
}

func TestExponentialWait_Varies(t *testing.T) {
	policy := backoff.Exponential{Min: time.Hour, Max: time.Hour, Factor: 1}
	seen := map[time.Duration]bool{}
	for range 50 {
		seen[policy.Wait(0)] = true
	}
	assert.Greater(t, len(seen), 40)
}

func TestUpTo_StaysWithinTheLimit(t *testing.T) {
	seen := map[time.Duration]bool{}
	for range 200 {
		seen[backoff.UpTo(2)] = true
	}
	assert.Equal(t, map[time.Duration]bool{0: true, 1: true, 2: true}, seen)
	assert.Zero(t, backoff.UpTo(0))
	assert.Zero(t, backoff.UpTo(-time.Second))
}

func TestAround_SpreadsOverTheWholeRange(t *testing.T) {
	shortest, longest := time.Duration(math.MaxInt64), time.Duration(0)
	for range 10_000 {
		wait := backoff.Around(time.Hour, 0.1)
		shortest, longest = min(shortest, wait), max(longest, wait)
	}
	assert.GreaterOrEqual(t, shortest, 54*time.Minute)
	assert.LessOrEqual(t, longest, 66*time.Minute)
	// Some of 10,000 waits are near each end.
	assert.Less(t, shortest, 55*time.Minute)
	assert.Greater(t, longest, 65*time.Minute)
}

func TestAround_DoesNotOverflow(t *testing.T) {
	for range 1000 {
		assert.Positive(t, backoff.Around(math.MaxInt64, 0.5))
	}
}
