//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package lastgood

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestStore_NeitherReadsNorReplacesWhatIsNotAFile(t *testing.T) {
	for kind, create := range map[string]func(t *testing.T, path string){
		"p---------":  func(t *testing.T, path string) { require.NoError(t, syscall.Mkfifo(path, 0o600)) },
		"d---------":  func(t *testing.T, path string) { require.NoError(t, os.Mkdir(path, 0o700)) },
		"Dc---------": func(t *testing.T, path string) { require.NoError(t, os.Symlink("/dev/null", path)) },
	} {
		t.Run(kind, func(t *testing.T) {
			s := newStore(t)
			create(t, s.path)
			_, err := s.Read(context.Background())
			assert.ErrorIs(t, err, ErrNotRegular)
			assert.ErrorContains(t, err, "(it is a "+kind+")")
			err = s.Write(context.Background(), nil)
			assert.ErrorIs(t, err, ErrNotRegular)
			assert.ErrorContains(t, err, "(it is a "+kind+")")
			info, err := os.Lstat(s.path)
			require.NoError(t, err)
			assert.False(t, info.Mode().IsRegular())
			requireFiles(t, filepath.Dir(s.path), "flags", "flags.lock")
		})
	}
}

func TestStore_NeitherReadsNorReplacesASocket(t *testing.T) {
	t.Chdir(t.TempDir()) // the path of a socket must be short
	socket, err := net.Listen("unix", "flags")
	require.NoError(t, err)
	defer socket.Close()
	s := storeAt(t, "flags")
	_, err = s.Read(context.Background())
	assert.Error(t, err)
	assert.ErrorIs(t, s.Write(context.Background(), nil), ErrNotRegular)
}

func TestWrite_ReplacesASymbolicLink(t *testing.T) {
	s := newStore(t)
	ctx := context.Background()
	target := storeAt(t, filepath.Join(t.TempDir(), "target"))
	require.NoError(t, target.Write(ctx, nil, Section{"old", nil}))
	require.NoError(t, os.Symlink(target.path, s.path))

	f, err := s.Read(ctx)
	require.NoError(t, err)
	requireSections(t, f, Section{"old", nil})
	require.NoError(t, s.Write(ctx, nil, Section{"new", nil}))

	info, err := os.Lstat(s.path)
	require.NoError(t, err)
	assert.True(t, info.Mode().IsRegular())
	f, err = target.Read(ctx)
	require.NoError(t, err)
	requireSections(t, f, Section{"old", nil})
}

func TestWrite_DoesNotFollowALinkToItsLock(t *testing.T) {
	s := newStore(t)
	target := filepath.Join(t.TempDir(), "target")
	require.NoError(t, os.Symlink(target, s.path+lockSuffix))
	assert.ErrorIs(t, s.Write(context.Background(), nil), syscall.ELOOP)
	assert.NoFileExists(t, target)
}

func TestStore_WaitsForOtherWriters(t *testing.T) {
	s := newStore(t)
	lock, err := lockFile(s.path + lockSuffix)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	for _, err := range []error{s.Write(ctx, nil), s.WritePart(ctx, "a")} {
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.ErrorContains(t, err, "waiting for the lock "+s.path+".lock: ")
	}
	requireFiles(t, filepath.Dir(s.path), "flags.lock")

	done := make(chan error)
	go func() { done <- s.Write(context.Background(), nil) }()
	_, err = s.Read(context.Background())
	assert.ErrorIs(t, err, os.ErrNotExist)
	require.NoError(t, lock.Close())
	require.NoError(t, <-done)
	_, err = s.Read(context.Background())
	assert.NoError(t, err)
}

func TestWrite_RefusesDataThatIsTooLarge(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "sparse"))
	require.NoError(t, err)
	defer file.Close()
	require.NoError(t, file.Truncate(MaxFileSize/2))
	half, err := mapFile(file, MaxFileSize/2)
	require.NoError(t, err)
	defer unmap(half)
	s := newStore(t)
	err = s.Write(context.Background(), nil, Section{"a", half}, Section{"b", half})
	assert.ErrorIs(t, err, ErrTooLarge)
	requireFiles(t, filepath.Dir(s.path), "flags.lock")
}
