package lastgood

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func isMissing(err error) bool { return errors.Is(err, ErrNoPart) }

// partsOf returns the parts of a version. Versions share parts.
func partsOf(version uint64) []string {
	return []string{fmt.Sprintf("a-%d", version%3), fmt.Sprintf("b-%d", version%5)}
}

// contentOf returns sections that depend on a name.
func contentOf(name string, length int) []Section {
	seed := uint64(crc32.Checksum([]byte(name), castagnoli))
	return []Section{{"name", []byte(name)}, {"data", pattern(length, seed)}}
}

// requireWhole requires that the store has one version and returns it. Parts
// may be missing only if the main file was replaced after it was read.
func requireWhole(t *testing.T, s *Store) string {
	t.Helper()
	ctx := context.Background()
	for {
		main, err := s.Read(ctx)
		require.NoError(t, err)
		data, _ := main.Section("name")
		state := string(data)
		requireSections(t, main, contentOf(state, 70<<10)...)
		runtime.KeepAlive(main)
		var version uint64
		_, err = fmt.Sscan(state, &version)
		require.NoError(t, err)
		complete := true
		for _, name := range partsOf(version) {
			part, err := s.ReadPart(ctx, name)
			if errors.Is(err, fs.ErrNotExist) {
				complete = false
				continue
			}
			require.NoError(t, err)
			requireSections(t, part, contentOf(name, 100<<10)...)
			runtime.KeepAlive(part)
		}
		if complete {
			return state
		}
		next, err := s.Read(ctx)
		require.NoError(t, err)
		require.NotEqual(t, main.header.salt, next.header.salt, "a part of the main file is missing")
	}
}

func TestStore_IsWholeWhenWritersAreKilled(t *testing.T) {
	s := newStore(t)
	random := rand.New(rand.NewPCG(1, 2))
	versions := map[string]bool{}
	for i := range 100 {
		child := startChild(t, s.path, i)
		// This varies the moment of the kill. Nothing needs the time to pass.
		time.Sleep(time.Duration(random.Int64N(int64(10 * time.Millisecond))))
		kill(t, child)
		versions[requireWhole(t, s)] = true
	}
	require.Greater(t, len(versions), 10)
	requireCleanAfterWrite(t, s)
}

func TestStore_IsWholeWhileProcessesWriteAtOnce(t *testing.T) {
	s := newStore(t)
	first, second := startChild(t, s.path, 1), startChild(t, s.path, 2)
	versions := map[string]bool{}
	for len(versions) < 30 {
		versions[requireWhole(t, s)] = true
	}
	kill(t, first)
	kill(t, second)
	requireWhole(t, s)
	requireCleanAfterWrite(t, s)
}

// requireCleanAfterWrite requires that one more write removes everything that
// it does not mention.
func requireCleanAfterWrite(t *testing.T, s *Store) {
	t.Helper()
	ctx := context.Background()
	require.NoError(t, s.WritePart(ctx, "last", contentOf("last", 10)...))
	require.NoError(t, s.Write(ctx, []string{"last"}, contentOf("7", 10)...))
	requireFiles(t, filepath.Dir(s.path), "flags", "flags.d", "flags.lock")
	requireFiles(t, s.path+folderSuffix, "last.part")
}

func TestWrite_RemovesWhatDeadWritersLeft(t *testing.T) {
	s := newStore(t)
	require.NoError(t, os.Mkdir(s.path+folderSuffix, 0o700))
	for _, name := range []string{
		"flags.tmp-1", "flags.tmp-", "flags.tmp-x", "other.tmp-1",
		"flags.d/a.part.tmp-12", "flags.d/a.tmp-12", "flags.d/notes",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(s.path), name), nil, 0o600))
	}
	require.NoError(t, s.Write(context.Background(), nil))
	requireFiles(t, filepath.Dir(s.path),
		"flags", "flags.d", "flags.lock", "flags.tmp-", "flags.tmp-x", "other.tmp-1")
	requireFiles(t, s.path+folderSuffix, "a.tmp-12", "notes")
}
