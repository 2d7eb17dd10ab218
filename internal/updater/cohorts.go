package updater

import (
	"cmp"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/amplitude/experiment-go-server/internal/cohort"
	"github.com/amplitude/experiment-go-server/internal/datasource"
	"github.com/amplitude/experiment-go-server/internal/httpapi"
	"github.com/amplitude/experiment-go-server/internal/snapshot"
)

// knownCohorts are the cohorts that flags read: those that were downloaded, and
// what is known of the others. It belongs to one goroutine at a time.
type knownCohorts struct {
	key     cohort.Key
	held    map[string]*cohort.Cohort
	missing map[string]time.Time // since when a cohort is wanted and not held
	failed  map[string]error     // by ID: why the last download failed
	warned  string               // the missing cohorts of the last warning
}

func newKnownCohorts() *knownCohorts {
	return &knownCohorts{
		key:     cohort.NewKey(),
		held:    map[string]*cohort.Cohort{},
		missing: map[string]time.Time{},
		failed:  map[string]error{},
	}
}

// want asks the feed for the cohorts that these flags read, and forgets all
// others. A snapshot may be nil.
func (k *knownCohorts) want(feed *datasource.CohortFeed, readers ...*snapshot.Snapshot) {
	wanted := map[string]bool{}
	for _, flags := range readers {
		if flags == nil {
			continue
		}
		for _, use := range flags.CohortsRead() {
			wanted[use.ID] = true
		}
	}
	unwanted := func(id string) bool { return !wanted[id] }
	maps.DeleteFunc(k.held, func(id string, _ *cohort.Cohort) bool { return unwanted(id) })
	maps.DeleteFunc(k.missing, func(id string, _ time.Time) bool { return unwanted(id) })
	maps.DeleteFunc(k.failed, func(id string, _ error) bool { return unwanted(id) })
	list := make([]datasource.Wanted, 0, len(wanted))
	for id := range wanted {
		one := datasource.Wanted{ID: id}
		if held := k.held[id]; held != nil {
			one.LastModified = held.LastModified
		} else if _, ok := k.missing[id]; !ok {
			k.missing[id] = time.Now()
		}
		list = append(list, one)
	}
	slices.SortFunc(list, func(a, b datasource.Wanted) int { return cmp.Compare(a.ID, b.ID) })
	feed.Want(list, k.key)
}

// wait returns how long flags should wait for the cohorts that they read and
// that are not there yet, 0 if they should not. Each cohort is waited for until
// timeout has passed since it was first wanted, unless it cannot be had.
func (k *knownCohorts) wait(flags *snapshot.Snapshot, timeout time.Duration) time.Duration {
	longest := time.Duration(0)
	for _, use := range flags.CohortsRead() {
		since, missing := k.missing[use.ID]
		if missing && !isFinal(k.failed[use.ID]) {
			longest = max(longest, timeout-time.Since(since))
		}
	}
	return longest
}

// isFinal reports whether a download that failed in this way will fail again
// unless somebody changes something.
func isFinal(err error) bool {
	var tooLarge *cohort.TooLargeError
	if errors.As(err, &tooLarge) {
		return true
	}
	var status *httpapi.StatusError
	if !errors.As(err, &status) {
		return false
	}
	switch status.StatusCode {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusRequestEntityTooLarge:
		return true
	}
	return false
}

// join returns flags with the cohorts that are held.
func (k *knownCohorts) join(flags *snapshot.Snapshot, options *CohortOptions, source string) *snapshot.Snapshot {
	provenance := snapshot.Provenance{Source: source, LoadedAt: now()}
	if options == nil {
		return flags.With(nil, cohort.Key{}, false, provenance)
	}
	return flags.With(k.held, k.key, options.Withhold, provenance)
}

// take keeps a cohort, or the reason why its download failed, and returns the
// copy that it replaces.
func (k *knownCohorts) take(event datasource.CohortEvent) (replaced *cohort.Cohort) {
	if event.Err != nil {
		k.failed[event.ID] = event.Err
		return nil
	}
	delete(k.failed, event.ID)
	if event.Cohort != nil {
		replaced = k.held[event.ID]
		k.held[event.ID] = event.Cohort
		delete(k.missing, event.ID)
	}
	return replaced
}

// knows reports whether some flags want the cohort.
func (k *knownCohorts) knows(id string) bool {
	_, missing := k.missing[id]
	return missing || k.held[id] != nil
}

// errors returns a copy of the errors by ID.
func (k *knownCohorts) errors() map[string]error { return maps.Clone(k.failed) }

// cohortsOf returns the cohorts that flags read and that are held, by ID.
func (k *knownCohorts) cohortsOf(flags *snapshot.Snapshot) []*cohort.Cohort {
	var list []*cohort.Cohort
	for _, use := range flags.CohortsRead() {
		if held := k.held[use.ID]; held != nil && !slices.Contains(list, held) {
			list = append(list, held)
		}
	}
	return list
}

// report warns of cohorts that flags in use read and that are missing. It warns
// once of the same ones.
func (k *knownCohorts) report(logger *slog.Logger, inUse *snapshot.Snapshot, withhold bool) {
	ids := inUse.MissingCohorts()
	names := strings.Join(ids, "\x00")
	if names == k.warned {
		return
	}
	k.warned = names
	if len(ids) == 0 {
		return
	}
	consequence := "users count as not in them"
	flagKeys := inUse.LackingCohorts()
	if withhold {
		consequence = "these flags give no variant until then"
	}
	logger.Warn("cohorts are missing, and loading them is retried: "+consequence,
		"cohorts", namesOf(ids), "flags", namesOf(flagKeys), "error", k.failed[ids[0]])
}

// takeCohort handles what the cohort feed delivers.
func (l *loop) takeCohort(event datasource.CohortEvent) {
	if !l.known.knows(event.ID) {
		return // not wanted any more
	}
	before, refresh := l.known.failed[event.ID], l.known.held[event.ID] != nil
	replaced := l.known.take(event)
	l.updater.health.setCohorts(l.known.errors())
	if event.Err != nil {
		l.updater.health.failed(event.Err)
	}
	if refresh {
		l.logRefresh(event, before)
	} else {
		l.logDownload(event)
	}
	l.advance()
	current := l.updater.Current()
	if event.Cohort != nil && current != nil && current.ReadsCohort(event.ID) &&
		current.Cohort(event.ID) != event.Cohort {
		l.publish(current, datasource.Source(current.Provenance().Source), nil)
	}
	if replaced != nil {
		l.retired = append(l.retired, retired{replaced.Members.Size(), event.Cohort.Members.Size()})
	}
}
