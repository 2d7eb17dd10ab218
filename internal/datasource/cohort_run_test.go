package datasource_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/cohort"
	"github.com/amplitude/experiment-go-server/internal/datasource"
	"github.com/amplitude/experiment-go-server/internal/testservice"
)

// hangingBody responds with the beginning of a cohort, and waits for the client
// to give up.
func hangingBody(w http.ResponseWriter, r *http.Request) {
	_, _ = w.Write([]byte(`{"cohortId":`))
	_ = http.NewResponseController(w).Flush()
	<-r.Context().Done()
}

func TestWant_CancelsTheDownloadOfACohortNoLongerWanted(t *testing.T) {
	for name, response := range map[string]http.HandlerFunc{"before the header": nil, "mid-body": hangingBody} {
		t.Run(name, func(t *testing.T) {
			c := newCohortTest(t)
			c.want("c1", "c2")
			first, second := c.service.Next(t), c.service.Next(t)
			if path.Base(first.URL.Path) == "c2" {
				first, second = second, first
			}
			if response != nil {
				first.Respond(response)
			}
			c.want("c2")
			testservice.Receive(t, first.Context().Done())
			second.Respond(cohortBody("c2", 5))
			event := c.event(t)
			assert.Equal(t, "c2", event.ID, "c1 has no event")
			assert.NoError(t, event.Err)
			c.requireNoEvent(t)
		})
	}
}

func TestWant_DownloadsNewCohortsOnly(t *testing.T) {
	c := newCohortTest(t)
	c.want("c1")
	c.respond(t, cohortBody("c1", 5))
	require.NoError(t, c.event(t).Err)
	c.want("c1", "c2", "c2")
	r := c.service.Next(t)
	assert.Equal(t, "/prefix/sdk/v1/cohort/c2", r.URL.Path)
	c.want("c2", "c1")
	r.Respond(cohortBody("c2", 5))
	require.NoError(t, c.event(t).Err, "its download was not canceled")
	c.want()
	c.want("c1")
	r = c.service.Next(t)
	assert.Equal(t, "maxCohortSize=2147483647", r.URL.RawQuery, "it counts as new")
	r.Respond(cohortBody("c1", 5))
	c.event(t)
	c.service.RequireNoRequest(t)
}

func TestWant_KeepsWhatTheFeedKnowsOfACohort(t *testing.T) {
	c := newCohortTest(t, func(s *cohortSettings) { s.Interval = soon })
	c.Want([]datasource.Wanted{{ID: "c1", LastModified: 5}}, cohort.Key{})
	r := c.service.Next(t)
	c.Want([]datasource.Wanted{{ID: "c1", LastModified: 3}}, cohort.Key{})
	r.Respond(cohortBody("c1", 7))
	require.NoError(t, c.event(t).Err)
	assert.Equal(t, "7", c.service.Next(t).URL.Query().Get("lastModified"))
}

func TestWant_StartsAnewWithAnotherKey(t *testing.T) {
	c := newCohortTest(t)
	first, second := cohort.KeyOf([16]byte{1}), cohort.KeyOf([16]byte{2})
	c.Want([]datasource.Wanted{{ID: "c1", LastModified: 5}}, first)
	canceled := c.service.Next(t)
	c.Want([]datasource.Wanted{{ID: "c1"}}, second)
	testservice.Receive(t, canceled.Context().Done())
	r := c.service.Next(t)
	assert.Equal(t, "maxCohortSize=2147483647", r.URL.RawQuery)
	r.Respond(cohortBody("c1", 5))
	event := c.event(t)
	assert.Equal(t, second.Bytes(), event.Key.Bytes())
	require.NoError(t, event.Err)

	c.Want([]datasource.Wanted{{ID: "c1", LastModified: 4}}, first)
	assert.Equal(t, "4", c.service.Next(t).URL.Query().Get("lastModified"))
}

func TestWant_MayBeCalledByDeliver(t *testing.T) {
	var c *cohortTest
	delivered := make(chan string, 3)
	made := make(chan struct{})
	c = newCohortTest(t, func(s *cohortSettings) {
		s.deliver = func(event datasource.CohortEvent) {
			<-made
			delivered <- event.ID
			if event.ID != "c3" {
				c.want(map[string]string{"c1": "c2", "c2": "c3"}[event.ID])
			}
		}
	})
	close(made)
	go c.service.RespondToAll(func(w http.ResponseWriter, r *http.Request) {
		cohortBody(path.Base(r.URL.Path), 5)(w, r)
	})
	c.want("c1")
	for _, want := range []string{"c1", "c2", "c3"} {
		assert.Equal(t, want, testservice.Receive(t, delivered))
	}
}

