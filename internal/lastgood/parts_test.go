package lastgood

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWritePart_KeepsAGoodPart(t *testing.T) {
	s := newStore(t)
	ctx := context.Background()
	sections := []Section{{"a", pattern(100, 1)}, {"b", pattern(200, 1)}}
	require.NoError(t, s.WritePart(ctx, "p", sections...))
	before, err := os.Stat(s.partPath("p"))
	require.NoError(t, err)
	require.NoError(t, s.WritePart(ctx, "p", sections...))
	after, err := os.Stat(s.partPath("p"))
	require.NoError(t, err)
	assert.True(t, os.SameFile(before, after))
}

func TestWritePart_ReplacesAPartThatDiffers(t *testing.T) {
	sections := []Section{{"a", pattern(100, 1)}, {"b", pattern(200, 1)}}
	for name, other := range map[string][]Section{
		"order": {sections[1], sections[0]},
		"fewer": {sections[0]},
		"more":  {sections[0], sections[1], {"c", nil}},
		"name":  {sections[0], {"c", sections[1].Data}},
		"data":  {sections[0], {"b", pattern(200, 2)}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			ctx := context.Background()
			require.NoError(t, s.WritePart(ctx, "p", other...))
			require.NoError(t, s.WritePart(ctx, "p", sections...))
			f, err := s.ReadPart(ctx, "p")
			require.NoError(t, err)
			assert.True(t, f.equal(sections))
		})
	}
}

func TestWritePart_ReplacesADamagedPart(t *testing.T) {
	s := newStore(t)
	ctx := context.Background()
	section := Section{"a", pattern(100, 1)}
	require.NoError(t, s.WritePart(ctx, "p", section))
	require.NoError(t, os.Truncate(s.partPath("p"), 150))
	_, err := s.ReadPart(ctx, "p")
	require.ErrorIs(t, err, ErrCorrupt)
	require.NoError(t, s.WritePart(ctx, "p", section))
	f, err := s.ReadPart(ctx, "p")
	require.NoError(t, err)
	requireSections(t, f, section)
}

func TestReadPart_RefusesARenamedPart(t *testing.T) {
	s := newStore(t)
	ctx := context.Background()
	require.NoError(t, s.WritePart(ctx, "p"))
	require.NoError(t, os.Rename(s.partPath("p"), s.partPath("q")))
	_, err := s.ReadPart(ctx, "q")
	assert.ErrorIs(t, err, ErrCorrupt)
	assert.ErrorContains(t, err, `it was written as part "p": was it renamed?`)
	require.NoError(t, os.Rename(s.partPath("q"), s.path))
	_, err = s.Read(ctx)
	assert.ErrorIs(t, err, ErrCorrupt)
}

func TestWritePart_RefusesNamesThatNotEveryFileSystemHas(t *testing.T) {
	s := newStore(t)
	names := []string{
		"", ".", "..", ".a", "a/b", `a\b`, "A", "ä", "a b", "a:b", "a\x00", strings.Repeat("a", 101),
	}
	for _, name := range names {
		assert.ErrorContains(t, s.WritePart(context.Background(), name), "of a part is not 1 to 100 of a-z", name)
		assert.ErrorContains(t, s.Write(context.Background(), []string{name}), "of a part is not", name)
		_, err := s.ReadPart(context.Background(), name)
		assert.ErrorContains(t, err, "of a part is not", name)
	}
	require.NoError(t, s.WritePart(context.Background(), strings.Repeat("a", 100)))
	require.NoError(t, s.WritePart(context.Background(), "a0-_.z"))
}

func TestWrite_RemovesOtherParts(t *testing.T) {
	s := newStore(t)
	ctx := context.Background()
	for _, name := range []string{"a", "b", "c"} {
		require.NoError(t, s.WritePart(ctx, name, Section{"name", []byte(name)}))
	}
	require.NoError(t, s.Write(ctx, []string{"c", "a"}))
	requireFiles(t, s.path+folderSuffix, "a.part", "c.part")
	f, err := s.ReadPart(ctx, "c")
	require.NoError(t, err)
	requireSections(t, f, Section{"name", []byte("c")})
	_, err = s.ReadPart(ctx, "b")
	assert.ErrorIs(t, err, fs.ErrNotExist)
	require.NoError(t, s.Write(ctx, nil))
	requireFiles(t, s.path+folderSuffix)
}

func TestWrite_FailsWithoutOneOfItsParts(t *testing.T) {
	s := newStore(t)
	ctx := context.Background()
	old := Section{"old", nil}
	require.NoError(t, s.WritePart(ctx, "a"))
	require.NoError(t, s.Write(ctx, []string{"a"}, old))
	err := s.Write(ctx, []string{"a", "b"}, Section{"new", nil})
	assert.ErrorIs(t, err, ErrNoPart)
	assert.ErrorContains(t, err, "part b: ")
	require.NoError(t, os.WriteFile(s.partPath("b"), []byte("damaged"), 0o600))
	assert.ErrorIs(t, s.Write(ctx, []string{"a", "b"}, Section{"new", nil}), ErrNoPart)

	f, err := s.Read(ctx)
	require.NoError(t, err)
	requireSections(t, f, old)
	requireFiles(t, s.path+folderSuffix, "a.part", "b.part")
	requireFiles(t, filepath.Dir(s.path), "flags", "flags.d", "flags.lock")
}
