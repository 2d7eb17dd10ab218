package httpapi

import (
	"fmt"
	"net/http"
	"time"
)

// StatusError is an answer whose status the request does not accept.
//
// 429 and 5xx are retried first, after the time that a 429 or 503 asks for with Retry-After, or the usual backoff. Other
// statuses, and a server that asks for more than [MaxRetryAfter], are not retried. The body of such an answer is not kept:
// it might repeat the user.
type StatusError struct {
	StatusCode int
	RetryAfter time.Duration // 0 if the server did not say
	RedirectTo string        // scheme and host of a redirect that was not followed, see stayAtOrigin
}

func newStatusError(resp *http.Response) *StatusError {
	e := &StatusError{StatusCode: resp.StatusCode}
	e.RetryAfter, _ = retryAfter(resp)
	if resp.StatusCode >= 300 && resp.StatusCode < 400 {
		if to, err := resp.Location(); err == nil {
			e.RedirectTo = origin(to)
		}
	}
	return e
}

func (e *StatusError) Error() string {
	text := fmt.Sprintf("status %d", e.StatusCode)
	if name := http.StatusText(e.StatusCode); name != "" {
		text += " " + name
	}
	if e.RetryAfter > 0 {
		text += fmt.Sprintf(", retry after %s", e.RetryAfter.Round(time.Second))
	}
	if e.RedirectTo != "" {
		text += fmt.Sprintf(": a redirect to %s, not followed because it would change the host or the method; "+
			"set ServerURL to where it leads", e.RedirectTo)
	}
	return text
}

func (e *StatusError) retryable() bool {
	transient := e.StatusCode == http.StatusTooManyRequests || e.StatusCode >= 500
	return transient && e.RetryAfter <= MaxRetryAfter
}
