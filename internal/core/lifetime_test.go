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

// TestPlan_IsFreedWhileOthersEvaluate replaces a plan many times while
// goroutines evaluate the current one. Each evaluation must use one whole plan,
// the C memory of all plans must stay flat, and none may be left at the end.
// XC_PLANS sets the number of plans.
func TestPlan_IsFreedWhileOthersEvaluate(t *testing.T) {
	plans := 2_000
	if value := os.Getenv("XC_PLANS"); value != "" {
		var err error
		plans, err = strconv.Atoi(value)
		require.NoError(t, err, "XC_PLANS is the number of plans")
	}
	before := settledBytes(t, 0)

	var current atomic.Pointer[Plan]
	current.Store(planOf(t, 1))
	largest := int64(planOf(t, maxFlags).Size())
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
				context := []byte(`{"user":{"user_id":"u"}}`)
				results, err = plan.Evaluate(new(Scratch), context, nil, results[:0])
				if !assert.NoError(t, err) || !assert.Len(t, results, plan.NumFlags()) {
					return
				}
			}
		}()
	}

	// After a collection the current plan, one for each evaluator and a few
	// that are not freed yet may hold memory: no more than 8 of the largest
	// size.
	const plansPerCollection = 100
	maxHeld := int64(0)
	for i := range plans {
		current.Store(planOf(t, 1+i%maxFlags))
		if i%plansPerCollection == plansPerCollection-1 {
			settledBytes(t, before+8*largest)
			maxHeld = max(maxHeld, HeldBytes()-before)
		}
	}
	close(stop)
	evaluators.Wait()
	assert.LessOrEqual(t, maxHeld, 8*largest, "bytes held after a collection")
	current.Store(nil)
	assert.Equal(t, before, settledBytes(t, before))
	t.Logf("%d plans, at most %d bytes held after a collection", plans, maxHeld)
}

// maxFlags is how many flags the largest plan has.
const maxFlags = 5

// planOf makes a plan with this many flags, all of which are on for user "u".
func planOf(t *testing.T, flags int) *Plan {
	t.Helper()
	document := []byte{'['}
	for i := range flags {
		if i > 0 {
			document = append(document, ',')
		}
		document = fmt.Appendf(document, `{"key":"f%d","variants":{"on":{"key":"on"}},"segments":[`+
			`{"variant":"on","conditions":[[`+
			`{"selector":["context","user","user_id"],"op":"regex match","values":["^u$"]}]]}]}`, i)
	}
	plan, err := Compile(append(document, ']'))
	require.NoError(t, err)
	return plan
}

// settledBytes collects garbage until plans hold at most maxBytes, or until
// collecting frees no more, and returns how much they hold. Plans are freed
// some time after the collection that finds them.
func settledBytes(t *testing.T, maxBytes int64) int64 {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for quiet := 0; quiet < 5 && time.Now().Before(deadline); {
		held := HeldBytes()
		if held <= maxBytes {
			return held
		}
		runtime.GC()
		done := make(chan struct{})
		runtime.AddCleanup(new([16]byte), func(done chan struct{}) { close(done) }, done)
		runtime.GC() // cleanups are queued: this one runs after the cleanups of plans
		<-done
		if HeldBytes() < held {
			quiet = 0
		} else {
			quiet++
		}
	}
	return HeldBytes()
}
