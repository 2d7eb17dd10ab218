package cohort

import (
	"math/bits"
	"runtime"
)

// Set is an immutable set of members. Any number of goroutines may use one. The
// zero Set is empty. A large Set is outside the heap of Go, and its memory is
// freed after the Set becomes unreachable.
//
// The hashes are in ascending order in a table with a tenth more slots than
// members. Each is at its home, which is where it would be if the hashes were
// spread evenly, or right of it, with no free slot between. So a lookup reads
// from the home of the hash up to a larger hash or a free slot: 5.5 slots on
// average, which are in one or two cache lines.
//
// See RATIONALE.md, "Why is a set of members an ordered table?".
type Set struct {
	table   []uint64 // the hashes; 0 in a free slot
	homes   uint64   // the number of slots at the beginning that are a home
	members int
	memory  []uint64 // the header and the table
	owner   any      // what the memory is a part of
}

// Contains reports whether the member with this hash is in the set. For another
// member it does so by mistake with a chance of Len in 2^64, since two names
// may have the same hash. It does not allocate.
func (s *Set) Contains(hash uint64) bool {
	hash = asElement(hash)
	found := false
	for _, element := range s.table[home(hash, s.homes):] {
		// A free slot ends the search, too, as it is the largest number here.
		if element-1 >= hash-1 {
			found = element == hash
			break
		}
	}
	runtime.KeepAlive(s)
	return found
}

// Touch reads the slot that Contains begins with, and returns what it read,
// which has no meaning. Call it for several sets before Contains: their reads
// of memory then overlap, while each Contains waits for its own. See
// RATIONALE.md, "Why are the slots of several cohorts read ahead?".
func (s *Set) Touch(hash uint64) (read uint64) {
	if slot := home(asElement(hash), s.homes); slot < uint64(len(s.table)) {
		read = s.table[slot]
	}
	runtime.KeepAlive(s)
	return read
}

// Len returns the number of members.
func (s *Set) Len() int { return s.members }

// Size returns how many bytes of memory the set holds.
func (s *Set) Size() int { return wordSize * len(s.memory) }

// asElement returns the number that is in the table for a hash. A 0 there is a
// free slot, so the hashes 0 and 1 are one element.
func asElement(hash uint64) uint64 { return max(hash, 1) }

// home returns the first slot that an element can be in. It grows with the
// element.
func home(element, homes uint64) uint64 {
	slot, _ := bits.Mul64(element, homes)
	return slot
}

// homesFor returns how many homes a table of n members has: nine members on ten
// homes, which makes 8.9 bytes a member, and leaves a little for the header and
// the slots after the last home.
func homesFor(n int) int { return n + n/9 + 1 }
