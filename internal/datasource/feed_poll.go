package datasource

import (
	"context"
	"time"

	"github.com/amplitude/experiment-go-server/internal/backoff"
)

// pollUntilDone polls, first after a given wait, until ctx is done. Polls do
// not overlap. Without an Interval it returns at once.
func (f *Feed) pollUntilDone(ctx context.Context, first time.Duration, deliver Deliver) {
	if f.interval <= 0 {
		return
	}
	for wait := first; sleep(ctx, wait); wait = f.pollWait(0.1) {
		f.poll(ctx, deliver)
	}
}

// pollWait returns the wait before the next poll: the interval, which varies by
// this fraction, or what the last response asked for.
func (f *Feed) pollWait(fraction float64) time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	return obey(backoff.Around(f.interval, fraction), f.interval, f.pollErr)
}

// poll polls once and delivers the outcome, unless the stream has taken over.
func (f *Feed) poll(ctx context.Context, deliver Deliver) {
	f.mu.Lock()
	etag := f.etag
	f.mu.Unlock()
	document, changed, err := f.poller.Poll(ctx, etag)
	f.mu.Lock()
	defer f.mu.Unlock()
	if ctx.Err() != nil || f.streaming {
		return
	}
	event := Event{Source: SourcePoll, Err: err}
	if changed {
		event.Document = &document
	}
	verdict := deliver(event)
	switch {
	case err != nil:
		f.pollErr = err
	case changed && verdict != nil:
		f.pollErr = verdict
	case changed:
		f.pollErr, f.etag = nil, document.ETag
		if f.overtake != nil {
			f.overtake(errOvertaken)
		}
	default:
		f.pollErr = nil
	}
}
