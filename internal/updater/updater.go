package updater

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/amplitude/experiment-go-server/internal/backoff"
	"github.com/amplitude/experiment-go-server/internal/datasource"
	"github.com/amplitude/experiment-go-server/internal/lastgood"
	"github.com/amplitude/experiment-go-server/internal/snapshot"
)

// ErrClosed is returned by a Start after Close, and by one that Close
// interrupts.
var ErrClosed = errors.New("the updater is closed")

// ErrStillRunning is returned by Close if something did not end in time.
var ErrStillRunning = errors.New("something still runs after the CloseTimeout")

// Options of an Updater. The caller has checked them.
type Options struct {
	Source       datasource.Options        // where flags are polled from
	Stream       *datasource.StreamOptions // where flags are streamed from; nil means that they are not
	Interval     time.Duration             // between polls; 0 means never
	Timing       datasource.Timing         // of the stream; zero means the default
	Cohorts      *CohortOptions            // nil means that no cohorts are loaded
	LastGood     *lastgood.Store           // keeps the last good state on disk; nil means that nothing does
	Bootstrap    *snapshot.Snapshot        // the flags to begin with; nil means none
	CloseTimeout time.Duration             // of Close; 0 means no limit
	Logger       *slog.Logger
}

// CohortOptions say where cohorts come from, and what happens if one does not
// come.
type CohortOptions struct {
	datasource.CohortOptions
	Timeout  time.Duration // for which flags wait for cohorts that are new
	Withhold bool          // whether flags whose cohorts are missing give no variant
}

// Updater loads flags and cohorts, publishes each state of them as a snapshot,
// and keeps them current. Any number of goroutines may use one.
type Updater struct {
	options   Options
	logger    *slog.Logger // for counted goroutines only
	poller    *datasource.Poller
	stream    *datasource.Stream     // nil if flags are only polled
	cohorts   *datasource.CohortFeed // nil if no cohorts are loaded
	saver     *saver                 // nil if nothing is kept on disk
	listeners listeners
	health    health

	current   atomic.Pointer[snapshot.Snapshot] // nil before there are flags
	ready     chan struct{}                     // closed when there are
	readyOnce sync.Once

	// ctx is canceled by Close; every request and every goroutine runs under
	// it. Close waits until the activity is over.
	ctx      context.Context
	cancel   context.CancelFunc
	activity activity

	// startLock serializes calls of Start, and guards started, known and
	// outage, which the loop of a Start has. It is a channel, not a sync.Mutex,
	// so that a context can interrupt the wait.
	startLock  chan struct{}
	started    bool
	known      *knownCohorts
	outage     outage
	background sync.Once
}

// New returns an Updater that has the flags of the last good file or, if there
// is none that can be used, of the Bootstrap. It does not connect.
func New(options Options) *Updater {
	u := &Updater{
		options:   options,
		ready:     make(chan struct{}),
		startLock: make(chan struct{}, 1),
		known:     newKnownCohorts(),
	}
	u.ctx, u.cancel = context.WithCancel(context.Background())
	u.logger = u.uncounted(options.Logger)
	u.listeners.logger = options.Logger
	u.connect()
	if options.LastGood != nil {
		u.saver = newSaver(options.LastGood, u.logger, &u.activity)
		u.restore(options.Logger)
	}
	if u.Current() == nil && options.Bootstrap != nil {
		u.put(options.Bootstrap)
		report(options.Logger, options.Bootstrap)
		u.reportCohortsWithoutSync(options.Logger, options.Bootstrap)
	}
	return u
}

// connect makes the data sources. They do not connect before they are used.
func (u *Updater) connect() {
	source := u.options.Source
	source.Logger = u.uncounted(source.Logger)
	u.poller = datasource.NewPoller(source)
	if u.options.Stream != nil {
		u.stream = datasource.NewStream(*u.options.Stream)
	}
	if u.options.Cohorts != nil {
		cohorts := u.options.Cohorts.CohortOptions
		cohorts.Logger = u.uncounted(cohorts.Logger)
		u.cohorts = datasource.NewCohortFeed(cohorts)
	}
}

