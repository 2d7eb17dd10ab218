package datasource

import (
	"cmp"
	"context"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/amplitude/experiment-go-server/internal/cohort"
	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

// CohortOptions of a CohortFeed. The caller has checked them; HTTPClient and
// Logger are optional.
type CohortOptions struct {
	Base          *url.URL      // of the service, see httpapi.ServerURL
	Authorization httpapi.Key   // the keys of the project
	HTTPClient    *http.Client  // is copied; its Timeout limits each whole download; nil means a pool of the feed's own
	MaxSize       int           // the members that a cohort may have; 0 means 2147483647
	Interval      time.Duration // between a download of a cohort and its refresh; 0 means a minute
	Logger        *slog.Logger  // gets debug lines; nil means silence
}

// Wanted is a cohort that the caller wants.
type Wanted struct {
	ID           string
	LastModified int64 // of the copy that the caller has, 0 if it has none
}

// CohortEvent is the result of one download. If Cohort and Err are nil, the
// service has confirmed that the caller's copy is current.
type CohortEvent struct {
	ID     string
	Key    cohort.Key     // of the hashes in Cohort, as Want got it
	Cohort *cohort.Cohort // the new copy
	Err    error          // why there is none; it names the cohort, which the feed will request again
}

// CohortFeed keeps the wanted cohorts current: it downloads each at once, and
// then refreshes it whenever the interval has passed. Any number of goroutines
// may call Want. See RATIONALE.md, "How does the feed of cohorts spread its
// requests?".
type CohortFeed struct {
	endpoint      string // without the ID
	header        http.Header
	authorization httpapi.Key
	client        *httpapi.Client
	maxSize       int
	interval      time.Duration
	logger        *slog.Logger
	decode        func(body io.Reader, key cohort.Key, maxMembers int) (*cohort.Cohort, error)

	changed chan struct{} // wakes Run after a Want; holds one

	mu     sync.Mutex
	key    cohort.Key
	wanted map[string]*wantedCohort // by ID
}

// wantedCohort is the state of one cohort, guarded by the mutex of the feed
// except for id and key, which never change.
type wantedCohort struct {
	id           string
	key          cohort.Key
	lastModified int64     // of the caller's copy, 0 if there is none
	due          time.Time // of the next download; zero before the first one ends, which precedes the others
	refreshed    bool      // whether a download has succeeded
	failures     int       // downloads that failed since the last success

	stop context.CancelFunc // of the download in progress, nil if there is none
}

// NewCohortFeed returns a CohortFeed that wants no cohorts. It does not
// connect.
func NewCohortFeed(options CohortOptions) *CohortFeed {
	f := &CohortFeed{
		endpoint:      httpapi.Endpoint(options.Base, "sdk/v1/cohort/", nil),
		header:        http.Header{httpapi.LibraryHeader: {httpapi.Library}},
		authorization: options.Authorization,
		maxSize:       cmp.Or(options.MaxSize, math.MaxInt32),
		interval:      cmp.Or(options.Interval, time.Minute),
		logger:        options.Logger,
		decode:        cohort.Decode,
		changed:       make(chan struct{}, 1),
		wanted:        map[string]*wantedCohort{},
	}
	if f.logger == nil {
		f.logger = slog.New(slog.DiscardHandler)
	}
	f.client = newCohortClient(options, f.maxSize)
	return f
}

// Want replaces the set of wanted cohorts. The feed downloads those that are
// new at once, cancels the downloads of those that are no longer wanted, and
// goes on with the others as it was: their LastModified is not used, since the
// feed knows what it has delivered. If the key is not the key of the previous
// call, all cohorts count as new.
//
// Want never blocks, and may be called before Run, from any goroutine and from
// within deliver. An event that was on its way may still be delivered after it.
func (f *CohortFeed) Want(wanted []Wanted, key cohort.Key) {
	f.mu.Lock()
	defer f.mu.Unlock()
	previous := f.wanted
	if key.Bytes() != f.key.Bytes() {
		stopAll(previous)
		previous = nil
	}
	f.key, f.wanted = key, make(map[string]*wantedCohort, len(wanted))
	for _, w := range wanted {
		if known := previous[w.ID]; known != nil {
			f.wanted[w.ID] = known
			delete(previous, w.ID)
		} else if f.wanted[w.ID] == nil {
			f.wanted[w.ID] = &wantedCohort{id: w.ID, key: key, lastModified: w.LastModified}
		}
	}
	stopAll(previous)
	select {
	case f.changed <- struct{}{}:
	default: // Run has not yet noticed the previous Want, and will notice both
	}
}

func stopAll(cohorts map[string]*wantedCohort) {
	for _, c := range cohorts {
		if c.stop != nil {
			c.stop()
		}
	}
}

// Close closes the connections that no request uses, unless they belong to the
// caller's HTTPClient. It does not end Run.
func (f *CohortFeed) Close() { f.client.CloseIdleConnections() }
