// Package backoff computes how long to wait: before a retry, and between polls.
// Every wait is random within bounds, so that servers which failed or started
// together do not come back together.
package backoff

import (
	"math"
	"math/rand/v2"
	"time"
)

// Exponential is a backoff that grows with each retry. It is a value: any
// number of goroutines may use one.
type Exponential struct {
	Min, Max time.Duration // bounds of the backoff; if either is 0 there is no wait
	Factor   float64       // growth from one retry to the next, at least 1
}

// Wait returns the wait before a retry: a random duration between half and all
// of min(Max, Min·Factor^retry). Retries count from 0.
func (e Exponential) Wait(retry int) time.Duration {
	step := float64(e.Min) * math.Pow(e.Factor, float64(retry))
	wait := e.Max
	if step < float64(e.Max) { // otherwise it may be infinite, or too large for a Duration
		wait = time.Duration(step)
	}
	return wait/2 + UpTo(wait-wait/2)
}

// UpTo returns a random duration from 0 to limit, or 0 if limit is not
// positive.
func UpTo(limit time.Duration) time.Duration {
	if limit <= 0 {
		return 0
	}
	return rand.N(limit + 1)
}

// Around returns a random duration within d ± fraction·d. The fraction is
// between 0 and 1.
func Around(d time.Duration, fraction float64) time.Duration {
	t := float64(d) * (1 + fraction*(2*rand.Float64()-1))
	return time.Duration(min(t, math.MaxInt64/2)) // a larger float64 would overflow
}
