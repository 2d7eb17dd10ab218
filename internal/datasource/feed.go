package datasource

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/amplitude/experiment-go-server/internal/backoff"
)

// Source is a way in which documents come.
type Source string

const (
	SourceStream Source = "stream"
	SourcePoll   Source = "poll"
)

// Event is news from the service, or the lack of them.
type Event struct {
	Source   Source
	Document *Document // nil: the service has confirmed that nothing changed, unless there is an Err
	Err      error     // a poll failed, or the stream; Document is nil
}

// Deliver takes an event. Its error means that the document is not usable: the
// ETag of the document is not sent with the next poll, and a stream that sent
// it counts as failed. The error of an event without a document has no effect.
//
// A Deliver is called one at a time, and not after its context has ended.
type Deliver func(Event) error

// FeedOptions are the options of a Feed. Stream and Logger are optional.
type FeedOptions struct {
	Poller   *Poller
	Stream   *Stream       // nil means that there are only polls
	Interval time.Duration // between polls; 0 means that only Load polls
	Timing   Timing        // of the stream; zero means DefaultTiming()
	Logger   *slog.Logger  // gets debug lines; nil means silence
}

// Feed gets documents, and decides when and from where.
//
// While a stream works there are no polls. When it fails, polls take over and
// the stream is retried, until one of the retries brings a document.
type Feed struct {
	poller   *Poller
	stream   *Stream
	interval time.Duration
	timing   Timing
	logger   *slog.Logger

	connection *Connection // which Load has opened for Run, or nil
	loaded     bool        // Load was called
	streamErr  error       // the last failure of the stream

	mu        sync.Mutex              // is held during a Deliver
	streaming bool                    // the stream works, so that polls are void
	etag      string                  // of the document in use, if a poll brought it
	pollErr   error                   // of the last poll or Load; nil if it succeeded
	overtake  context.CancelCauseFunc // ends the last attempt to connect, if it is still in progress; nil before it
}

// NewFeed returns a Feed. It does not connect.
func NewFeed(options FeedOptions) *Feed {
	f := &Feed{
		poller:   options.Poller,
		stream:   options.Stream,
		interval: options.Interval,
		timing:   options.Timing,
		logger:   options.Logger,
	}
	if f.timing == (Timing{}) {
		f.timing = DefaultTiming()
	}
	if f.logger == nil {
		f.logger = slog.New(slog.DiscardHandler)
	}
	return f
}

// Load delivers the first document: from the stream, or from the Poller, with
// its retries, if there is no stream or it fails. A failure of the stream is
// delivered, one of the Poller returned, and so is an error of deliver.
//
// ctx bounds the loading only. A stream that has brought the document stays
// open for Run. A Load that fails leaves nothing open and may be repeated; one
// that has succeeded may not.
func (f *Feed) Load(ctx context.Context, deliver Deliver) error {
	f.loaded = true
	if f.stream == nil {
		return f.load(ctx, deliver)
	}
	connection, err := f.connect(ctx, deliver)
	if err == nil {
		f.connection = connection
		return nil
	}
	if ended := ctx.Err(); ended != nil {
		f.CloseIdleConnections()
		return ended
	}
	if loadErr := f.load(ctx, deliver); loadErr != nil {
		return fmt.Errorf("%w (before that, the stream failed: %w)", loadErr, err)
	}
	return nil
}

// load delivers the first document from the Poller.
func (f *Feed) load(ctx context.Context, deliver Deliver) error {
	document, err := f.poller.Load(ctx)
	f.mu.Lock()
	defer f.mu.Unlock()
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		err = deliver(Event{Source: SourcePoll, Document: &document})
	}
	f.pollErr = err
	if err != nil {
		f.CloseIdleConnections()
		return err
	}
	f.etag = document.ETag
	return nil
}

// Run delivers what changes until ctx is done. It then returns promptly,
// whatever the network does, and leaves no goroutine. Without a stream and an
// Interval it returns at once.
//
// Run goes on from what Load has done, even if that failed: the next poll comes
// after an interval, the next attempt to connect after a Retry of the Timing.
// If Load was not called, Run connects and, if that fails, polls at once.
func (f *Feed) Run(ctx context.Context, deliver Deliver) {
	firstPoll := time.Duration(0)
	if f.loaded {
		// It varies by half an interval to either side, so that a fleet which
		// started together does not poll together.
		firstPoll = f.pollWait(0.5)
	}
	if f.stream == nil {
		f.pollUntilDone(ctx, firstPoll, deliver)
		return
	}
	connection := f.connection
	f.connection = nil
	if !f.loaded {
		connection, _ = f.connect(ctx, deliver)
	}
	for ctx.Err() == nil {
		if connection == nil {
			connection = f.fallBack(ctx, firstPoll, deliver)
			continue
		}
		connection = f.follow(ctx, connection, deliver)
		firstPoll = backoff.UpTo(f.timing.FirstPoll)
	}
	if connection != nil {
		connection.Close()
	}
}

// Close closes idle connections, and the stream of a Load that no Run has
// followed. It must not be called during a Load or Run.
func (f *Feed) Close() {
	if f.connection != nil {
		f.connection.Close()
		f.connection = nil
	}
	f.CloseIdleConnections()
}

// CloseIdleConnections closes the connections that no request uses, unless they
// belong to the caller's HTTPClient.
func (f *Feed) CloseIdleConnections() {
	f.poller.CloseIdleConnections()
	if f.stream != nil {
		f.stream.CloseIdleConnections()
	}
}
