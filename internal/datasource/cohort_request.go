package datasource

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/amplitude/experiment-go-server/internal/backoff"
	"github.com/amplitude/experiment-go-server/internal/cohort"
	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

const (
	// cohortStall is how long a download may make no progress. The whole of it
	// has no limit, since a cohort may have 50 million members.
	cohortStall = 10 * time.Second

	cohortRetries = 3 // within one download

	maxCohortIDBytes = 1 << 10

	// A body is read up to 1 KiB a member and 1 MiB, or 8 GiB if that is less.
	maxMemberBytes = 1 << 10
	maxCohortBytes = 8 << 30
)

// cohortRetryBackoff waits before the retries within one download. After them
// the feed waits longer.
var cohortRetryBackoff = backoff.Exponential{Min: 200 * time.Millisecond, Max: 2 * time.Second, Factor: 2}

func newCohortClient(options CohortOptions, maxSize int) *httpapi.Client {
	return httpapi.New(httpapi.Options{
		HTTPClient:   options.HTTPClient,
		Retries:      cohortRetries,
		Backoff:      cohortRetryBackoff,
		StallTimeout: cohortStall,
		MaxBodyBytes: maxCohortBody(maxSize),
		Logger:       options.Logger,
	})
}

// maxCohortBody returns how many bytes of a cohort are read.
func maxCohortBody(maxSize int) int64 {
	if int64(maxSize) > maxCohortBytes/maxMemberBytes {
		return maxCohortBytes
	}
	return min(1<<20+maxMemberBytes*int64(maxSize), maxCohortBytes)
}

// cohortIDError means that no request can be made for a cohort.
type cohortIDError string

func (e cohortIDError) Error() string { return string(e) }

// download requests a cohort. If lastModified is not 0 and the caller's copy is
// current, download returns nil.
func (f *CohortFeed) download(
	ctx context.Context, id string, key cohort.Key, lastModified int64,
) (*cohort.Cohort, error) {
	address, err := f.address(id, lastModified)
	if err != nil {
		return nil, fmt.Errorf("downloading a cohort: %w", err)
	}
	request := &httpapi.Request{
		Service: httpapi.Cohorts, Method: http.MethodGet, URL: address, Header: f.header, Key: f.authorization,
	}
	if lastModified != 0 {
		request.Accept = []int{http.StatusOK, http.StatusNoContent}
	}
	var current *cohort.Cohort
	request.Read = func(body io.Reader) (err error) {
		current, err = f.decode(body, key, f.maxSize)
		return err
	}
	response, err := f.client.Do(ctx, request)
	if err == nil && response.StatusCode == http.StatusNoContent {
		return nil, nil
	}
	if err == nil {
		current, err = withID(current, id)
	}
	if err != nil {
		return nil, fmt.Errorf("downloading cohort %q: %w", id, err)
	}
	return current, nil
}

// withID returns the cohort with the ID that was asked for, which the body may
// lack. It returns an error if the body has another one.
func withID(c *cohort.Cohort, id string) (*cohort.Cohort, error) {
	if c.ID != "" && c.ID != id {
		return nil, fmt.Errorf("the service sent cohort %q instead", c.ID)
	}
	c.ID = id
	return c, nil
}

// address returns the URL of a cohort. It returns an error if no path can name
// the cohort.
func (f *CohortFeed) address(id string, lastModified int64) (string, error) {
	switch {
	case id == "":
		return "", cohortIDError("its ID is empty: does a flag target a cohort without an ID?")
	case len(id) > maxCohortIDBytes:
		return "", cohortIDError(fmt.Sprintf("its ID is longer than %d bytes", maxCohortIDBytes))
	}
	escaped := url.PathEscape(id)
	if escaped == "." || escaped == ".." { // a step in the path, unless the dots are escaped
		escaped = strings.ReplaceAll(escaped, ".", "%2E")
	}
	query := "?maxCohortSize=" + strconv.Itoa(f.maxSize)
	if lastModified != 0 {
		query += "&lastModified=" + strconv.FormatInt(lastModified, 10)
	}
	return f.endpoint + escaped + query, nil
}
