package httpapi

import (
	"context"
	"fmt"
	"io"
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
	service  Service
	accept   []int
	pass     func(body io.Reader) error // the Read of the request; nil means to hold the body
	retries  int
	attempts int
	began    time.Time // the current attempt
	response *Response
	cause    error // why the last attempt failed, unless the context ended it

	nextWait time.Duration // before the next attempt
	asked    time.Duration // the sum of the Retry-Afters obeyed
	refused  string        // why there is no retry although the failure is transient; "" if there is
}

// begin closes idle connections if the last failure made them suspicious, and
// sets the timeout of the attempt. The Timeout of an http.Client includes
// redirects and the body, as it should here.
func (d *call) begin(_ retryablehttp.Logger, _ *http.Request, retry int) {
	d.attempts, d.began = retry+1, time.Now()
	if d.client.suspicious.Swap(false) {
		d.client.CloseIdleConnections()
	}
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
	var body []byte
	var err error
	if limit := d.client.options.MaxBodyBytes; d.pass != nil && resp.StatusCode == http.StatusOK {
		err = passBody(resp, limit, d.pass)
	} else {
		body, err = readBody(resp, limit, d.client.lastBody.Load())
	}
	if err != nil {
		resp.Body = http.NoBody // so that the retrying client does not read on
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

// checkRetry decides whether a failed attempt is followed by another one. The
// retrying client may call it twice for an attempt.
func (d *call) checkRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if err == nil && d.accepts(resp.StatusCode) {
		return false, nil
	}
	if err != nil {
		d.suspectConnections(ctx, err)
	}
	if ctxErr := ctx.Err(); ctxErr != nil {
		return false, ctxErr
	}
	transient, after := false, time.Duration(0)
	if err != nil {
		d.cause, transient = err, isTransient(ctx, err)
	} else {
		status := newStatusError(d.service, resp)
		d.cause, transient, after = status, status.retryable(), status.RetryAfter
	}
	if transient && d.attempts <= d.retries && d.refused == "" {
		d.planRetry(ctx, after)
	}
	return transient && d.refused == "", d.cause
}

// planRetry sets the wait before a retry, or why there is none. The wait is the
// backoff, or the Retry-After and a little more if that is longer.
func (d *call) planRetry(ctx context.Context, after time.Duration) {
	wait := d.client.options.Backoff.Wait(d.attempts - 1)
	if after > 0 {
		wait = max(wait, after+backoff.UpTo(after/10)) // never sooner than asked
	}
	d.asked += after
	deadline, hasDeadline := ctx.Deadline()
	switch {
	case d.asked > MaxRetryAfter:
		d.refused = "the service asks for more than a minute of waiting"
	case hasDeadline && time.Until(deadline) <= wait:
		d.refused = "the context ends before the next one"
	case !d.client.budget.take(time.Now()):
		d.refused = "too many requests of this client have failed"
	default:
		d.nextWait = wait
	}
}

// suspectConnections makes the next attempt of the client close the idle
// connections of its own pool, if err suggests that they are dead too: the
// attempt failed below HTTP, or ctx ended it after more than a second in vain.
// An attempt that ctx ended sooner proves nothing, and callers in a hurry would
// close connections all the time.
//
// The next attempt does it, because net/http does not yet count the connection
// of this one as idle if it is HTTP/2.
func (d *call) suspectConnections(ctx context.Context, err error) {
	suspicious := isTransient(ctx, err)
	if ctx.Err() != nil {
		suspicious = time.Since(d.began) > time.Second
	}
	if suspicious {
		d.client.suspicious.Store(true)
	}
}

// wait returns the wait before a retry. The retrying client passes bounds of
// its own, which are not used.
func (d *call) wait(_, _ time.Duration, _ int, _ *http.Response) time.Duration {
	d.client.options.Logger.Debug("retrying a request to the experiment service",
		"attempt", d.attempts, "error", d.cause, "wait", d.nextWait)
	return d.nextWait
}

// giveUp replaces the retrying client's own error, which repeats the method and
// the URL. It closes the response, which stops the timer of its timeout; the
// body itself was discarded by the transport, or closed by read.
func (d *call) giveUp(resp *http.Response, err error, _ int) (*http.Response, error) {
	if resp != nil {
		_ = resp.Body.Close()
	}
	return nil, err
}

// explain adds to the error of Do the number of attempts, why there is no
// further one, and the failure of the last attempt if the context ended the
// call.
func (d *call) explain(ctx context.Context, err error) error {
	ended := ctx.Err()
	switch {
	case ended != nil && d.cause != nil:
		return fmt.Errorf("%w after %s, the last of which failed: %w", ended, attempts(d.attempts), d.cause)
	case ended != nil:
		return ended
	case d.refused != "":
		return fmt.Errorf("gave up after %s, because %s: %w", attempts(d.attempts), d.refused, err)
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
