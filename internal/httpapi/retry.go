package httpapi

import (
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// MaxRetryAfter is the longest wait that a server can ask for with Retry-After. If it asks for more there is no retry:
// one before that time is unwelcome, and one after it is too late for whoever waits.
const MaxRetryAfter = time.Minute

// backoff is the wait before a retry, by the rule in Options.
func backoff(least, most time.Duration, scalar float64, retry int) time.Duration {
	step := float64(least) * math.Pow(scalar, float64(retry))
	wait := most
	if step < float64(most) { // else it may be infinite, or beyond what a Duration can hold
		wait = time.Duration(step)
	}
	return wait/2 + jitter(wait-wait/2)
}

// jitter is a random time from 0 to most. It keeps a fleet of servers that failed together from returning together.
func jitter(most time.Duration) time.Duration {
	if most <= 0 {
		return 0
	}
	return rand.N(most + 1)
}

// retryAfter is how long the server asks to be left alone: with 429 and 503, in seconds or as a date. A date that has
// passed is no wait at all; what is neither is ignored.
func retryAfter(resp *http.Response) (time.Duration, bool) {
	if resp == nil {
		return 0, false
	}
	if resp.StatusCode != http.StatusTooManyRequests && resp.StatusCode != http.StatusServiceUnavailable {
		return 0, false
	}
	value := resp.Header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(value, 10, 64); err == nil {
		const mostSeconds = uint64(math.MaxInt64 / time.Second)
		return time.Duration(min(seconds, mostSeconds)) * time.Second, true
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, time.Until(at)), true
	}
	return 0, false
}
