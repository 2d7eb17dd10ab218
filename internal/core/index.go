package core

import "hash/maphash"

// index finds flags by key. It never changes once it is made.
// See RATIONALE.md, "Why is the flag index not a Go map?".
type index struct {
	keys []string // by flag
	// table is an open-addressing hash table with linear probing. An entry
	// holds the upper half of the key's hash and, below it, the flag's number
	// plus 1; 0 marks an empty entry.
	table []uint64
	mask  uint64
}

var indexSeed = maphash.MakeSeed()

// newIndex returns an index of keys, which must all be different. At least half
// of its entries stay empty.
func newIndex(keys []string) index {
	size := 2
	for size < 2*len(keys) {
		size *= 2
	}
	x := index{keys: keys, table: make([]uint64, size), mask: uint64(size - 1)}
	for flag, key := range keys {
		hash := maphash.String(indexSeed, key)
		i := hash & x.mask
		for x.table[i] != 0 {
			i = (i + 1) & x.mask
		}
		x.table[i] = hash>>32<<32 | uint64(flag+1)
	}
	return x
}

// lookup returns the number of the flag with this key.
func (x *index) lookup(key string) (flag uint32, ok bool) {
	if len(x.table) == 0 {
		return 0, false
	}
	hash := maphash.String(indexSeed, key)
	for i := hash & x.mask; ; i = (i + 1) & x.mask {
		entry := x.table[i]
		if entry == 0 {
			return 0, false
		}
		if flag := uint32(entry) - 1; entry>>32 == hash>>32 && x.keys[flag] == key {
			return flag, true
		}
	}
}
