package updater

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/amplitude/experiment-go-server/internal/datasource"
	"github.com/amplitude/experiment-go-server/internal/snapshot"
)

// ErrClosed is returned by a Start after Close, and by one that Close
// interrupts.
var ErrClosed = errors.New("the updater is closed")

// Options of an Updater. The caller has checked them.
type Options struct {
	Source    datasource.Options
	Interval  time.Duration      // between polls; 0 means never
	Bootstrap *snapshot.Snapshot // the flags to begin with; nil means none
	Logger    *slog.Logger
}

// Updater loads flags, publishes them as snapshots and polls for changes. Any
// number of goroutines may use one.
type Updater struct {
	published published
	source    *datasource.Poller
	interval  time.Duration
	logger    *slog.Logger

	// ctx is canceled by Close; every request and the poller run under it.
	ctx    context.Context
	cancel context.CancelFunc

	// startLock serializes Start and Close, and guards the fields below. It is
	// a channel, not a sync.Mutex, so that a context can interrupt the wait.
	startLock  chan struct{}
	started    bool
	pollerDone chan struct{} // closed when the poller has ended; nil without a poller
}

// New returns an Updater that has the flags of the Bootstrap, if any. It does
// not connect.
func New(options Options) *Updater {
	u := &Updater{
		published: published{logger: options.Logger},
		source:    datasource.NewPoller(options.Source),
		interval:  options.Interval,
		logger:    options.Logger,
		startLock: make(chan struct{}, 1),
	}
	u.ctx, u.cancel = context.WithCancel(context.Background())
	if options.Bootstrap != nil {
		u.published.publish(options.Bootstrap)
	}
	return u
}

// Current returns the snapshot in use, or nil before there is one. It takes no
// lock.
func (u *Updater) Current() *snapshot.Snapshot { return u.published.current.Load() }

// Start loads the flags and then begins to poll. Once it has succeeded, further
// calls do nothing. ctx bounds the loading, not the polling.
//
// If the load fails, Start returns its error and leaves nothing running. If
// there is a Bootstrap, it logs a warning instead, begins to poll and returns
// nil.
func (u *Updater) Start(ctx context.Context) error {
	if err := u.lockStart(ctx); err != nil {
		return err
	}
	defer u.unlockStart()
	if u.closed() {
		return ErrClosed
	}
	if u.started {
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(u.ctx, cancel)()

	loader := &loader{source: u.source, published: &u.published, logger: u.logger}
	err := loader.load(ctx)
	switch {
	case u.closed():
		return ErrClosed
	case err != nil && u.Current() == nil:
		return err
	case err != nil:
		u.logger.Warn("cannot load flags; the flags of the Bootstrap stay in use", "error", err)
	}
	u.started = true
	if u.interval > 0 {
		u.pollerDone = make(chan struct{})
		go func() {
			defer close(u.pollerDone)
			loader.pollUntilDone(u.ctx, u.interval)
		}()
	}
	return nil
}

// Close stops the polling, interrupts a Start and any request, and returns when
// nothing of the Updater runs any more. It may be called more than once; each
// call waits. The snapshot stays in use.
func (u *Updater) Close() {
	u.cancel()
	u.startLock <- struct{}{}
	defer u.unlockStart()
	if u.pollerDone != nil {
		<-u.pollerDone
	}
	u.source.CloseIdleConnections()
}

// lockStart waits until no other Start or Close is running. If the lock is free
// it succeeds even when ctx is done; Start handles that case itself.
func (u *Updater) lockStart(ctx context.Context) error {
	select {
	case u.startLock <- struct{}{}:
		return nil
	default:
	}
	select {
	case u.startLock <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (u *Updater) unlockStart() { <-u.startLock }

func (u *Updater) closed() bool { return u.ctx.Err() != nil }
