package datasource

import (
	"context"
	"errors"
	"math"
	"time"

	"github.com/amplitude/experiment-go-server/internal/backoff"
	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

// Timing is the schedule of a stream. Tests shorten it.
type Timing struct {
	// Reconnect is when a working connection is replaced, so that a fleet
	// spreads over the servers behind a load balancer.
	Reconnect, ReconnectJitter time.Duration

	// Retry is the wait before each attempt to connect after a failure.
	Retry, RetryJitter time.Duration

	// FirstPoll is the longest wait between the loss of a stream and the first
	// poll. See RATIONALE.md, "Why does the first poll after a lost stream
	// wait up to a second?".
	FirstPoll time.Duration
}

// DefaultTiming returns the schedule of Amplitude's own SDKs. FirstPoll is
// ours: their SDKs poll at once.
func DefaultTiming() Timing {
	return Timing{
		Reconnect: 15 * time.Minute, ReconnectJitter: 5 * time.Second,
		Retry: 15 * time.Second, RetryJitter: time.Second,
		FirstPoll: time.Second,
	}
}

// KeepaliveLimit is how long a stream may be silent: the service sends a
// keepalive every 15 s, and Amplitude's own SDKs wait 17 s.
const KeepaliveLimit = 17 * time.Second

// around returns a random duration within d ± jitter.
func around(d, jitter time.Duration) time.Duration {
	return d - jitter + backoff.UpTo(2*jitter)
}

// maxRetryAfter is how many intervals a Retry-After may delay a request. See
// RATIONALE.md, "Why may a Retry-After delay a poll by ten intervals at most?".
const maxRetryAfter = 10

// obey returns the wait before the next request: wait, or the time that the
// service asked for in its last response and up to a tenth more, if that is
// longer.
func obey(wait, interval time.Duration, last error) time.Duration {
	var status *httpapi.StatusError
	if errors.As(last, &status) && status.RetryAfter > 0 {
		longest := min(interval, math.MaxInt64/(2*maxRetryAfter)) * maxRetryAfter
		after := min(status.RetryAfter, longest)
		wait = max(wait, after+backoff.UpTo(after/10))
	}
	return wait
}

// sleep waits. It returns false as soon as ctx is done.
func sleep(ctx context.Context, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return ctx.Err() == nil
	}
}
