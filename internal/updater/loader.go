package updater

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"time"

	"github.com/amplitude/experiment-go-server/internal/backoff"
	"github.com/amplitude/experiment-go-server/internal/core"
	"github.com/amplitude/experiment-go-server/internal/datasource"
	"github.com/amplitude/experiment-go-server/internal/httpapi"
	"github.com/amplitude/experiment-go-server/internal/snapshot"
)

// loader turns documents into snapshots and publishes them. It remembers the
// last load, so it belongs to one goroutine at a time.
type loader struct {
	source    *datasource.Poller
	published *published
	logger    *slog.Logger

	etag    string // of the document in use, if the service gave one
	lastErr error  // of the last load; nil if it succeeded
}

// load gets the first document from the service.
func (l *loader) load(ctx context.Context) error {
	document, err := l.source.Load(ctx)
	if err == nil {
		err = l.apply(document)
	}
	l.lastErr = err
	return err
}

// maxRetryAfter is how many intervals a Retry-After may delay a poll. See
// RATIONALE.md, "Why may a Retry-After delay a poll by ten intervals at most?".
const maxRetryAfter = 10

// pollUntilDone polls for changed flags until ctx is done. Polls do not
// overlap.
func (l *loader) pollUntilDone(ctx context.Context, interval time.Duration) {
	// The first wait varies by half an interval to either side, so that a fleet
	// which started together does not poll together.
	timer := time.NewTimer(l.wait(interval, 0.5))
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		l.poll(ctx)
		timer.Reset(l.wait(interval, 0.1))
	}
}

// wait returns the wait before the next poll: the interval, which varies by
// this fraction, or the time that the service asked for in response to the last
// request, and up to a tenth more, if that is longer.
func (l *loader) wait(interval time.Duration, fraction float64) time.Duration {
	wait := backoff.Around(interval, fraction)
	var status *httpapi.StatusError
	if errors.As(l.lastErr, &status) && status.RetryAfter > 0 {
		longest := min(interval, math.MaxInt64/(2*maxRetryAfter)) * maxRetryAfter
		after := min(status.RetryAfter, longest)
		wait = max(wait, after+backoff.UpTo(after/10))
	}
	return wait
}

// poll polls once. If that fails, the current flags stay in use. It warns of
// the first of several failures, and logs when polling works again.
func (l *loader) poll(ctx context.Context) {
	document, changed, err := l.source.Poll(ctx, l.etag)
	if err == nil && changed {
		err = l.apply(document)
	}
	if ctx.Err() != nil {
		return // closed during the poll, which is not a failure
	}
	switch {
	case err != nil && l.lastErr != nil:
		l.logger.Debug("polling for flags failed again", "error", err)
	case err != nil:
		l.logger.Warn("polling for flags failed; the last good flags stay in use", "error", err)
	case l.lastErr != nil:
		l.logger.Info("polling for flags works again")
	}
	l.lastErr = err
}

// apply makes document the current flags unless its bytes are unchanged. The
// ETag is kept only if the document is usable, so that a bad document is
// requested again. See RATIONALE.md, "Why must a document from the service be
// an array with a usable flag?".
func (l *loader) apply(document datasource.Document) error {
	if kind := kindOf(document.Body); kind != "" {
		return fmt.Errorf("the document is a JSON %s, not an array of flags", kind)
	}
	replaced, inUse := 0, 0
	current := l.published.current.Load()
	if current == nil || !current.CompiledFrom(document.Body) {
		next, err := snapshot.New(document.Body)
		if err != nil {
			return err
		}
		if err := next.CheckUsable(); err != nil {
			core.Retired(next.Size(), 0)
			return err
		}
		if current != nil {
			next.Adopt(current)
			replaced, inUse = current.Size(), next.Size()
		}
		l.published.current.Store(next)
		report(l.logger, next)
	}
	l.etag = document.ETag
	// This comes last, so that neither the document nor the replaced snapshot
	// is in use any more.
	if replaced > 0 {
		core.Retired(replaced, inUse)
	}
	return nil
}

// kindOf returns what JSON value a document is by its first byte, or "" if it
// is an array or not JSON.
func kindOf(document []byte) string {
	document = bytes.TrimLeft(document, " \t\r\n")
	if len(document) == 0 {
		return ""
	}
	switch c := document[0]; {
	case c == '{':
		return "object"
	case c == '"':
		return "string"
	case bytes.HasPrefix(document, []byte("null")):
		return "null"
	}
	return ""
}