// uncounted returns a logger for the counted goroutines, nil for nil.
func (u *Updater) uncounted(logger *slog.Logger) *slog.Logger {
	if logger == nil {
		return nil
	}
	return slog.New(uncountedHandler{logger.Handler(), u})
}

// Current returns the snapshot in use, or nil before there is one. It takes no
// lock.
func (u *Updater) Current() *snapshot.Snapshot { return u.current.Load() }

// Ready returns a channel that is closed when there is a snapshot.
func (u *Updater) Ready() <-chan struct{} { return u.ready }

// OnUpdate lets call be called with the keys of the flags that changed, after
// each change, until the function that it returns is called or the Updater is
// closed. The calls are made one at a time, in order, on a goroutine of their
// own. Changes that happen during a call are joined to one.
func (u *Updater) OnUpdate(call func(flagKeys []string)) (remove func()) {
	return u.listeners.add(call)
}

// put puts a snapshot in use.
func (u *Updater) put(next *snapshot.Snapshot) {
	u.current.Store(next)
	u.readyOnce.Do(func() { close(u.ready) })
}

// Start loads the flags and their cohorts, and then keeps them current. Once it
// has succeeded, further calls do nothing. ctx bounds the loading, not what
// follows.
//
// If the load fails, Start returns its error and leaves neither a goroutine nor
// an idle connection. If there are flags of a file or of a Bootstrap, it logs a
// warning instead, keeps trying and returns nil.
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
	loop := newLoop(u, ctx)
	err := loop.start()
	if u.closed() {
		return ErrClosed
	}
	if err != nil {
		u.closeIdleConnections()
		return err
	}
	u.started = true
	return nil
}

// backgroundBackoff is the wait between the loads of StartInBackground. Each of
// them has retries of its own.
var backgroundBackoff = backoff.Exponential{Min: time.Second, Max: 30 * time.Second, Factor: 2}

// StartInBackground calls Start until it succeeds or the Updater is closed. It
// returns at once. Further calls do nothing. It logs the first failure as a
// warning.
func (u *Updater) StartInBackground() {
	u.background.Do(func() {
		u.activity.enter()
		go func() {
			defer u.activity.leave()
			u.keepStarting()
		}()
	})
}

func (u *Updater) keepStarting() {
	for failures := 0; ; failures++ {
		err := u.Start(u.ctx)
		if err == nil || u.closed() {
			return
		}
		if failures == 0 {
			u.logger.Warn("cannot load flags; there are none yet, and loading them is retried", "error", err)
		} else {
			u.logger.Debug("cannot load flags", "error", err)
		}
		select {
		case <-u.ctx.Done():
			return
		case <-time.After(backgroundBackoff.Wait(failures)):
		}
	}
}

// Close ends everything: requests, a Start, the goroutines. It returns when
// nothing of the Updater runs any more and the last state is on disk, except
// calls of the log handler and of functions given to OnUpdate that have begun
// before. So these may call Close. Nothing is logged after Close. It may be
// called more than once; each call waits. The snapshot stays in use.
//
// The error is ErrStillRunning if something does not end within the
// CloseTimeout, such as a write to a disk that hangs.
//
// See RATIONALE.md, "Why does Close not wait for the log handler?".
func (u *Updater) Close() error {
	u.cancel()
	u.listeners.close()
	var err error
	if limit := u.options.CloseTimeout; limit > 0 {
		timer := time.NewTimer(limit)
		defer timer.Stop()
		select {
		case <-u.activity.done():
		case <-timer.C:
			err = ErrStillRunning
		}
	} else {
		<-u.activity.done()
	}
	u.closeIdleConnections()
	return err
}

func (u *Updater) closeIdleConnections() {
	u.poller.CloseIdleConnections()
	if u.stream != nil {
		u.stream.CloseIdleConnections()
	}
	if u.cohorts != nil {
		u.cohorts.Close()
	}
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
	case <-u.ctx.Done():
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (u *Updater) unlockStart() { <-u.startLock }

func (u *Updater) closed() bool { return u.ctx.Err() != nil }
