package cohort

import (
	"fmt"
	"math"
)

// block is memory of a table and of its header: zeros at first. A block of
// minMapped bytes or more is outside the heap of Go where the platform can, as
// mapped pages, which exist once something is written to them. See
// RATIONALE.md, "Why are large sets outside the heap?".
type block struct {
	words  []uint64
	mapped []byte // nil in the heap
}

// minMapped is the size from which blocks are mapped. Smaller ones would waste
// a part of their last page, and the heap hardly notices them.
const minMapped = 1 << 20

// newBlock returns a block of n words. It returns an error if the system has
// not enough memory.
func newBlock(n int) (block, error) {
	if n > math.MaxInt/wordSize {
		return block{}, fmt.Errorf("%d words are more than the address space", n)
	}
	if n < minMapped/wordSize {
		return block{words: make([]uint64, n)}, nil
	}
	return mapBlock(n)
}
