package snapshot

import (
	"sync"

	"github.com/amplitude/experiment-go-server/internal/core"
)

// scratch is the memory of one evaluation. A pool keeps it for the next one.
type scratch struct {
	core      core.Scratch
	context   []byte
	results   []core.Result
	selection []selected
	// flags are the flags requested by key, and slots and cohorts what they
	// read. The sets contain the same numbers as the lists.
	flags     []uint32
	slots     []uint32
	cohorts   []uint32
	requested bitset
	reads     bitset
	asks      bitset
}

// selected is an outcome that goes into the map of variants.
type selected struct {
	flag    uint32
	outcome *outcome
}

// newScratches returns a pool of scratches for a plan with this many flags,
// slots and cohorts. The pool does not refer to the plan.
func newScratches(flags, slots, cohorts int) *sync.Pool {
	return &sync.Pool{New: func() any {
		return &scratch{requested: newBitset(flags), reads: newBitset(slots), asks: newBitset(cohorts)}
	}}
}

// maxKeptContext is the largest buffer that the pool keeps, in bytes: one huge
// user must not hold on to its memory.
const maxKeptContext = 64 << 10

func (s *Snapshot) take() *scratch { return s.scratches.Get().(*scratch) }

func (s *Snapshot) release(scratch *scratch) {
	// Number by number: the sets of a large plan are much larger than what one
	// evaluation puts into them.
	scratch.requested.removeAll(scratch.flags)
	scratch.reads.removeAll(scratch.slots)
	scratch.asks.removeAll(scratch.cohorts)
	scratch.flags, scratch.slots, scratch.cohorts = scratch.flags[:0], scratch.slots[:0], scratch.cohorts[:0]
	if cap(scratch.context) > maxKeptContext {
		scratch.context = nil
	}
	scratch.core.Trim()
	s.scratches.Put(scratch)
}
