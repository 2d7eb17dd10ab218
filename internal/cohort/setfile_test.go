package cohort_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"runtime"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/cohort"
)

// bytesOf returns a copy of the bytes of a set of n members.
func bytesOf(t *testing.T, n int) []byte {
	t.Helper()
	set, err := cohort.SetOf(n, randomHashes(n)...)
	require.NoError(t, err)
	defer runtime.KeepAlive(set)
	return bytes.Clone(set.Bytes())
}

func TestFromBytes_ReturnsTheSet(t *testing.T) {
	for _, n := range []int{0, 1, 2, 100, 10_000, 200_000} {
		data := bytesOf(t, n)
		set, err := cohort.FromBytes(data, nil)
		require.NoError(t, err)
		requireHasExactly(t, set, randomHashes(n))
		assert.Equal(t, len(data), set.Size())
		assert.Equal(t, unsafe.SliceData(data), unsafe.SliceData(set.Bytes()), "a copy was made")
	}
}

func TestFromBytes_KeepsTheOwner(t *testing.T) {
	data := bytesOf(t, 10)
	owner := new([100]byte)
	freed := make(chan struct{})
	runtime.AddCleanup(owner, func(freed chan struct{}) { close(freed) }, freed)
	set, err := cohort.FromBytes(data, owner)
	owner = nil
	require.NoError(t, err)
	for range 3 {
		runtime.GC()
	}
	select {
	case <-freed:
		t.Fatal("the owner was freed before the set")
	default:
	}
	runtime.KeepAlive(set)
	set = nil
	for {
		runtime.GC()
		select {
		case <-freed:
			return
		default:
			runtime.Gosched()
		}
	}
}

func TestFromBytes_RefusesWhatIsNotASet(t *testing.T) {
	const order, homes, members = 8, 16, 24 // where these are in the header
	put := func(at int, value uint64) func([]byte) []byte {
		return func(data []byte) []byte {
			binary.NativeEndian.PutUint64(data[at:], value)
			return data
		}
	}
	cut := func(length int) func([]byte) []byte { return func(data []byte) []byte { return data[:length] } }
	for name, test := range map[string]struct {
		change func([]byte) []byte
		want   string
	}{
		"nothing":    {cut(0), "0 bytes are not a header of 32 and a table of 8-byte hashes"},
		"cut header": {cut(24), "24 bytes are not a header of 32 and a table of 8-byte hashes"},
		"cut hash":   {cut(47), "47 bytes are not a header of 32 and a table of 8-byte hashes"},
		"cut table":  {cut(104), "the header says 10 members and 12 homes, but there are 9 slots"},
		"misaligned": {
			func(data []byte) []byte { return append(make([]byte, 1, 1024), data...)[1:] },
			"the bytes do not begin at a multiple of 8",
		},
		"version": {
			func(data []byte) []byte { data[7] = 2; return data },
			`the bytes begin with "xpmtset\x02", not with "xpmtset\x01": were they written by another version?`,
		},
		"other order": {
			put(order, 0x0807060504030201),
			"the bytes are in another order: were they written on another kind of machine?",
		},
		"too many members": {put(members, 13), "the header says 13 members and 12 homes, but there are 12 slots"},
		"too many homes": {
			put(homes, math.MaxUint64),
			"the header says 10 members and 18446744073709551615 homes, but there are 12 slots",
		},
	} {
		_, err := cohort.FromBytes(test.change(bytesOf(t, 10)), nil)
		assert.EqualError(t, err, "reading a set of members: "+test.want, name)
	}
}

func FuzzFromBytes(f *testing.F) {
	set, err := cohort.SetOf(3, 1, 1<<63, math.MaxUint64)
	require.NoError(f, err)
	f.Add(set.Bytes(), uint64(1))
	f.Add([]byte("xpmtset\x01"), uint64(0))
	f.Fuzz(func(t *testing.T, data []byte, hash uint64) {
		set, err := cohort.FromBytes(data, nil)
		if err != nil {
			return
		}
		for _, asked := range []uint64{0, hash, ^hash, math.MaxUint64} {
			set.Contains(asked) // ends, whatever the table has in it
		}
		assert.True(t, bytes.Equal(data, set.Bytes()))
	})
}
