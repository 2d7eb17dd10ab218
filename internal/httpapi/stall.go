package httpapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// minRate is how many bytes a second a body must bring on average over the
// StallTimeout.
const minRate = 1 << 10

// stallError means that an attempt made no progress.
type stallError struct {
	timeout time.Duration
	inBody  bool
}

func (e *stallError) Error() string {
	if e.inBody {
		return fmt.Sprintf("the response brought less than 1 KiB/s for %s", e.timeout)
	}
	return fmt.Sprintf("there was no response for %s", e.timeout)
}

// Timeout returns true, as the timeouts of package net do.
func (*stallError) Timeout() bool { return true }

// stallTransport ends the attempts that make no progress. See RATIONALE.md,
// "Why do cohorts have no timeout for the whole body?".
type stallTransport struct {
	http.RoundTripper
	timeout time.Duration
}

func (t stallTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(req.Context())
	timer := time.AfterFunc(t.timeout, func() { cancel(&stallError{timeout: t.timeout}) })
	resp, err := t.RoundTripper.RoundTrip(req.WithContext(ctx))
	timer.Stop()
	if err != nil {
		err = stallOr(ctx, err)
		cancel(nil)
		return nil, err
	}
	stalled := func() { cancel(&stallError{timeout: t.timeout, inBody: true}) }
	timer = time.AfterFunc(t.timeout, stalled)
	timer.Stop() // until somebody waits for the body
	resp.Body = &stallBody{
		ReadCloser: resp.Body, ctx: ctx, cancel: cancel, timer: timer, timeout: t.timeout, left: t.timeout,
		share: max(1, int(t.timeout.Seconds()*minRate)),
	}
	return resp, nil
}

// stallOr returns why the attempt was ended, or err if it was not.
func stallOr(ctx context.Context, err error) error {
	var stall *stallError
	if errors.As(context.Cause(ctx), &stall) {
		return stall
	}
	return err
}

// stallBody is a body each share of which must arrive within the timeout. The
// time between two Reads does not count: the reader may be busy.
type stallBody struct {
	io.ReadCloser
	ctx     context.Context
	cancel  context.CancelCauseFunc
	timer   *time.Timer // runs during a Read
	timeout time.Duration
	share   int           // in bytes
	got     int           // of the current share
	left    time.Duration // for the rest of it
}

func (b *stallBody) Read(p []byte) (int, error) {
	began := time.Now()
	b.timer.Reset(b.left)
	n, err := b.ReadCloser.Read(p)
	b.timer.Stop()
	b.got, b.left = b.got+n, b.left-time.Since(began)
	if b.got >= b.share {
		b.got, b.left = 0, b.timeout
	}
	if err != nil && err != io.EOF {
		err = stallOr(b.ctx, err)
	}
	return n, err
}

// Close closes the body and ends a Read that waits for it.
func (b *stallBody) Close() error {
	b.timer.Stop()
	b.cancel(nil)
	return b.ReadCloser.Close()
}
