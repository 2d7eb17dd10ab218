package datasource

import (
	"errors"
	"math"
	"net/http"
	"time"

	"github.com/amplitude/experiment-go-server/internal/backoff"
	"github.com/amplitude/experiment-go-server/internal/cohort"
	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

// firstCohortWait is the wait after a failed download. It doubles with each
// further failure, up to the interval.
const firstCohortWait = time.Second

// wait returns the wait before the next download of a cohort whose last one
// ended with err, or nil. After a success that is the interval. After a failure
// it is the backoff, or the interval if the failure will probably last; a
// Retry-After makes it longer, up to ten intervals.
func (c *wantedCohort) wait(interval time.Duration, err error) time.Duration {
	switch {
	case err == nil && !c.refreshed:
		// Cohorts that were downloaded together are not refreshed together.
		return backoff.Around(interval, 0.5)
	case err == nil:
		return backoff.Around(interval, 0.1)
	}
	wait := backoff.Around(interval, 0.1)
	if mayPassSoon(err) {
		growing := backoff.Exponential{Min: min(firstCohortWait, interval), Max: interval, Factor: 2}
		wait = growing.Wait(c.failures)
	}
	var status *httpapi.StatusError
	if errors.As(err, &status) && status.RetryAfter > 0 {
		after := status.RetryAfter
		if interval < math.MaxInt64/20 { // so that ten intervals and more do not overflow
			after = min(after, 10*interval)
		}
		wait = max(wait, after+backoff.UpTo(min(after/10, math.MaxInt64-after))) // never sooner than asked
	}
	return wait
}

// mayPassSoon reports whether a failed download may succeed before the interval
// has passed. The service responds with 202 while it computes a cohort, and an
// evaluation proxy with 404 until it has loaded it.
func mayPassSoon(err error) bool {
	var (
		status  *httpapi.StatusError
		bytes   *httpapi.BodyTooLargeError
		members *cohort.TooLargeError
		id      cohortIDError
	)
	if errors.As(err, &status) {
		switch status.StatusCode {
		case http.StatusAccepted, http.StatusNotFound, http.StatusTooManyRequests:
			return true
		}
		return status.StatusCode >= 500
	}
	return !errors.As(err, &bytes) && !errors.As(err, &members) && !errors.As(err, &id)
}
