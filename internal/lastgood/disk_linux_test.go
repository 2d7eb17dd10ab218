package lastgood

import (
	"context"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const inNamespace = "LASTGOOD_TEST_IN_NAMESPACE"

// mountPrivately runs the rest of the test in a process of its own, in which a
// folder is a file system of 512 KiB that no other process sees. It returns the
// folder, or "" to the process that has only waited for the other one.
func mountPrivately(t *testing.T) string {
	t.Helper()
	if os.Getenv(inNamespace) != "" {
		folder := t.TempDir()
		if err := syscall.Mount("test", folder, "tmpfs", 0, "size=512k"); err != nil {
			t.Skip("cannot mount a file system:", err)
		}
		t.Cleanup(func() { assert.NoError(t, syscall.Unmount(folder, syscall.MNT_DETACH)) })
		return folder
	}
	child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	child.Env = append(os.Environ(), inNamespace+"=1")
	child.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	out, err := child.CombinedOutput()
	if out == nil && err != nil {
		t.Skip("cannot create a namespace:", err)
	}
	if strings.Contains(string(out), "--- SKIP") {
		t.Skip(string(out))
	}
	require.NoError(t, err, string(out))
	require.Contains(t, string(out), "--- PASS: "+t.Name())
	return ""
}

func TestWrite_LeavesThePreviousFileOnAFullDisk(t *testing.T) {
	folder := mountPrivately(t)
	if folder == "" {
		return
	}
	s := storeAt(t, filepath.Join(folder, "flags"))
	ctx := context.Background()
	previous := Section{"old", pattern(200<<10, 1)}
	require.NoError(t, s.WritePart(ctx, "p"))
	require.NoError(t, s.Write(ctx, []string{"p"}, previous))
	for _, err := range []error{
		s.Write(ctx, []string{"p"}, Section{"new", pattern(400<<10, 2)}),
		s.WritePart(ctx, "p", Section{"new", pattern(400<<10, 2)}),
	} {
		assert.ErrorIs(t, err, syscall.ENOSPC)
		assert.ErrorContains(t, err, "the previous file, if there is one, is unchanged")
	}
	requirePrevious(t, s, previous)

	// The next write that fits succeeds.
	require.NoError(t, s.Write(ctx, nil, Section{"new", nil}))
}

func TestWrite_FailsInAReadOnlyFolder(t *testing.T) {
	folder := mountPrivately(t)
	if folder == "" {
		return
	}
	s := storeAt(t, filepath.Join(folder, "flags"))
	ctx := context.Background()
	previous := Section{"old", pattern(100<<10, 1)}
	require.NoError(t, s.WritePart(ctx, "p"))
	require.NoError(t, s.Write(ctx, []string{"p"}, previous))
	require.NoError(t, syscall.Mount("test", folder, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))
	assert.ErrorIs(t, s.Write(ctx, nil), syscall.EROFS)
	assert.ErrorIs(t, s.WritePart(ctx, "q"), syscall.EROFS)
	requirePrevious(t, s, previous)
}

// requirePrevious requires that the main file has this section, that the part p
// is there, and that no other file is.
func requirePrevious(t *testing.T, s *Store, previous Section) {
	t.Helper()
	f, err := s.Read(context.Background())
	require.NoError(t, err)
	requireSections(t, f, previous)
	p, err := s.ReadPart(context.Background(), "p")
	require.NoError(t, err)
	requireSections(t, p)
	requireFiles(t, filepath.Dir(s.path), "flags", "flags.d", "flags.lock")
	requireFiles(t, s.path+folderSuffix, "p.part")
}

func TestWrite_LeavesThePreviousFileWhenFilesMayNotGrow(t *testing.T) {
	if os.Getenv(inNamespace) == "" {
		child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		child.Env = append(os.Environ(), inNamespace+"=1")
		out, err := child.CombinedOutput()
		require.NoError(t, err, string(out))
		return
	}
	signal.Ignore(syscall.SIGXFSZ)
	s := newStore(t)
	ctx := context.Background()
	previous := Section{"old", pattern(100<<10, 1)}
	require.NoError(t, s.WritePart(ctx, "p"))
	require.NoError(t, s.Write(ctx, []string{"p"}, previous))
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 200 << 10, Max: 200 << 10}))
	assert.ErrorIs(t, s.Write(ctx, nil, Section{"new", pattern(300<<10, 2)}), syscall.EFBIG)
	requirePrevious(t, s, previous)
}
