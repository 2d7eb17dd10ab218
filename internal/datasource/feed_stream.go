package datasource

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// errPlanned interrupts a connection that has lived long enough.
var errPlanned = errors.New("planned reconnect")

// errRejected means that deliver did not accept what the stream sent. The
// receiver knows why, so that it is not delivered as a failure.
var errRejected = errors.New("the flags of the stream are not usable")

// errOvertaken means that a poll has brought new flags while the stream was
// connecting. The first document of the stream may be older than these, so it
// is not used, and the stream is retried.
var errOvertaken = errors.New("a poll was faster than the stream")

// connect opens a connection and delivers its first document. A failure of the
// service is delivered too.
func (f *Feed) connect(ctx context.Context, deliver Deliver) (*Connection, error) {
	connecting, overtake := context.WithCancelCause(ctx)
	defer overtake(nil)
	f.mu.Lock()
	f.overtake = overtake
	f.mu.Unlock()
	connection, document, err := f.stream.Connect(connecting)
	if err == nil {
		if err = f.deliverStream(connecting, &document, deliver); err == nil {
			f.logger.Debug("the stream of flags is open")
			return connection, nil
		}
		connection.Close()
	}
	if errors.Is(context.Cause(connecting), errOvertaken) {
		err = errOvertaken
	}
	f.lose(ctx, err, deliver)
	return nil, err
}

// follow delivers what a connection brings until it fails, and closes it. After
// a planned reconnect it returns the next connection, otherwise nil.
func (f *Feed) follow(ctx context.Context, connection *Connection, deliver Deliver) *Connection {
	err := f.read(ctx, connection, deliver)
	connection.Close()
	if errors.Is(err, errPlanned) {
		connection, _ = f.connect(ctx, deliver)
		return connection
	}
	f.lose(ctx, err, deliver)
	return nil
}

// read delivers what a connection brings until it fails, ctx ends or the
// planned reconnect is due.
func (f *Feed) read(ctx context.Context, connection *Connection, deliver Deliver) error {
	defer context.AfterFunc(ctx, func() { connection.Interrupt(ctx.Err()) })()
	planned := time.AfterFunc(around(f.timing.Reconnect, f.timing.ReconnectJitter), func() {
		connection.Interrupt(errPlanned)
	})
	defer planned.Stop()
	for {
		document, changed, err := connection.Next()
		switch {
		case err != nil:
			return err
		case changed:
			err = f.deliverStream(ctx, &document, deliver)
		default:
			err = f.deliverStream(ctx, nil, deliver)
		}
		if err != nil {
			return err
		}
	}
}

// deliverStream delivers what the stream has sent. If it is accepted, polls are
// void from then on, also one that is under way: its response may be older. The
// ETag of an earlier poll does not belong to the document in use any more.
func (f *Feed) deliverStream(ctx context.Context, document *Document, deliver Deliver) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	err := deliver(Event{Source: SourceStream, Document: document})
	if err != nil && document != nil {
		return fmt.Errorf("%w: %w", errRejected, err)
	}
	f.streaming, f.etag, f.pollErr = true, "", nil
	return nil
}

// lose ends the time of the stream and delivers why, unless deliver itself said
// so, a poll was faster or ctx has ended.
func (f *Feed) lose(ctx context.Context, err error, deliver Deliver) {
	f.streamErr = err
	if ctx.Err() == nil {
		f.logger.Debug("the stream of flags failed", "error", err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.streaming = false
	if ctx.Err() == nil && !errors.Is(err, errRejected) && !errors.Is(err, errOvertaken) {
		_ = deliver(Event{Source: SourceStream, Err: err})
	}
}

// fallBack polls and retries the stream, each at its own pace, until a retry
// succeeds. It returns the connection, or nil when ctx is done.
func (f *Feed) fallBack(ctx context.Context, firstPoll time.Duration, deliver Deliver) *Connection {
	polling, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		f.pollUntilDone(polling, firstPoll, deliver)
	}()
	defer func() {
		cancel()
		<-ended
	}()
	for {
		if !sleep(ctx, f.retryWait()) {
			return nil
		}
		if connection, err := f.connect(ctx, deliver); err == nil {
			return connection
		}
	}
}

// retryWait returns the wait before the stream is retried: the Retry of the
// Timing, or what the last response asked for. It is the same whether the
// stream has worked or not, so that a stream which ends after each first
// document does not cause a loop of requests.
func (f *Feed) retryWait() time.Duration {
	return obey(around(f.timing.Retry, f.timing.RetryJitter), f.timing.Retry, f.streamErr)
}
