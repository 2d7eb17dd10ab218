package lastgood

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// endsAfter is a context that ends after some questions whether it has ended.
type endsAfter struct {
	context.Context
	questions int
}

func (c *endsAfter) Err() error {
	if c.questions--; c.questions < 0 {
		return context.Canceled
	}
	return nil
}

func TestWrite_LeavesThePreviousFileWhenItsContextEnds(t *testing.T) {
	s := newStore(t)
	ctx := context.Background()
	previous := Section{"old", pattern(10, 1)}
	require.NoError(t, s.Write(ctx, nil, previous))
	next := Section{"new", pattern(5*chunkLength, 2)}
	for questions := range 5 {
		err := s.Write(&endsAfter{ctx, questions}, nil, next)
		require.ErrorIs(t, err, context.Canceled)
		f, err := s.Read(ctx)
		require.NoError(t, err)
		requireSections(t, f, previous)
		requireFiles(t, filepath.Dir(s.path), "flags", "flags.lock")
	}
	require.NoError(t, s.Write(&endsAfter{ctx, 5}, nil, next))
	f, err := s.Read(ctx)
	require.NoError(t, err)
	requireSections(t, f, next)
	runtime.KeepAlive(f)
}

func TestWrite_ReplacesADamagedFile(t *testing.T) {
	s := newStore(t)
	for _, content := range []string{"", "text", magic} {
		require.NoError(t, os.WriteFile(s.path, []byte(content), 0o600))
		require.NoError(t, s.Write(context.Background(), nil, Section{"new", nil}))
		f, err := s.Read(context.Background())
		require.NoError(t, err)
		requireSections(t, f, Section{"new", nil})
	}
}

func TestStore_SaysWhatToDoAboutItsFolder(t *testing.T) {
	ctx := context.Background()
	folder := filepath.Join(t.TempDir(), "folder")
	s := storeAt(t, filepath.Join(folder, "flags"))
	for _, err := range []error{s.Write(ctx, nil), s.WritePart(ctx, "a")} {
		assert.ErrorIs(t, err, fs.ErrNotExist)
		assert.False(t, errors.Is(err, ErrNoPart))
		assert.ErrorContains(t, err, ": create the folder")
	}
	assert.NoDirExists(t, folder)

	require.NoError(t, os.WriteFile(folder, nil, 0o600))
	err := s.Write(ctx, nil)
	assert.ErrorContains(t, err, "writing "+s.path+": open "+s.path+".lock: ")

	s = newStore(t)
	require.NoError(t, os.WriteFile(s.path+folderSuffix, nil, 0o600))
	err = s.WritePart(ctx, "a")
	assert.ErrorContains(t, err, "writing "+s.partPath("a")+": ")
	assert.ErrorContains(t, err, ": can the program write to the folder?")
}
