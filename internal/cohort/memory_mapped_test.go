//go:build unix

package cohort_test

import (
	"bytes"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/cohort"
)

// waitForMapped collects garbage until this much memory is mapped. The test
// binary's timeout ends the wait.
func waitForMapped(want int64) {
	for cohort.MappedBytes() != want {
		runtime.GC()
		runtime.Gosched()
	}
}

func TestSet_IsFreedWhenItIsUnreachable(t *testing.T) {
	waitForMapped(0)
	set := requireSetOf(t, 200_000, randomHashes(200_000))
	size := int64(set.Size())
	assert.GreaterOrEqual(t, cohort.MappedBytes(), size)
	assert.LessOrEqual(t, cohort.MappedBytes(), size+size/100)
	for range 3 {
		runtime.GC()
	}
	assert.GreaterOrEqual(t, cohort.MappedBytes(), size)
	runtime.KeepAlive(set)
	waitForMapped(0)
}

func TestDecode_FreesTheMemoryWhenItFails(t *testing.T) {
	body := bodyOf(300_000)
	for _, bad := range [][]byte{body[:len(body)-1], append(body, '!')} {
		waitForMapped(0)
		_, err := cohort.Decode(bytes.NewReader(bad), cohort.Key{}, 300_000)
		require.Error(t, err)
		assert.Zero(t, cohort.MappedBytes())
	}
	_, err := cohort.Decode(bytes.NewReader(body), cohort.Key{}, 299_999)
	require.Error(t, err)
	assert.Zero(t, cohort.MappedBytes())
}

func TestDecode_ReservesAtMostSixteenTimesWhatALyingSizeBacks(t *testing.T) {
	waitForMapped(0)
	body := bytes.Replace(bodyOf(20_000), []byte(`"size":20000`), []byte(`"size":2000000000`), 1)
	c, err := cohort.Decode(bytes.NewReader(body), cohort.Key{}, 1<<31-1)
	require.NoError(t, err)
	assert.Equal(t, 20_000, c.Members.Len())
	assert.Less(t, cohort.MappedBytes(), int64(16*20_000*10))
	runtime.KeepAlive(c)
	waitForMapped(0)
}

func TestSet_KeepsNoMemoryOfDuplicates(t *testing.T) {
	waitForMapped(0)
	hashes := randomHashes(200_000)
	set := requireSetOf(t, 600_000, append(append(hashes, hashes...), hashes...))
	assert.LessOrEqual(t, cohort.MappedBytes(), int64(9*200_000))
	runtime.KeepAlive(set)
	waitForMapped(0)
}
