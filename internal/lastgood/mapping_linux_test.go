package lastgood

import (
	"bytes"
	"context"
	"os"
	"runtime"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// countMappings returns how often the process has mapped a file.
func countMappings(t *testing.T, path string) int {
	t.Helper()
	maps, err := os.ReadFile("/proc/self/maps")
	require.NoError(t, err)
	return bytes.Count(maps, []byte(path+"\n"))
}

func offsetInPage(data []byte) int {
	return int(uintptr(unsafe.Pointer(unsafe.SliceData(data))) % uintptr(os.Getpagesize()))
}

func TestReadFile_MapsLargeFilesOnly(t *testing.T) {
	for length, mapped := range map[int]bool{minMapped - 1: false, minMapped: true, 3 * chunkLength: true} {
		s := newStore(t)
		require.NoError(t, s.Write(context.Background(), nil, Section{"a", pattern(length, 1)}))
		f, err := s.Read(context.Background())
		require.NoError(t, err)
		if mapped {
			// The memory begins at a page, after which the header comes.
			require.Equal(t, f.header.length, offsetInPage(f.data), length)
			require.Positive(t, countMappings(t, s.path))
		} else {
			require.Zero(t, countMappings(t, s.path))
		}
		runtime.KeepAlive(f)
	}
}

func TestFile_IsUnmappedWhenItIsUnreachable(t *testing.T) {
	s := newStore(t)
	require.NoError(t, s.Write(context.Background(), nil, Section{"a", pattern(minMapped, 1)}))
	f, err := s.Read(context.Background())
	require.NoError(t, err)
	require.Positive(t, countMappings(t, s.path))
	runtime.KeepAlive(f)
	require.Eventually(t, func() bool {
		runtime.GC()
		return countMappings(t, s.path) == 0
	}, 10*time.Second, time.Millisecond)
}
