package snapshot

import "github.com/amplitude/experiment-go-server/internal/core"

// scratch is the memory of one evaluation. A pool keeps it for the next.
type scratch struct {
	core    core.Scratch
	context []byte
	results []core.Result
	kept    []found
	// flags is those asked for by key, and slots what they read. The sets hold
	// nothing that is not in the lists.
	flags []uint32
	slots []uint32
	asked bitset
	reads bitset
}

// found is an outcome that a map of variants is to have.
type found struct {
	flag    uint32
	outcome *outcome
}

func newScratch(plan *core.Plan) *scratch {
	return &scratch{asked: newBitset(plan.NumFlags()), reads: newBitset(len(plan.Paths()))}
}

// mostContext is the largest buffer that is kept: one huge user must not hold on
// to its memory.
const mostContext = 64 << 10

func (s *Snapshot) take() *scratch { return s.scratches.Get().(*scratch) }

func (s *Snapshot) release(scratch *scratch) {
	// Number by number, as the sets of a large plan are much larger than what one
	// evaluation puts into them.
	scratch.asked.removeAll(scratch.flags)
	scratch.reads.removeAll(scratch.slots)
	scratch.flags, scratch.slots = scratch.flags[:0], scratch.slots[:0]
	if cap(scratch.context) > mostContext {
		scratch.context = nil
	}
	scratch.core.Trim()
	s.scratches.Put(scratch)
}
