package updater

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/amplitude/experiment-go-server/internal/core"
	"github.com/amplitude/experiment-go-server/internal/datasource"
	"github.com/amplitude/experiment-go-server/internal/snapshot"
)

// loop is the one goroutine that makes states. The data sources have goroutines
// of their own, which deliver documents and cohorts to it. It alone knows the
// candidate, the cohorts that it holds and what it has logged.
type loop struct {
	updater *Updater
	logger  *slog.Logger

	// ctx ends with the Updater, or when a Start fails.
	ctx     context.Context
	cancel  context.CancelFunc
	running sync.WaitGroup

	flags    chan delivery
	cohorts  chan datasource.CohortEvent
	failures chan failure

	// startCtx is the context of Start, which result tells how it ended.
	startCtx context.Context
	settled  bool
	result   chan error

	candidate *candidate // waits for cohorts; nil if none does
	known     *knownCohorts
	deadline  *time.Timer // of the candidate
	outage    *outage
	retired   []retired
}

// candidate is a set of flags that goes live when its cohorts are there.
type candidate struct {
	flags    *snapshot.Snapshot
	source   datasource.Source
	document []byte // nil unless it has to be kept on disk
}

// retired is memory outside the Go heap that was replaced and is not freed yet,
// and how much its replacement takes, in bytes.
type retired struct{ bytes, inUse int }

// delivery is something that the feed delivers, and waits for the verdict on.
type delivery struct {
	event   datasource.Event
	verdict chan<- error
}

// failure is the error of the first load. The goroutine that has it waits
// whether to go on.
type failure struct {
	err  error
	goOn chan<- bool
}

func newLoop(u *Updater, startCtx context.Context) *loop {
	l := &loop{
		updater:  u,
		logger:   u.logger,
		flags:    make(chan delivery),
		cohorts:  make(chan datasource.CohortEvent),
		failures: make(chan failure),
		startCtx: startCtx,
		result:   make(chan error, 1),
		known:    u.known,
		outage:   &u.outage,
		deadline: time.NewTimer(time.Hour),
	}
	l.ctx, l.cancel = context.WithCancel(u.ctx)
	return l
}

// start runs the loop and the data sources until the first load is over. If it
// failed, start returns the error when they have ended.
func (l *loop) start() error {
	l.want(l.updater.Current()) // before the loop, which owns what is known, runs
	l.spawn(l.run)
	l.spawn(l.follow)
	if cohorts := l.updater.cohorts; cohorts != nil {
		l.spawn(func() { cohorts.Run(l.ctx, l.deliverCohort) })
	}
	var err error
	select {
	case err = <-l.result:
	case <-l.ctx.Done():
		err = ErrClosed
	}
	if err != nil {
		l.cancel()
		l.running.Wait()
	}
	return err
}

// spawn runs work on a goroutine that Close waits for.
func (l *loop) spawn(work func()) {
	l.updater.activity.enter()
	l.running.Add(1)
	go func() {
		defer l.updater.activity.leave()
		defer l.running.Done()
		work()
	}()
}

// follow loads the flags under the context of Start, and then keeps them
// current.
func (l *loop) follow() {
	ctx, cancel := context.WithCancel(l.startCtx)
	defer cancel()
	defer context.AfterFunc(l.ctx, cancel)()
	u := l.updater
	feed := datasource.NewFeed(datasource.FeedOptions{
		Poller: u.poller, Stream: u.stream, Interval: u.options.Interval,
		Timing: u.options.Timing, Logger: u.uncounted(u.options.Source.Logger),
	})
	defer feed.Close()
	if err := feed.Load(ctx, l.deliverFlags); err != nil && !l.goOnAfter(err) {
		return
	}
	feed.Run(l.ctx, l.deliverFlags)
}

// goOnAfter asks the loop whether to go on although the first load failed.
func (l *loop) goOnAfter(err error) bool {
	goOn := make(chan bool, 1)
	select {
	case l.failures <- failure{err, goOn}:
	case <-l.ctx.Done():
		return false
	}
	select { // the loop logs first, and the log handler may call Close
	case decision := <-goOn:
		return decision
	case <-l.ctx.Done():
		return false
	}
}

// deliverFlags passes what the feed delivers to the loop, and returns the
// verdict.
func (l *loop) deliverFlags(event datasource.Event) error {
	verdict := make(chan error, 1)
	select {
	case l.flags <- delivery{event, verdict}:
	case <-l.ctx.Done():
		return l.ctx.Err()
	}
	select {
	case err := <-verdict:
		return err
	case <-l.ctx.Done():
		return l.ctx.Err()
	}
}

func (l *loop) deliverCohort(event datasource.CohortEvent) {
	select {
	case l.cohorts <- event:
	case <-l.ctx.Done():
	}
}

// run takes deliveries until its context ends.
func (l *loop) run() {
	defer l.deadline.Stop()
	started := l.startCtx.Done()
	for l.ctx.Err() == nil {
		select {
		case <-l.ctx.Done():
			return
		case delivery := <-l.flags:
			delivery.verdict <- l.takeFlags(delivery.event)
		case event := <-l.cohorts:
			l.takeCohort(event)
		case failure := <-l.failures:
			failure.goOn <- l.loadFailed(failure.err)
		case <-l.deadline.C:
			l.advance()
		case <-started:
			started = nil
			l.startEnded()
		}
		l.collect()
	}
}

