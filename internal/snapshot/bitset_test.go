package snapshot

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestBitset_HasTheNumbersAdded(t *testing.T) {
	b := newBitset(130)
	assert.Len(t, b, 3)
	assert.True(t, b.add(129), "a new number")
	assert.False(t, b.add(129), "a number that it has")
	b.addAll([]uint32{64, 0, 63, 64})
	assert.True(t, b.has(63))
	assert.False(t, b.has(65))
	assert.Equal(t, []uint32{7, 0, 63, 64, 129}, b.appendTo([]uint32{7}), "ascending, after the numbers that dst had")
	b.removeAll([]uint32{0, 129, 1})
	assert.Equal(t, []uint32{63, 64}, b.appendTo(nil))
}

func TestBitset_MayBeEmpty(t *testing.T) {
	b := newBitset(0)
	b.addAll(nil)
	assert.Empty(t, b.appendTo(nil))
}
