package cohort

import (
	"fmt"
	"runtime"
)

// builder makes a Set of hashes that come in any order. If it knows their
// number, it needs the memory of the Set and no other: the hashes fill the
// block from the end, are sorted there, and are then moved to their slots. No
// slot is after the place that its hash is moved from.
type builder struct {
	announced int // how many hashes will come, if that is known; it may be wrong
	limit     int // how many hashes may come
	block     block
	first     int // the index of the first hash, which is the last one added
	room      int // how many more hashes the block can take
}

// spareSlots is how many slots a block has after the last home, for hashes that
// find theirs taken. The chance that a large table needs more is below e^-50.
const spareSlots = 256

// minCapacity is the number of hashes in the first block.
const minCapacity = 4096

func (b *builder) len() int { return len(b.block.words) - b.first }

// add adds a hash.
func (b *builder) add(hash uint64) error {
	if b.room == 0 {
		if err := b.grow(); err != nil {
			return err
		}
	}
	b.room--
	b.first--
	b.block.words[b.first] = asElement(hash)
	return nil
}

// grow replaces the block with a larger one. The announced number is believed
// as far as there are a sixteenth as many hashes, so that a lie cannot take
// more than sixteen times the memory that the truth takes.
func (b *builder) grow() error {
	n := b.len()
	if n >= b.limit {
		return &TooLargeError{Limit: b.limit}
	}
	capacity := max(2*n, minCapacity)
	if b.announced > n {
		capacity = min(b.announced, max(16*n, minCapacity))
	}
	capacity = min(capacity, b.limit)
	b.room = capacity - n
	return b.move(headerWords + homesFor(capacity) + spareSlots)
}

// move moves the hashes to a block of this many words.
func (b *builder) move(words int) error {
	next, err := newBlock(words)
	if err != nil {
		return fmt.Errorf("getting memory for more than %d members: %w", b.len(), err)
	}
	first := len(next.words) - b.len()
	copy(next.words[first:], b.block.words[b.first:])
	b.block.release()
	b.block, b.first = next, first
	return nil
}

// release frees the memory if there will be no set.
func (b *builder) release() { b.block.release() }

// finish returns the set. The builder is empty afterwards, unless there is an
// error.
func (b *builder) finish() (*Set, error) {
	used := b.usedWords()
	sortHashes(b.block.words[b.first:])
	b.dropDuplicates()
	n := b.len()
	homes := homesFor(n)
	words := headerWords + slotsFor(b.block.words[b.first:], homes)
	if words > len(b.block.words) || used > words+words/32 {
		if err := b.move(words); err != nil {
			return nil, err
		}
	}
	memory := b.block.words[len(b.block.words)-words:]
	spread(memory[headerWords:], n, homes)
	writeHeader(memory, homes, n)
	set := newSet(memory)
	if b.block.mapped != nil {
		runtime.AddCleanup(set, block.release, b.block)
	}
	*b = builder{}
	return set, nil
}

// usedWords returns how many words of memory the block takes. The pages of a
// mapped block that are before the hashes do not exist.
func (b *builder) usedWords() int {
	if b.block.mapped != nil {
		return b.len()
	}
	return len(b.block.words)
}

// dropDuplicates keeps one of each hash. The hashes are sorted.
func (b *builder) dropDuplicates() {
	words := b.block.words
	kept := len(words)
	for i := len(words) - 1; i >= b.first; i-- {
		if kept == len(words) || words[i] != words[kept] {
			kept--
			words[kept] = words[i]
		}
	}
	b.first = kept
}

// slotsFor returns how many slots a table of these sorted hashes has: the
// homes, and more if the last hashes find theirs taken.
func slotsFor(hashes []uint64, homes int) int {
	end := 0 // the slot after the last hash
	for _, hash := range hashes {
		end = max(end, int(home(hash, uint64(homes)))) + 1
	}
	return max(end, homes)
}

// spread moves n sorted hashes from the end of a table to their slots. The
// table has as many slots as slotsFor says, so no slot is after the place that
// its hash is read from.
func spread(table []uint64, n, homes int) {
	end := 0
	for i := len(table) - n; i < len(table); i++ {
		hash := table[i]
		slot := max(end, int(home(hash, uint64(homes))))
		clear(table[end:slot])
		table[slot] = hash
		end = slot + 1
	}
	clear(table[end:])
}
