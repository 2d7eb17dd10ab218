package core

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestIndex_FindsEveryKey(t *testing.T) {
	for _, count := range []int{0, 1, 2, 3, 1000} {
		keys := make([]string, count)
		for i := range keys {
			keys[i] = strconv.Itoa(i)
		}
		x := newIndex(keys)
		for i, key := range keys {
			flag, ok := x.lookup(key)
			assert.True(t, ok, "%s of %d", key, count)
			assert.Equal(t, uint32(i), flag)
		}
		for _, key := range []string{"", "-1", strconv.Itoa(count), "x"} {
			_, ok := x.lookup(key)
			assert.False(t, ok, "%q of %d", key, count)
		}
	}
	x := newIndex([]string{""})
	flag, ok := x.lookup("")
	assert.True(t, ok, "the empty key is a key")
	assert.Zero(t, flag)
	_, ok = new(index).lookup("a")
	assert.False(t, ok, "the zero index")
}
