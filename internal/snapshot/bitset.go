package snapshot

import "math/bits"

// bitset is a set of the numbers below the bound that newBitset was given.
type bitset []uint64

func newBitset(bound int) bitset { return make(bitset, (bound+63)/64) }

func (b bitset) has(n uint32) bool { return b[n/64]&(1<<(n%64)) != 0 }

// add adds a number and reports whether it is new.
func (b bitset) add(n uint32) bool {
	added := !b.has(n)
	b[n/64] |= 1 << (n % 64)
	return added
}

func (b bitset) addAll(numbers []uint32) {
	for _, n := range numbers {
		b.add(n)
	}
}

// appendTo appends the numbers in ascending order.
func (b bitset) appendTo(dst []uint32) []uint32 {
	for i, word := range b {
		for ; word != 0; word &= word - 1 {
			dst = append(dst, uint32(i*64+bits.TrailingZeros64(word)))
		}
	}
	return dst
}

func (b bitset) removeAll(numbers []uint32) {
	for _, n := range numbers {
		b[n/64] &^= 1 << (n % 64)
	}
}
