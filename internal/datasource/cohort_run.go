package datasource

import (
	"context"
	"math"
	"time"

	"github.com/amplitude/experiment-go-server/internal/cohort"
)

// parallelCohorts is how many cohorts are downloaded at a time.
const parallelCohorts = 8

// downloaded is what a download of a cohort came to.
type downloaded struct {
	of     *wantedCohort
	cohort *cohort.Cohort // nil if the caller's copy is current, or after an error
	err    error
}

// cohortRun is the state of a Run, which its goroutine alone uses.
type cohortRun struct {
	feed      *CohortFeed
	downloads map[string]bool // by ID, also those that are being canceled
	done      chan downloaded
}

// Run downloads and refreshes the wanted cohorts until ctx is done. It passes
// each result to deliver, on its own goroutine and so one at a time. deliver
// must return soon, since no download starts meanwhile, and must not wait after
// the end of ctx. When Run returns, no goroutine of it is left. Only one Run
// may be in progress.
func (f *CohortFeed) Run(ctx context.Context, deliver func(CohortEvent)) {
	run := cohortRun{feed: f, downloads: map[string]bool{}, done: make(chan downloaded)}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for ctx.Err() == nil {
		timer.Reset(run.startDue(ctx))
		select {
		case <-ctx.Done():
		case <-f.changed:
		case <-timer.C:
		case result := <-run.done:
			if event, ok := run.end(ctx, result); ok {
				f.log(event)
				deliver(event)
			}
		}
	}
	for len(run.downloads) > 0 {
		run.end(ctx, <-run.done) // soon, since ctx is done
	}
}

// startDue starts the downloads that are due, as far as the limit allows. It
// returns the time until the next one is due.
func (r *cohortRun) startDue(ctx context.Context) time.Duration {
	r.feed.mu.Lock()
	defer r.feed.mu.Unlock()
	for len(r.downloads) < parallelCohorts {
		next := r.next()
		if next == nil {
			break
		}
		if wait := time.Until(next.due); wait > 0 {
			return wait
		}
		r.start(ctx, next)
	}
	return math.MaxInt64
}

// next returns the cohort whose download is due first, or nil if there is none
// that is not in progress.
func (r *cohortRun) next() *wantedCohort {
	var first *wantedCohort
	for id, c := range r.feed.wanted {
		if !r.downloads[id] && (first == nil || c.due.Before(first.due)) {
			first = c
		}
	}
	return first
}

func (r *cohortRun) start(ctx context.Context, c *wantedCohort) {
	ctx, c.stop = context.WithCancel(ctx)
	r.downloads[c.id] = true
	lastModified := c.lastModified
	go func() {
		current, err := r.feed.download(ctx, c.id, c.key, lastModified)
		r.done <- downloaded{c, current, err}
	}()
}

// end plans the next download of a cohort. It returns the event to deliver, and
// false if the cohort is no longer wanted or ctx is done.
func (r *cohortRun) end(ctx context.Context, result downloaded) (CohortEvent, bool) {
	f, c := r.feed, result.of
	delete(r.downloads, c.id)
	f.mu.Lock()
	defer f.mu.Unlock()
	c.stop()
	c.stop = nil
	if f.wanted[c.id] != c || ctx.Err() != nil {
		return CohortEvent{}, false
	}
	c.due = time.Now().Add(c.wait(f.interval, result.err))
	if result.err != nil {
		c.failures++
		return CohortEvent{ID: c.id, Key: c.key, Err: result.err}, true
	}
	c.refreshed, c.failures = true, 0
	if result.cohort != nil {
		c.lastModified = result.cohort.LastModified
	}
	return CohortEvent{ID: c.id, Key: c.key, Cohort: result.cohort}, true
}

func (f *CohortFeed) log(event CohortEvent) {
	if event.Err != nil {
		f.logger.Debug("downloading a cohort failed", "cohort", event.ID, "error", event.Err)
		return
	}
	f.logger.Debug("a cohort is current", "cohort", event.ID, "changed", event.Cohort != nil)
}
