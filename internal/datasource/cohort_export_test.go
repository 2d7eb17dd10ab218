package datasource

import (
	"io"
	"time"

	"github.com/amplitude/experiment-go-server/internal/cohort"
	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

// ParallelCohorts is how many cohorts are downloaded at a time.
const ParallelCohorts = parallelCohorts

// NewTestCohortFeed returns a CohortFeed with another decoder, and with another
// limit for downloads that make no progress. Within one download it makes the
// given number of retries, without waits.
func NewTestCohortFeed(
	options CohortOptions, decode func(io.Reader, cohort.Key, int) (*cohort.Cohort, error),
	retries int, stall time.Duration,
) *CohortFeed {
	f := NewCohortFeed(options)
	f.decode = decode
	f.client = httpapi.New(httpapi.Options{
		HTTPClient: options.HTTPClient, Retries: retries, StallTimeout: stall,
		MaxBodyBytes: maxCohortBody(f.maxSize), Logger: options.Logger,
	})
	return f
}

// CohortWait returns the wait after a download of a cohort.
func CohortWait(interval time.Duration, refreshed bool, failures int, err error) time.Duration {
	return (&wantedCohort{refreshed: refreshed, failures: failures}).wait(interval, err)
}

// ErrCohortID is an error for an ID that no request can name.
const ErrCohortID = cohortIDError("no ID")
