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
	logger    *slog.Logger // for the holder of work only

	// ctx is canceled by Close; every request and the poller run under it.
	ctx    context.Context
	cancel context.CancelFunc

	// startLock serializes calls of Start, and guards started. It is a channel,
	// not a sync.Mutex, so that a context can interrupt the wait.
	startLock chan struct{}
	started   bool

	// work is held by the goroutine that requests and publishes: a Start, and
	// then the poller as long as it runs. Close waits for it. A call of the
	// log handler is made without it, so the handler may call Close.
	work lock
}

// lock is a mutex that one goroutine may lock and another one unlock.
type lock chan struct{}

func (l lock) Lock()   { l <- struct{}{} }
func (l lock) Unlock() { <-l }

// New returns an Updater that has the flags of the Bootstrap, if any. It does
// not connect.
func New(options Options) *Updater {
	u := &Updater{
		interval:  options.Interval,
		startLock: make(chan struct{}, 1),
		work:      make(lock, 1),
	}
	u.ctx, u.cancel = context.WithCancel(context.Background())
	u.logger = slog.New(unlockedHandler{options.Logger.Handler(), u})
	if options.Source.Logger != nil {
		options.Source.Logger = slog.New(unlockedHandler{options.Source.Logger.Handler(), u})
	}
	u.source = datasource.NewPoller(options.Source)
	if options.Bootstrap != nil {
		u.published.current.Store(options.Bootstrap)
		report(options.Logger, options.Bootstrap)
	}
	return u
}

// Current returns the snapshot in use, or nil before there is one. It takes no
// lock.
func (u *Updater) Current() *snapshot.Snapshot { return u.published.current.Load() }

// Start loads the flags and then begins to poll. Once it has succeeded, further
// calls do nothing. ctx bounds the loading, not the polling.
//
// If the load fails, Start returns its error and leaves neither a goroutine nor
// an idle connection. If there is a Bootstrap, it logs a warning instead,
// begins to poll and returns nil.
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
	u.work.Lock() // is free, unless a Close is running
	loader := &loader{source: u.source, published: &u.published, logger: u.logger}
	if err := u.load(ctx, loader); err != nil {
		u.work.Unlock()
		return err
	}
	u.started = true
	if u.interval <= 0 {
		u.work.Unlock()
		return nil
	}
	go func() {
		defer u.work.Unlock()
		loader.pollUntilDone(u.ctx, u.interval)
	}()
	return nil
}

// load makes the first load of a Start. It returns an error unless there are
// flags to go on with.
func (u *Updater) load(ctx context.Context, loader *loader) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(u.ctx, cancel)()
	err := loader.load(ctx)
	if err != nil && u.Current() != nil {
		u.logger.Warn("cannot load flags; the flags of the Bootstrap stay in use", "error", err)
		err = nil
	}
	if u.closed() {
		return ErrClosed
	}
	if err != nil {
		u.source.CloseIdleConnections()
	}
	return err
}

// Close stops the polling, interrupts a Start and any request, and returns when
// nothing of the Updater runs any more, except a call of the log handler that
// has begun before. So the log handler may call Close. Nothing is logged after
// Close. It may be called more than once; each call waits. The snapshot stays
// in use.
//
// See RATIONALE.md, "Why does Close not wait for the log handler?".
func (u *Updater) Close() {
	u.cancel()
	u.work.Lock()
	defer u.work.Unlock()
	u.source.CloseIdleConnections()
}

// lockStart waits until no other Start is running. If the lock is free it
// succeeds even when ctx is done; Start handles that case itself.
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
