//go:build cgo

package updater_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/experimenttest"
	"github.com/amplitude/experiment-go-server/internal/datasource"
	"github.com/amplitude/experiment-go-server/internal/httpapi"
	"github.com/amplitude/experiment-go-server/internal/testservice"
	"github.com/amplitude/experiment-go-server/internal/updater"
)

// liveOptions returns options that stream from a fake service and refresh its
// cohorts every 20 ms.
func liveOptions(t *testing.T, server *experimenttest.Server) updater.Options {
	base, err := url.Parse(server.URL)
	require.NoError(t, err)
	key, err := httpapi.Authorization(server.DeploymentKey)
	require.NoError(t, err)
	project, err := httpapi.ProjectKeys(server.APIKey, server.SecretKey)
	require.NoError(t, err)
	return updater.Options{
		Source:   datasource.Options{Base: base, Authorization: key},
		Stream:   &datasource.StreamOptions{Base: base, Authorization: key, ConnectTimeout: testservice.Timeout},
		Interval: 20 * time.Millisecond,
		Timing: datasource.Timing{
			Reconnect: time.Hour, Retry: 50 * time.Millisecond, FirstPoll: time.Millisecond,
		},
		Cohorts: &updater.CohortOptions{
			CohortOptions: datasource.CohortOptions{
				Base: base, Authorization: project, Interval: 20 * time.Millisecond,
			},
			Timeout: testservice.Timeout,
		},
		Logger: slog.New(slog.DiscardHandler),
	}
}

// newLive returns a started Updater of a fake service that has a cohort "c" and
// a flag "target" for its members.
func newLive(t *testing.T) (*experimenttest.Server, *updater.Updater) {
	flags := []byte("[" + cohortFlag("target", "c") + "]")
	server, err := experimenttest.NewServer(&experimenttest.Config{Flags: flags})
	require.NoError(t, err)
	t.Cleanup(server.Close)
	require.NoError(t, server.SetCohort(experimenttest.Cohort{ID: "c", MemberIDs: []string{"ada"}}))
	u := newUpdater(t, liveOptions(t, server))
	require.NoError(t, u.Start(t.Context()))
	return server, u
}

// isMember reports whether the flag "target" targets a user.
func isMember(t *testing.T, u *updater.Updater, userID string) bool {
	variant, err := u.Current().Variant(&experiment.User{UserID: userID}, "target")
	require.NoError(t, err)
	return variant != nil
}

func TestCohorts_AreRefreshed(t *testing.T) {
	server, u := newLive(t)
	assert.True(t, isMember(t, u, "ada"))
	before := u.Current()
	updates := make(chan []string, 10)
	u.OnUpdate(func(flagKeys []string) { updates <- flagKeys })
	require.NoError(t, server.SetCohort(experimenttest.Cohort{ID: "c", MemberIDs: []string{"bob"}}))
	assert.Equal(t, []string{"target"}, testservice.Receive(t, updates))
	assert.False(t, isMember(t, u, "ada"))
	assert.True(t, isMember(t, u, "bob"))
	assert.True(t, u.Current().SharesPlan(before), "the flags are not compiled again")
	assert.NotEqual(t, before.Provenance().Version, u.Current().Provenance().Version)
}

func TestCohorts_StayInUseWhenARefreshFails(t *testing.T) {
	server, u := newLive(t)
	require.NoError(t, server.Fail(experimenttest.EndpointCohort, experimenttest.Fault{
		Status: http.StatusNotFound, Times: experimenttest.UntilCleared,
	}))
	failed := func() bool { return u.Health().CohortErrors["c"] != nil }
	require.Eventually(t, failed, testservice.Timeout, time.Millisecond)
	assert.True(t, isMember(t, u, "ada"))
	server.ClearFaults()
	recovered := func() bool { return u.Health().CohortErrors["c"] == nil }
	require.Eventually(t, recovered, testservice.Timeout, time.Millisecond)
}

func TestStream_IsUsedAgainAfterAnOutage(t *testing.T) {
	server, u := newLive(t)
	updates := make(chan []string, 10)
	u.OnUpdate(func(flagKeys []string) { updates <- flagKeys })
	require.NoError(t, server.Chaos(1, 1))
	broken := func() bool { return u.Health().LastError != nil }
	require.Eventually(t, broken, testservice.Timeout, time.Millisecond)
	assert.True(t, isMember(t, u, "ada"), "the last good state stays in use")
	server.ClearFaults()
	require.NoError(t, server.SetFlags([]byte("["+cohortFlag("target", "c")+","+cohortFlag("other", "c")+"]")))
	assert.Equal(t, []string{"other"}, testservice.Receive(t, updates))
	streams := func() bool { return u.Current().Provenance().Source == string(datasource.SourceStream) }
	require.Eventually(t, streams, testservice.Timeout, time.Millisecond)
}

// A transport that outlives its context is the worst that a network can do.
func TestClose_EndsAfterItsTimeout(t *testing.T) {
	transport := &stubborn{polling: make(chan struct{}), release: make(chan struct{})}
	u := updater.New(updater.Options{
		Source:       datasource.Options{Base: &url.URL{}, HTTPClient: &http.Client{Transport: transport}},
		Interval:     time.Millisecond,
		CloseTimeout: time.Millisecond,
		Logger:       slog.New(slog.DiscardHandler),
	})
	require.NoError(t, u.Start(t.Context()))
	testservice.Receive(t, transport.polling)
	require.ErrorIs(t, u.Close(), updater.ErrStillRunning)
	close(transport.release)
	require.Eventually(t, func() bool { return u.Close() == nil }, testservice.Timeout, time.Millisecond)
}

// Close comes at every moment of a start that waits for a cohort.
func TestClose_InterruptsTheWaitForACohort(t *testing.T) {
	waiting := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/sdk/v2/flags" {
			fmt.Fprint(w, "["+cohortFlag("target", "c")+"]")
			return
		}
		close(waiting)
		<-r.Context().Done()
	}))
	defer server.Close()
	base, err := url.Parse(server.URL)
	require.NoError(t, err)
	u := newUpdater(t, updater.Options{
		Source: datasource.Options{Base: base},
		Cohorts: &updater.CohortOptions{
			CohortOptions: datasource.CohortOptions{Base: base}, Timeout: time.Hour,
		},
		Logger: slog.New(slog.DiscardHandler),
	})
	result := startInBackground(t, u)
	testservice.Receive(t, waiting)
	closeNow(t, u)
	require.ErrorIs(t, testservice.Receive(t, result), updater.ErrClosed)
	assert.Nil(t, u.Current())
}
