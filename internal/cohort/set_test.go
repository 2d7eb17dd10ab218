package cohort_test

import (
	"bytes"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/cohort"
)

// randomHashes returns n hashes, the same ones in every run.
func randomHashes(n int) []uint64 {
	random := rand.New(rand.NewPCG(1, uint64(n)))
	hashes := make([]uint64, n)
	for i := range hashes {
		hashes[i] = random.Uint64()
	}
	return hashes
}

// requireSetOf requires that the set of these hashes has each of them, and
// neither their neighbors nor as many others.
func requireSetOf(t *testing.T, announced int, hashes []uint64) *cohort.Set {
	t.Helper()
	set, err := cohort.SetOf(announced, hashes...)
	require.NoError(t, err)
	requireHasExactly(t, set, hashes)
	return set
}

func requireHasExactly(t *testing.T, set *cohort.Set, hashes []uint64) {
	t.Helper()
	members := make(map[uint64]bool, len(hashes))
	for _, hash := range hashes {
		members[max(hash, 1)] = true // 0 and 1 are one member
	}
	require.Equal(t, len(members), set.Len())
	random := rand.New(rand.NewPCG(2, uint64(len(hashes))))
	for _, hash := range hashes {
		for _, asked := range []uint64{hash, hash + 1, hash - 1, random.Uint64()} {
			if set.Contains(asked) != members[max(asked, 1)] {
				require.Equal(t, members[max(asked, 1)], set.Contains(asked), "hash %#x of %d", asked, len(hashes))
			}
		}
	}
}

func TestSet_HasExactlyItsMembers(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 9, 10, 63, 64, 65, 100, 4095, 4096, 4097, 10_000, 200_000, 1_000_000} {
		requireSetOf(t, n, randomHashes(n))
	}
}

func TestSet_ZeroIsEmpty(t *testing.T) {
	var set cohort.Set
	assert.False(t, set.Contains(1))
	assert.Zero(t, set.Len())
	assert.Zero(t, set.Size())
	loaded, err := cohort.FromBytes(set.Bytes(), nil)
	require.NoError(t, err)
	assert.False(t, loaded.Contains(1))
	assert.Zero(t, loaded.Len())
}

func TestSet_HasTheSmallestAndLargestHashes(t *testing.T) {
	requireSetOf(t, 2, []uint64{0, math.MaxUint64})
	requireSetOf(t, 2, []uint64{0, 1})
	requireSetOf(t, 4, []uint64{math.MaxUint64, math.MaxUint64 - 1, 2, 1})
	for _, n := range []uint64{50, 1000, 5000} { // all have the same home: the first, the last
		var smallest, largest []uint64
		for i := range n {
			smallest, largest = append(smallest, i), append(largest, math.MaxUint64-i)
		}
		requireSetOf(t, int(n), smallest)
		requireSetOf(t, int(n), largest)
		requireSetOf(t, int(n), append(largest, smallest...))
	}
}

func TestSet_TakesAnyAnnouncedNumber(t *testing.T) {
	for _, n := range []int{0, 1, 5000, 150_000} {
		hashes := randomHashes(n)
		want := requireSetOf(t, n, hashes)
		for _, announced := range []int{math.MinInt, -1, 0, 1, n / 2, n - 1, n + 1, 2 * n, 100 * n, math.MaxInt} {
			set, err := cohort.SetOf(announced, hashes...)
			require.NoError(t, err)
			assert.True(t, bytes.Equal(want.Bytes(), set.Bytes()), "%d members, %d announced", n, announced)
			runtime.KeepAlive(set)
		}
		runtime.KeepAlive(want)
	}
}

func TestSet_DropsDuplicates(t *testing.T) {
	for _, n := range []int{1, 100, 10_000, 200_000} {
		hashes := randomHashes(n)
		set := requireSetOf(t, 3*n, append(append(hashes, hashes...), hashes...))
		assert.Equal(t, n, set.Len())
		if n >= 1000 {
			assert.LessOrEqual(t, set.Size(), 9*n)
		}
	}
}

func TestSet_TakesNineBytesAMember(t *testing.T) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		set := requireSetOf(t, n, randomHashes(n))
		assert.LessOrEqual(t, set.Size(), 9*n)
		assert.Equal(t, len(set.Bytes()), set.Size())
		runtime.KeepAlive(set)
	}
}

func TestSet_ContainsDoesNotAllocate(t *testing.T) {
	set := requireSetOf(t, 1000, randomHashes(1000))
	hash := uint64(0)
	assert.Zero(t, testing.AllocsPerRun(1000, func() {
		hash += 0x9e3779b97f4a7c15
		set.Contains(hash)
	}))
}

func TestSetTouch_ReadsTheFirstSlot(t *testing.T) {
	for _, hash := range []uint64{0, 1, 1 << 40, 1 << 63, math.MaxUint64} {
		set, err := cohort.SetOf(1, hash)
		require.NoError(t, err)
		assert.Equal(t, max(hash, 1), set.Touch(hash))
		assert.Zero(t, set.Touch(hash^1<<63), "the home of this one is free")
		assert.Zero(t, new(cohort.Set).Touch(hash))
	}
}
