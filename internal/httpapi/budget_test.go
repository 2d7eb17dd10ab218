package httpapi

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// takeAll takes retries until none is left, and returns how many there were.
func takeAll(b *retryBudget, now time.Time) int {
	n := 0
	for b.take(now) {
		n++
	}
	return n
}

func TestRetryBudget_AddsATenthOfTheCalls(t *testing.T) {
	now := time.Now()
	b := newRetryBudget(now)
	assert.Equal(t, 10, takeAll(b, now), "a new client has 10")
	for range 55 {
		b.addCall()
	}
	assert.Equal(t, 5, takeAll(b, now))
	for range 100_000 {
		b.addCall()
	}
	assert.Equal(t, 100, takeAll(b, now), "a busy client has saved up to 100")
}

func TestRetryBudget_RefillsWithTime(t *testing.T) {
	now := time.Now()
	b := newRetryBudget(now)
	takeAll(b, now)
	assert.Equal(t, 0, takeAll(b, now.Add(4*time.Second)))
	assert.Equal(t, 1, takeAll(b, now.Add(6*time.Second)))
	assert.Equal(t, 10, takeAll(b, now.Add(time.Hour)), "time adds no more than a new client has")
}

func TestRetryBudget_SufficesForOneFetchAMinute(t *testing.T) {
	now := time.Now()
	b := newRetryBudget(now)
	for range 100 {
		for range 8 { // the retries of a fetch in an outage
			assert.True(t, b.take(now))
		}
		now = now.Add(time.Minute)
	}
}

func TestRetryBudget_IsSafeForConcurrentUse(t *testing.T) {
	now := time.Now()
	b := newRetryBudget(now)
	var taken atomic.Int32
	var all sync.WaitGroup
	for range 50 {
		all.Add(1)
		go func() {
			defer all.Done()
			if b.take(now) {
				taken.Add(1)
			}
		}()
	}
	all.Wait()
	assert.Equal(t, int32(10), taken.Load())
}
