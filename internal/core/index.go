package core

import "hash/maphash"

// index finds flags by key, in less time and memory than a map takes: it never
// changes, so an open table with room to spare is enough.
type index struct {
	keys []string // by flag
	// table has, at a place that the hash of a key leads to or behind it, the upper half
	// of that hash above the flag plus 1; 0 is an empty place.
	table []uint64
	mask  uint64
}

var indexSeed = maphash.MakeSeed()

// newIndex indexes keys, which are all different.
func newIndex(keys []string) index {
	size := 2
	for size < 2*len(keys) {
		size *= 2
	}
	x := index{keys: keys, table: make([]uint64, size), mask: uint64(size - 1)}
	for flag, key := range keys {
		hash := maphash.String(indexSeed, key)
		at := hash & x.mask
		for x.table[at] != 0 {
			at = (at + 1) & x.mask
		}
		x.table[at] = hash>>32<<32 | uint64(flag+1)
	}
	return x
}

func (x *index) lookup(key string) (flag uint32, ok bool) {
	if len(x.table) == 0 {
		return 0, false
	}
	hash := maphash.String(indexSeed, key)
	for at := hash & x.mask; ; at = (at + 1) & x.mask {
		entry := x.table[at]
		if entry == 0 {
			return 0, false
		}
		if flag := uint32(entry) - 1; entry>>32 == hash>>32 && x.keys[flag] == key {
			return flag, true
		}
	}
}
