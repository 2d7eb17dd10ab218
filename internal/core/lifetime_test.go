//go:build cgo

package core

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPlansAreFreedWhileOthersEvaluate replaces a plan again and again while goroutines
// evaluate whichever is there: each evaluation is of one whole plan, the C memory that
// plans hold stays flat, and none is left in the end. XC_PLANS sets how many plans.
func TestPlansAreFreedWhileOthersEvaluate(t *testing.T) {
	plans := 2_000
	if text := os.Getenv("XC_PLANS"); text != "" {
		var err error
		plans, err = strconv.Atoi(text)
		require.NoError(t, err, "XC_PLANS is how many plans to make")
	}
	before := settledBytes(t, 0)

	var current atomic.Pointer[Plan]
	current.Store(planOf(t, 1))
	largest := int64(planOf(t, mostFlags).Size())
	stop := make(chan struct{})
	var evaluators sync.WaitGroup
	for range 3 {
		evaluators.Add(1)
		go func() {
			defer evaluators.Done()
			var results []Result
			for {
				select {
				case <-stop:
					return
				default:
				}
				plan := current.Load()
				var err error
				results, err = plan.Evaluate(new(Scratch), []byte(`{"user":{"user_id":"u"}}`), nil, results[:0])
				if !assert.NoError(t, err) || !assert.Len(t, results, plan.NumFlags()) {
					return
				}
			}
		}()
	}

	// Between collections no more plans can pile up than were made: 100, the one in use and
	// one for each evaluator, each of them with the building's memory given back.
	const collected = 100
	most := int64(0)
	for i := range plans {
		current.Store(planOf(t, 1+i%mostFlags))
		if i%collected == collected-1 {
			settledBytes(t, before+8*largest)
			most = max(most, heldBytes()-before)
		}
	}
	close(stop)
	evaluators.Wait()
	assert.LessOrEqual(t, most, 8*largest, "bytes that were held after a collection")
	current.Store(nil)
	assert.Equal(t, before, settledBytes(t, before))
	t.Logf("%d plans, at most %d bytes held after a collection", plans, most)
}

const mostFlags = 5

// planOf makes a plan with this many flags, all of them on for everybody.
func planOf(t *testing.T, flags int) *Plan {
	t.Helper()
	text := []byte{'['}
	for i := range flags {
		if i > 0 {
			text = append(text, ',')
		}
		text = fmt.Appendf(text, `{"key":"f%d","variants":{"on":{"key":"on"}},"segments":[{"variant":"on","conditions":[[`+
			`{"selector":["context","user","user_id"],"op":"regex match","values":["^u$"]}]]}]}`, i)
	}
	plan, err := Compile(append(text, ']'))
	require.NoError(t, err)
	return plan
}

// settledBytes collects garbage until plans hold at most this much, or for as long as it
// is getting less: plans are freed some time after the collection that finds them.
func settledBytes(t *testing.T, most int64) int64 {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for quiet := 0; quiet < 5 && time.Now().Before(deadline); {
		held := heldBytes()
		if held <= most {
			return held
		}
		runtime.GC()
		done := make(chan struct{})
		runtime.AddCleanup(new([16]byte), func(done chan struct{}) { close(done) }, done)
		runtime.GC() // cleanups queue up: this one comes behind those of plans
		<-done
		if heldBytes() < held {
			quiet = 0
		} else {
			quiet++
		}
	}
	return heldBytes()
}
