package httpapi

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// MaxRetryAfter is the longest sum of Retry-Afters that one call obeys. If a
// server asks for more there is no retry. See RATIONALE.md, "Why is there no
// retry after a long Retry-After?".
const MaxRetryAfter = time.Minute

// retryAfter returns how long the server asks the client to wait, with a 429 or
// 503: in seconds, or until a date. A date that has passed gives 0. It returns
// false if the header is absent or is neither.
func retryAfter(resp *http.Response) (time.Duration, bool) {
	if resp == nil {
		return 0, false
	}
	if resp.StatusCode != http.StatusTooManyRequests && resp.StatusCode != http.StatusServiceUnavailable {
		return 0, false
	}
	value := resp.Header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(value, 10, 64); err == nil {
		const maxSeconds = uint64(math.MaxInt64 / time.Second)
		return time.Duration(min(seconds, maxSeconds)) * time.Second, true
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, time.Until(at)), true
	}
	return 0, false
}

// isTransient reports whether a retry may help: after a lost connection, a
// timeout or a truncated body, but not after an untrusted certificate, too many
// redirects, a body that is too large or one that Read rejects.
func isTransient(ctx context.Context, err error) bool {
	var tooLarge *BodyTooLargeError
	var rejected *rejectedBodyError
	if errors.As(err, &tooLarge) || errors.As(err, &rejected) {
		return false
	}
	retry, _ := retryablehttp.DefaultRetryPolicy(ctx, nil, err)
	return retry
}
