//go:build cgo

package updater_test

import (
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experimenttest"
	"github.com/amplitude/experiment-go-server/internal/testlog"
	"github.com/amplitude/experiment-go-server/internal/testservice"
)

func TestCohorts_WarnOnceOfAnOutage(t *testing.T) {
	server, err := experimenttest.NewServer(&experimenttest.Config{
		Flags: []byte("[" + cohortFlag("f1", "c1") + "," + cohortFlag("f2", "c2") + "]"),
	})
	require.NoError(t, err)
	t.Cleanup(server.Close)
	for _, id := range []string{"c1", "c2"} {
		require.NoError(t, server.SetCohort(experimenttest.Cohort{ID: id, MemberIDs: []string{"ada"}}))
	}
	options := liveOptions(t, server)
	var log *testlog.Log
	options.Logger, log = testlog.New()
	u := newUpdater(t, options)
	require.NoError(t, u.Start(t.Context()))
	require.NoError(t, server.Fail(experimenttest.EndpointCohort, experimenttest.Fault{
		Status: http.StatusNotFound, Times: experimenttest.UntilCleared,
	}))
	bothFailed := func() bool { return len(u.Health().CohortErrors) == 2 }
	require.Eventually(t, bothFailed, testservice.Timeout, time.Millisecond)
	server.ClearFaults()
	recovered := func() bool { return len(log.Messages(t, slog.LevelInfo)) > 0 }
	require.Eventually(t, recovered, testservice.Timeout, time.Millisecond)
	closeNow(t, u)
	assert.Equal(t, []string{
		"refreshing a cohort failed; the last good members stay in use, also of others that fail",
	}, log.Messages(t, slog.LevelWarn))
	assert.Equal(t, []string{"refreshing cohorts works again"}, log.Messages(t, slog.LevelInfo))
}

func TestCohorts_AreNotLoadedForFlagsThatWereTakenBack(t *testing.T) {
	server, u := newLive(t)
	const target = "target"
	require.NoError(t, server.SetFlags([]byte("["+cohortFlag(target, "c")+","+cohortFlag("f", "missing")+"]")))
	waits := func() bool { return u.Health().CohortErrors["missing"] != nil }
	require.Eventually(t, waits, testservice.Timeout, time.Millisecond)
	require.NoError(t, server.SetFlags([]byte("["+cohortFlag(target, "c")+"]")))
	forgotten := func() bool { return len(u.Health().CohortErrors) == 0 }
	require.Eventually(t, forgotten, testservice.Timeout, time.Millisecond)
}
