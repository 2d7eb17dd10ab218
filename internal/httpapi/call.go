package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/amplitude/experiment-go-server/internal/backoff"
)

// call is the state of one Do. The retrying client calls its methods one after
// the other, on the goroutine of Do.
type call struct {
	client   *Client
	http     http.Client // a copy, because begin sets its Timeout
	accept   []int
	attempts int
	response *Response
	cause    error // why the last attempt failed, unless the context ended it
}

// begin sets the timeout of the attempt. The Timeout of an http.Client includes
// redirects and the body, as it should here.
func (d *call) begin(_ retryablehttp.Logger, _ *http.Request, retry int) {
	d.attempts = retry + 1
	limit := d.client.options.Timeout
	if retry > 0 {
		limit = d.client.options.RetryTimeout
	}
	if callers := d.client.http.Timeout; callers > 0 && (limit == 0 || callers < limit) {
		limit = callers
	}
	d.http.Timeout = limit
}

// read reads the body within the attempt, so that a truncated or slow one is
// retried like any network failure.
func (d *call) read(resp *http.Response) error {
	if !d.accepts(resp.StatusCode) {
		return nil // checkRetry makes an error of it
	}
	body, err := readBody(resp, d.client.options.MaxBodyBytes, d.client.lastBody.Load())
	if err != nil {
		return err
	}
	if len(body) > 0 {
		d.client.lastBody.Store(int64(len(body)))
	}
	d.response = &Response{StatusCode: resp.StatusCode, Header: resp.Header, Body: body}
	return nil
}

func (d *call) accepts(status int) bool {
	if len(d.accept) == 0 {
		return status == http.StatusOK
	}
	return slices.Contains(d.accept, status)
}

func (d *call) checkRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if err == nil && d.accepts(resp.StatusCode) {
		return false, nil
	}
	if ctxErr := ctx.Err(); ctxErr != nil {
		return false, ctxErr
	}
	if err != nil {
		d.cause = err
		return isTransient(ctx, err), err
	}
	status := newStatusError(resp)
	d.cause = status
	return status.retryable(), status
}

// wait returns the wait before a retry. The retrying client passes bounds of
// its own, which are not used.
func (d *call) wait(_, _ time.Duration, retry int, resp *http.Response) time.Duration {
	wait := d.client.options.Backoff.Wait(retry)
	if after, ok := retryAfter(resp); ok {
		wait = after + backoff.UpTo(after/10) // never sooner than asked
	}
	d.client.options.Logger.Debug("retrying a request to the experiment service",
		"attempt", d.attempts, "error", d.cause, "wait", wait)
	return wait
}

// giveUp replaces the retrying client's own error, which repeats the method and
// the URL.
func (d *call) giveUp(resp *http.Response, err error, _ int) (*http.Response, error) {
	if resp != nil {
		discard(resp.Body)
	}
	return nil, err
}

// explain adds the number of attempts to the error of Do, and the failure of
// the last attempt if the context ended the call.
func (d *call) explain(ctx context.Context, err error) error {
	ended := ctx.Err()
	switch {
	case ended != nil && d.cause != nil:
		return fmt.Errorf("%w after %s, the last of which failed: %w", ended, attempts(d.attempts), d.cause)
	case ended != nil:
		return ended
	case d.attempts > 1:
		return fmt.Errorf("gave up after %s: %w", attempts(d.attempts), err)
	}
	return err
}

func attempts(n int) string {
	if n == 1 {
		return "1 attempt"
	}
	return fmt.Sprintf("%d attempts", n)
}

// isTransient reports whether a retry may help: after a lost connection, a
// timeout or a truncated body, but not after an untrusted certificate, too many
// redirects or a body that is too large.
func isTransient(ctx context.Context, err error) bool {
	var tooLarge *BodyTooLargeError
	if errors.As(err, &tooLarge) {
		return false
	}
	retry, _ := retryablehttp.DefaultRetryPolicy(ctx, nil, err)
	return retry
}
