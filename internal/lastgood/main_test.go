package lastgood

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

const (
	testKey = "server-secret-deployment-key"
	// childPath is the variable that makes the test binary a child, which
	// writes the store of this path until it is killed.
	childPath = "LASTGOOD_TEST_CHILD_PATH"
	childSeed = "LASTGOOD_TEST_CHILD_SEED"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(childPath); path != "" {
		writeUntilKilled(path, os.Getenv(childSeed))
		return
	}
	goleak.VerifyTestMain(m)
}

func keyOf(key string) func() string { return func() string { return key } }

// newStore returns a store in a folder that the test removes.
func newStore(t testing.TB) *Store {
	t.Helper()
	return storeAt(t, filepath.Join(t.TempDir(), "flags"))
}

func storeAt(t testing.TB, path string) *Store {
	t.Helper()
	s, err := New(path, keyOf(testKey))
	require.NoError(t, err)
	return s
}

// pattern returns bytes that differ at every place and for every seed.
func pattern(length int, seed uint64) []byte {
	random := rand.NewPCG(seed, 1)
	data := make([]byte, 0, length+8)
	for len(data) < length {
		data = binary.LittleEndian.AppendUint64(data, random.Uint64())
	}
	return data[:length:length]
}

// requireSections requires that a file has these sections, aligned, and no
// other.
func requireSections(t testing.TB, f *File, sections ...Section) {
	t.Helper()
	require.Len(t, f.header.spans, len(sections))
	for _, section := range sections {
		data, ok := f.Section(section.Name)
		require.True(t, ok, section.Name)
		require.True(t, bytes.Equal(section.Data, data), "section %s differs", section.Name)
		require.Len(t, data, cap(data))
	}
}

// requireFiles requires that a folder has entries of these names only.
func requireFiles(t testing.TB, folder string, names ...string) {
	t.Helper()
	entries, err := listFolder(folder)
	require.NoError(t, err)
	require.ElementsMatch(t, names, entries)
}

// startChild starts a process that writes the store of this path. It returns
// after the first write has finished.
func startChild(t *testing.T, path string, seed int) *exec.Cmd {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childPath+"="+path, fmt.Sprintf("%s=%d", childSeed, seed))
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	_, err = out.Read(make([]byte, 1))
	require.NoError(t, err, "the child has not written")
	return child
}

// kill ends a child as kill -9 does.
func kill(t *testing.T, child *exec.Cmd) {
	t.Helper()
	require.NoError(t, child.Process.Kill())
	var exit *exec.ExitError
	require.ErrorAs(t, child.Wait(), &exit)
	const panicked = 2
	require.NotEqual(t, panicked, exit.ExitCode())
}

// writeUntilKilled writes versions of a main file and of its two parts without
// end. Each version is a function of its number, so that readers can check it.
func writeUntilKilled(path, seed string) {
	s, err := New(path, keyOf(testKey))
	if err != nil {
		panic(err)
	}
	ctx := context.Background()
	var number uint64
	fmt.Sscan(seed, &number)
	for random := rand.New(rand.NewPCG(number, 2)); ; {
		version := random.Uint64N(1000)
		for err = ErrNoPart; isMissing(err); {
			for _, part := range partsOf(version) {
				if err := s.WritePart(ctx, part, contentOf(part, 100<<10)...); err != nil {
					panic(err)
				}
			}
			state := fmt.Sprint(version)
			err = s.Write(ctx, partsOf(version), contentOf(state, 70<<10)...)
		}
		if err != nil {
			panic(err)
		}
		fmt.Print("w")
	}
}
