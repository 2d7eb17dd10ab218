package httpapi

import (
	"sync"
	"time"
)

// The budget of a client's retries. See RATIONALE.md, "Why do the retries of a
// client have a budget?".
const (
	budgetStart   = 10              // retries that a new client has
	budgetPerCall = 0.1             // retries that each call adds
	budgetMax     = 100             // retries that calls can add up to
	budgetRefill  = 5 * time.Second // a client with less than budgetStart gets one retry each
)

// retryBudget counts the retries that a client may make. Any number of
// goroutines may use one.
type retryBudget struct {
	mu   sync.Mutex
	left float64
	last time.Time // of the last refill
}

func newRetryBudget(now time.Time) *retryBudget {
	return &retryBudget{left: budgetStart, last: now}
}

// addCall adds the share of one call.
func (b *retryBudget) addCall() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.left = min(b.left+budgetPerCall, budgetMax)
}

// take takes one retry. It reports whether there was one.
func (b *retryBudget) take(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.left < budgetStart {
		b.left = min(b.left+float64(now.Sub(b.last))/float64(budgetRefill), budgetStart)
	}
	b.last = now
	if b.left < 1 {
		return false
	}
	b.left--
	return true
}