// settle lets Start return. Only its first call does anything.
func (l *loop) settle(err error) {
	if !l.settled {
		l.settled = true
		l.result <- err
	}
}

// startEnded ends a Start whose context is over while it waits for cohorts.
func (l *loop) startEnded() {
	if l.settled || l.candidate == nil {
		return // the load fails by itself
	}
	l.loadFailed(l.startCtx.Err())
}

// loadFailed decides what becomes of a Start whose load failed, and reports
// whether the data sources go on.
func (l *loop) loadFailed(err error) bool {
	l.updater.health.failed(err)
	current := l.updater.Current()
	if current == nil {
		l.settle(err)
		return false
	}
	l.outage.loadFailed()
	l.logger.Warn("cannot load flags; the flags of the "+holder(current)+" stay in use", "error", err)
	l.settle(nil)
	return true
}

// holder returns where flags that the service has not confirmed come from.
func holder(current *snapshot.Snapshot) string {
	if current.Provenance().Source == SourceFile {
		return "CacheFile"
	}
	return "Bootstrap"
}

// takeFlags handles what the feed delivers. The error means that the document
// is not usable.
func (l *loop) takeFlags(event datasource.Event) error {
	err := event.Err
	if err == nil && event.Document != nil {
		if err = l.apply(event.Document.Body, event.Source); err != nil && !l.settled {
			return err // which becomes the error of Start
		}
	}
	if l.ctx.Err() != nil {
		return l.ctx.Err() // closed meanwhile, which is not a failure
	}
	if err != nil {
		l.updater.health.failed(err)
		l.outage.failed(l.logger, event.Source, err)
		return err
	}
	l.outage.worked(l.logger, event.Source)
	if l.candidate == nil {
		l.updater.health.confirmed()
	}
	return nil
}

// apply makes document the candidate unless its bytes are unchanged. See
// RATIONALE.md, "Why must a document from the service be an array with a usable
// flag?".
func (l *loop) apply(document []byte, source datasource.Source) error {
	if kind := kindOf(document); kind != "" {
		return fmt.Errorf("the document is a JSON %s, not an array of flags", kind)
	}
	current := l.updater.Current()
	switch {
	case current != nil && current.CompiledFrom(document):
		if l.candidate != nil {
			l.candidate = nil
			l.want(current)
		}
		if current.Provenance().Source != string(source) {
			l.publish(current, source, document) // which a Bootstrap has not kept on disk
		}
		l.settle(nil)
		return nil
	case l.candidate != nil && l.candidate.flags.CompiledFrom(document):
		return nil
	}
	next, err := snapshot.New(document)
	if err != nil {
		return err
	}
	if err := next.CheckUsable(); err != nil {
		core.Retired(next.Size(), 0)
		return err
	}
	if current != nil {
		next.Adopt(current)
	}
	l.candidate = &candidate{flags: next, source: source}
	if l.updater.saver != nil {
		l.candidate.document = document
	}
	l.want(current)
	l.advance()
	return nil
}

// want asks for the cohorts that the flags in use and the candidate read.
func (l *loop) want(inUse *snapshot.Snapshot) {
	if l.updater.cohorts == nil {
		return
	}
	var next *snapshot.Snapshot
	if l.candidate != nil {
		next = l.candidate.flags
	}
	l.known.want(l.updater.cohorts, inUse, next)
	l.updater.health.setCohorts(l.known.errors())
}

// advance publishes the candidate if it need not wait for cohorts any longer.
func (l *loop) advance() {
	if l.candidate == nil {
		return
	}
	if l.updater.cohorts != nil {
		wait := l.known.wait(l.candidate.flags, l.updater.options.Cohorts.Timeout)
		if wait > 0 {
			l.deadline.Reset(wait)
			return
		}
	}
	next := l.candidate
	l.candidate = nil
	l.publish(next.flags, next.source, next.document)
	l.updater.health.confirmed()
	l.settle(nil)
}

// publish puts flags in use, with the cohorts that are there.
func (l *loop) publish(flags *snapshot.Snapshot, source datasource.Source, document []byte) {
	u := l.updater
	previous := u.Current()
	next := l.known.join(flags, u.options.Cohorts, string(source))
	u.put(next)
	if previous == nil || !next.SharesPlan(previous) {
		report(l.logger, next)
		u.reportCohortsWithoutSync(l.logger, next)
		if previous != nil {
			l.retired = append(l.retired, retired{previous.Size(), next.Size()})
		}
	}
	if u.cohorts != nil {
		l.known.report(l.logger, next, u.options.Cohorts.Withhold)
		l.want(next)
	}
	if u.listeners.any() {
		u.listeners.notify(next.Changed(previous))
	}
	if u.saver != nil {
		u.saver.save(next, document, l.known.cohortsOf(next), l.known.key)
	}
}

// collect frees what was replaced. It comes last, when neither the document nor
// the snapshot is in use any more.
func (l *loop) collect() {
	for _, r := range l.retired {
		core.Retired(r.bytes, r.inUse)
	}
	l.retired = l.retired[:0]
}

// reportCohortsWithoutSync warns of flags that target cohorts if none are
// loaded.
func (u *Updater) reportCohortsWithoutSync(logger *slog.Logger, next *snapshot.Snapshot) {
	if u.cohorts == nil {
		reportWithoutSync(logger, next)
	}
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