func TestRun_DownloadsEightCohortsAtATime(t *testing.T) {
	var o overlap
	c := newCohortTest(t, o.measure(t))
	var ids []string
	for i := range 3 * datasource.ParallelCohorts {
		ids = append(ids, fmt.Sprint(i))
	}
	c.want(ids...)
	var waiting []*testservice.Request
	for range datasource.ParallelCohorts {
		waiting = append(waiting, c.service.Next(t))
	}
	var got []string
	for range ids {
		id := path.Base(waiting[0].URL.Path)
		waiting[0].Respond(cohortBody(id, 5))
		waiting = waiting[1:]
		event := c.event(t)
		require.NoError(t, event.Err)
		got = append(got, event.ID)
		if len(got)+len(waiting) < len(ids) {
			waiting = append(waiting, c.service.Next(t)) // the next begins when one ends
		}
	}
	assert.ElementsMatch(t, ids, got)
	most, _ := o.counts()
	assert.Equal(t, 8, most)
}

func TestRun_DownloadsNewCohortsBeforeItRefreshesOthers(t *testing.T) {
	c := newCohortTest(t, func(s *cohortSettings) { s.Interval = soon })
	var ids []string
	for i := range datasource.ParallelCohorts + 1 {
		ids = append(ids, fmt.Sprint("old", i))
	}
	c.want(ids...)
	// When one old cohort has been downloaded, the others keep the feed busy.
	// It waits for its refresh, and a new cohort comes before it.
	c.respond(t, cohortBody("", 5))
	event := c.event(t)
	require.NoError(t, event.Err)
	var waiting []*testservice.Request
	for range datasource.ParallelCohorts {
		waiting = append(waiting, c.service.Next(t))
	}
	c.want(append(ids, "new")...)
	waiting[0].Respond(cohortBody("", 5))
	require.NoError(t, c.event(t).Err)
	assert.Equal(t, "new", path.Base(c.service.Next(t).URL.Path))
}

func TestRun_EndsWithTheContext(t *testing.T) {
	for name, response := range map[string]http.HandlerFunc{"before the header": nil, "mid-body": hangingBody} {
		t.Run(name, func(t *testing.T) {
			c := newCohortTest(t, func(s *cohortSettings) { s.retries = 3 })
			var ids []string
			for i := range 2 * datasource.ParallelCohorts {
				ids = append(ids, fmt.Sprint(i))
			}
			c.want(ids...)
			for range datasource.ParallelCohorts {
				if r := c.service.Next(t); response != nil {
					r.Respond(response)
				}
			}
			c.stop()
			c.requireNoEvent(t)
		})
	}
	t.Run("while there is nothing to do", func(t *testing.T) { newCohortTest(t).stop() })
}

func TestRun_GoesOnWhereThePreviousRunEnded(t *testing.T) {
	c := newCohortTest(t)
	c.want("c1", "c2")
	first, second := c.service.Next(t), c.service.Next(t)
	id := path.Base(first.URL.Path)
	first.Respond(cohortBody(id, 5))
	require.NoError(t, c.event(t).Err)
	c.stop()
	testservice.Receive(t, second.Context().Done())

	ctx, cancel := context.WithCancel(t.Context())
	delivered := make(chan string, 2)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		c.Run(ctx, func(event datasource.CohortEvent) { delivered <- event.ID })
	}()
	c.respond(t, cohortBody("", 5))
	assert.NotEqual(t, id, testservice.Receive(t, delivered))
	cancel()
	testservice.Receive(t, ended)
}

// A storm of Wants, of responses and of refreshes, in which no cohort may be
// downloaded twice at a time, and each must be delivered in the end.
func TestWant_MayBeCalledAtAnyTime(t *testing.T) {
	var o overlap
	c := newCohortTest(t, o.measure(t), func(s *cohortSettings) { s.Interval = soon })
	go c.service.RespondToAll(func(w http.ResponseWriter, r *http.Request) {
		switch rand.N(4) {
		case 0:
			w.WriteHeader(http.StatusServiceUnavailable)
		case 1:
			testservice.Truncated(w, r)
		default:
			cohortBody(path.Base(r.URL.Path), 5)(w, r)
		}
	})
	var ids []string
	for i := range 3 * datasource.ParallelCohorts {
		ids = append(ids, fmt.Sprint(i))
	}
	var wanting sync.WaitGroup
	for range 2 {
		wanting.Add(1)
		go func() {
			defer wanting.Done()
			for range 200 {
				some := slices.Clone(ids)
				rand.Shuffle(len(some), func(i, j int) { some[i], some[j] = some[j], some[i] })
				c.want(some[:rand.N(len(some))]...)
				select {
				case <-c.events:
				case <-time.After(time.Millisecond):
				}
			}
		}()
	}
	wanting.Wait()
	c.want(ids...)
	missing := map[string]bool{}
	for _, id := range ids {
		missing[id] = true
	}
	for len(missing) > 0 {
		if event := c.event(t); event.Err == nil {
			delete(missing, event.ID)
		}
	}
	most, mostOfOne := o.counts()
	assert.LessOrEqual(t, most, datasource.ParallelCohorts)
	assert.Equal(t, 1, mostOfOne)
}
