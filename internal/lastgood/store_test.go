package lastgood

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNew_RefusesPathsThatNameNoFile(t *testing.T) {
	for _, path := range []string{"", "/", "folder/"} {
		_, err := New(path, keyOf(testKey))
		assert.EqualError(t, err, fmt.Sprintf("the path %q does not name a file", path))
	}
}

func TestNew_KeepsTheWorkingDirectory(t *testing.T) {
	folder := t.TempDir()
	t.Chdir(folder)
	s := storeAt(t, "flags")
	t.Chdir(t.TempDir())
	require.NoError(t, s.Write(context.Background(), nil))
	requireFiles(t, folder, "flags", "flags.lock")
}

func TestRead_ReturnsWhatWasWritten(t *testing.T) {
	lengths := []int{
		0, 1, alignment - 1, alignment, alignment + 1,
		minMapped - 1, minMapped, blockLength + 1,
		chunkLength - 1, chunkLength, chunkLength + 1, 3*chunkLength + 5,
	}
	for _, length := range lengths {
		for _, sections := range [][]Section{
			{{"a", pattern(length, 1)}},
			{{"a", pattern(length, 1)}, {"b", nil}, {"c", pattern(100, 2)}},
			{{"a", pattern(100, 2)}, {strings.Repeat("b", maxNameLength), pattern(length, 1)}},
		} {
			s := newStore(t)
			require.NoError(t, s.Write(context.Background(), nil, sections...))
			f, err := s.Read(context.Background())
			require.NoError(t, err)
			requireSections(t, f, sections...)
			for _, section := range sections {
				data, _ := f.Section(section.Name)
				address := uintptr(unsafe.Pointer(unsafe.SliceData(data)))
				assert.Zero(t, address%alignment, "%s of %d", section.Name, length)
			}
			assert.True(t, f.equal(sections))
			_, ok := f.Section("d")
			assert.False(t, ok)
			runtime.KeepAlive(f)
		}
	}
}

func TestRead_ReturnsAFileWithoutSections(t *testing.T) {
	s := newStore(t)
	require.NoError(t, s.Write(context.Background(), nil))
	f, err := s.Read(context.Background())
	require.NoError(t, err)
	requireSections(t, f)
}

func TestRead_FailsWithoutAFile(t *testing.T) {
	s := newStore(t)
	_, err := s.Read(context.Background())
	assert.ErrorIs(t, err, fs.ErrNotExist)
	_, err = s.ReadPart(context.Background(), "a")
	assert.ErrorIs(t, err, fs.ErrNotExist)
	requireFiles(t, filepath.Dir(s.path))
}

func TestRead_KeepsAFileThatIsReplaced(t *testing.T) {
	s := newStore(t)
	before, after := Section{"a", pattern(chunkLength, 1)}, Section{"a", pattern(chunkLength, 2)}
	require.NoError(t, s.Write(context.Background(), nil, before))
	f, err := s.Read(context.Background())
	require.NoError(t, err)
	require.NoError(t, s.Write(context.Background(), nil, after))
	requireSections(t, f, before)
	require.NoError(t, os.Remove(s.path))
	requireSections(t, f, before)
	runtime.KeepAlive(f)
}

func TestRead_EndsWithItsContext(t *testing.T) {
	s := newStore(t)
	require.NoError(t, s.Write(context.Background(), nil, Section{"a", pattern(3*chunkLength, 1)}))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := s.Read(ctx)
	assert.ErrorIs(t, err, context.Canceled)
}

func TestWrite_GivesFilesToTheUserAlone(t *testing.T) {
	s := newStore(t)
	require.NoError(t, os.WriteFile(s.path, []byte("wide"), 0o666))
	require.NoError(t, s.WritePart(context.Background(), "a"))
	require.NoError(t, s.Write(context.Background(), []string{"a"}))
	for path, mode := range map[string]fs.FileMode{
		s.path:                0o600,
		s.path + lockSuffix:   0o600,
		s.path + folderSuffix: 0o700 | fs.ModeDir,
		s.partPath("a"):       0o600,
	} {
		info, err := os.Stat(path)
		require.NoError(t, err)
		if runtime.GOOS != "windows" {
			assert.Equal(t, mode, info.Mode(), path)
		}
	}
}

func TestWrite_RefusesSectionsThatTheFormatCannotHave(t *testing.T) {
	s := newStore(t)
	require.NoError(t, s.Write(context.Background(), nil, Section{"old", nil}))
	for problem, sections := range map[string][]Section{
		`there are two sections "a"`:                         {{"a", []byte("data")}, {"a", nil}},
		"the name of section 0 has 0 bytes, not 1 to 255":    {{"", nil}},
		"the name of section 1 has 256 bytes, not 1 to 255":  {{"a", nil}, {strings.Repeat("b", 256), nil}},
		"the header has 1048640 bytes, but 1048576 at most:": manySections(maxHeaderLength / 272),
	} {
		err := s.Write(context.Background(), nil, sections...)
		require.ErrorContains(t, err, "writing "+s.path+": "+problem)
	}
	f, err := s.Read(context.Background())
	require.NoError(t, err)
	requireSections(t, f, Section{"old", nil})
}

// manySections returns n empty sections whose names have 254 bytes.
func manySections(n int) []Section {
	sections := make([]Section, n)
	for i := range sections {
		sections[i].Name = fmt.Sprintf("%0254d", i)
	}
	return sections
}

func TestStore_ContainsNoKey(t *testing.T) {
	s := newStore(t)
	require.NoError(t, s.Write(context.Background(), nil, Section{"a", []byte("data")}))
	content, err := os.ReadFile(s.path)
	require.NoError(t, err)
	assert.NotContains(t, string(content), testKey)
	f, err := s.Read(context.Background())
	require.NoError(t, err)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		assert.NotContains(t, fmt.Sprintf(verb, s)+fmt.Sprintf(verb, *s)+fmt.Sprintf(verb, f), testKey)
	}
}

func TestStore_RefusesTheFileOfAnotherKey(t *testing.T) {
	s := newStore(t)
	ctx := context.Background()
	require.NoError(t, s.WritePart(ctx, "p", Section{"a", nil}))
	require.NoError(t, s.Write(ctx, []string{"p"}, Section{"a", nil}))
	other, err := New(s.path, keyOf("another key"))
	require.NoError(t, err)
	_, err = other.Read(ctx)
	assert.ErrorIs(t, err, ErrOtherKey)
	assert.EqualError(t, err, "reading "+s.path+": "+ErrOtherKey.Error())
	_, err = other.ReadPart(ctx, "p")
	assert.ErrorIs(t, err, ErrOtherKey)
	assert.ErrorIs(t, other.Write(ctx, []string{"p"}), ErrNoPart)

	require.NoError(t, other.WritePart(ctx, "p", Section{"a", nil}))
	require.NoError(t, other.Write(ctx, []string{"p"}))
	_, err = other.ReadPart(ctx, "p")
	require.NoError(t, err)
	_, err = s.Read(ctx)
	assert.ErrorIs(t, err, ErrOtherKey)
}

func TestStore_WritesDifferentFilesForOneKey(t *testing.T) {
	s := newStore(t)
	salts := map[[16]byte]bool{}
	for range 3 {
		require.NoError(t, s.Write(context.Background(), nil))
		f, err := s.Read(context.Background())
		require.NoError(t, err)
		salts[f.header.salt] = true
	}
	assert.Len(t, salts, 3)
}
