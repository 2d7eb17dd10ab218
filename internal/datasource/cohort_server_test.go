package datasource_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/cohort"
	"github.com/amplitude/experiment-go-server/internal/datasource"
	"github.com/amplitude/experiment-go-server/internal/httpapi"
	"github.com/amplitude/experiment-go-server/internal/testservice"
)

const (
	apiKey, secretKey = "the-api-key", "the:secret:key"
	basicAuth         = "Basic dGhlLWFwaS1rZXk6dGhlOnNlY3JldDprZXk="
)

// cohortTest is a running CohortFeed and its service.
type cohortTest struct {
	*datasource.CohortFeed
	service *testservice.Service
	events  chan datasource.CohortEvent
	stop    func() // ends Run and waits for that
}

// cohortSettings are what a test may change of a CohortFeed.
type cohortSettings struct {
	datasource.CohortOptions
	retries int
	stall   time.Duration
	deliver func(datasource.CohortEvent) // nil to pass the events to the test
}

// newCohortTest starts a service and a CohortFeed for it. Both are stopped when
// the test ends. The feed makes no retries within a download, and refreshes
// only after an hour.
func newCohortTest(t *testing.T, change ...func(*cohortSettings)) *cohortTest {
	t.Helper()
	c := &cohortTest{service: testservice.New(t), events: make(chan datasource.CohortEvent)}
	base, err := url.Parse(c.service.URL + "/prefix/")
	require.NoError(t, err)
	keys, err := httpapi.ProjectKeys(apiKey, secretKey)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	settings := cohortSettings{
		CohortOptions: datasource.CohortOptions{Base: base, Authorization: keys, Interval: time.Hour},
		stall:         testservice.Timeout,
		deliver: func(event datasource.CohortEvent) {
			select {
			case c.events <- event:
			case <-ctx.Done():
			}
		},
	}
	for _, f := range change {
		f(&settings)
	}
	c.CohortFeed = datasource.NewTestCohortFeed(settings.CohortOptions, decodeCohort, settings.retries, settings.stall)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		c.Run(ctx, settings.deliver)
	}()
	c.stop = func() {
		cancel()
		testservice.Receive(t, ended)
	}
	t.Cleanup(func() {
		c.stop()
		c.Close()
	})
	return c
}

// want makes the cohorts the wanted ones, of which the caller has no copies.
func (c *cohortTest) want(ids ...string) {
	wanted := make([]datasource.Wanted, len(ids))
	for i, id := range ids {
		wanted[i].ID = id
	}
	c.Want(wanted, cohort.Key{})
}

// respond responds to the next request.
func (c *cohortTest) respond(t *testing.T, response http.HandlerFunc) {
	t.Helper()
	c.service.Next(t).Respond(response)
}

// event waits for the next event.
func (c *cohortTest) event(t *testing.T) datasource.CohortEvent {
	t.Helper()
	return testservice.Receive(t, c.events)
}

// requireNoEvent fails the test if an event is waiting.
func (c *cohortTest) requireNoEvent(t *testing.T) {
	t.Helper()
	select {
	case event := <-c.events:
		require.Fail(t, "an event came", "%+v", event)
	default:
	}
}

// cohortBody responds with a cohort. It has no ID if id is empty.
func cohortBody(id string, lastModified int64) http.HandlerFunc {
	return testservice.Body(fmt.Sprintf(
		`{"cohortId":%q,"groupType":"User","lastModified":%d,"memberIds":["u1","u2"]}`, id, lastModified))
}

// decodeCohort decodes a cohort, of which it keeps no members.
func decodeCohort(body io.Reader, _ cohort.Key, maxMembers int) (*cohort.Cohort, error) {
	var c struct {
		CohortID, GroupType string
		LastModified        int64
		MemberIDs           []string
	}
	if err := json.NewDecoder(body).Decode(&c); err != nil {
		return nil, err
	}
	if len(c.MemberIDs) > maxMembers {
		return nil, &cohort.TooLargeError{Limit: maxMembers}
	}
	return &cohort.Cohort{ID: c.CohortID, GroupType: c.GroupType, LastModified: c.LastModified}, nil
}

// overlap counts the requests that a transport sends at a time, from the start
// to the header of the response.
type overlap struct {
	http.RoundTripper
	mu        sync.Mutex
	now       map[string]int // by path
	all, most int
	mostOfOne int
}

func (o *overlap) add(path string, n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.now[path] += n
	o.all += n
	o.most = max(o.most, o.all)
	o.mostOfOne = max(o.mostOfOne, o.now[path])
}

func (o *overlap) RoundTrip(r *http.Request) (*http.Response, error) {
	o.add(r.URL.Path, 1)
	defer o.add(r.URL.Path, -1)
	return o.RoundTripper.RoundTrip(r)
}

// measure makes a CohortFeed send its requests through o.
func (o *overlap) measure(t *testing.T) func(*cohortSettings) {
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	o.RoundTripper, o.now = transport, map[string]int{}
	return func(s *cohortSettings) { s.HTTPClient = &http.Client{Transport: o} }
}

// counts returns the most requests at a time, and the most for one cohort.
func (o *overlap) counts() (most, mostOfACohort int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.most, o.mostOfOne
}
