//go:build cgo && !race

package updater_test

import (
	"bytes"
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/benchdata"
	"github.com/amplitude/experiment-go-server/internal/core"
	"github.com/amplitude/experiment-go-server/internal/testservice"
	"github.com/amplitude/experiment-go-server/internal/updater"
)

// withoutCollector turns off Go's garbage collector until the test ends.
func withoutCollector(t *testing.T) {
	t.Helper()
	runtime.GC()
	percent := debug.SetGCPercent(-1)
	t.Cleanup(func() { debug.SetGCPercent(percent) })
}

// collections returns how many garbage collections there have been.
func collections() uint32 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.NumGC
}

// reload responds with documents that differ in their white space, and uses
// each version of the flags before the next one.
func reload(t *testing.T, s *testservice.Service, u *updater.Updater, document []byte, times int, check func()) {
	t.Helper()
	user := &experiment.User{UserID: "u1"}
	poll := start(t, s, u, testservice.Body(string(document)))
	for i := range times {
		_, err := u.Current().Evaluate(user, nil, true)
		require.NoError(t, err)
		changed := string(document) + string(bytes.Repeat([]byte(" "), 1+i%2))
		poll = poll.RespondAndNext(t, testservice.Body(changed))
		check()
	}
}

// Nothing but the updater collects garbage here. The core's memory is freed
// some time after a collection, which Eventually waits for.
func TestPoll_BoundsThePlansThatAreNotFreedYet(t *testing.T) {
	withoutCollector(t)
	before := core.HeldBytes()
	s := testservice.New(t)
	u := newUpdater(t, optionsFor(t, s))
	reload(t, s, u, benchdata.Flags(4000), 10, func() {
		plan := int64(u.Current().Size())
		require.Greater(t, plan, int64(4<<20))
		freed := func() bool { return core.HeldBytes()-before < 2*plan }
		require.Eventually(t, freed, testservice.Timeout, time.Millisecond)
	})
}

func TestPoll_DoesNotCollectGarbageForFewFlags(t *testing.T) {
	withoutCollector(t)
	s := testservice.New(t)
	u := newUpdater(t, optionsFor(t, s))
	before := collections()
	reload(t, s, u, benchdata.Flags(100), 20, func() {})
	assert.LessOrEqual(t, collections()-before, uint32(1), "one, if tests before this one have retired plans")
}
