package core_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEveryPrefix runs every prefix of the corpus against an unreadable page: each flag
// as a document of its own and each context. With XC_ALL_PREFIXES set, whole documents
// too, which takes some minutes.
func TestEveryPrefix(t *testing.T) {
	t.Parallel()
	frames := &prefixFrames{seen: map[string]bool{}, whole: os.Getenv("XC_ALL_PREFIXES") != ""}
	require.NoError(t, filepath.WalkDir("../../testdata/conformance", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(name, ".json") {
			frames.suite(t, name)
		}
		return err
	}))
	user, err := os.ReadFile("../../testdata/perf/user.json")
	require.NoError(t, err)
	documents, err := filepath.Glob("../../testdata/perf/flag*.json")
	require.NoError(t, err)
	for _, name := range append(documents, "../../examples/flags.json") {
		flags, err := os.ReadFile(name)
		require.NoError(t, err)
		frames.document(t, flags)
		frames.context(append(append([]byte(`{"user":`), user...), '}'))
	}

	// Without sanitizers: the pages see to it, and it is six times as fast.
	cc := compiler(t)
	driver := filepath.Join(t.TempDir(), "driver_prefixes")
	arguments := append(append(append([]string{}, cc[1:]...), warnings...), "-O2", "-o", driver, "tests/driver_prefixes.c")
	output, err := exec.Command(cc[0], arguments...).CombinedOutput()
	require.NoError(t, err, "%s", output)
	command := exec.Command(driver)
	command.Stdin = &frames.buffer
	output, err = command.CombinedOutput()
	require.NoError(t, err, "%s", output)
	t.Logf("%s", output)
}

// prefixFrames is what driver_prefixes.c reads; equal documents go to it once.
type prefixFrames struct {
	buffer bytes.Buffer
	seen   map[string]bool
	whole  bool
}

func (f *prefixFrames) frame(kind byte, text []byte) {
	f.buffer.WriteByte(kind)
	f.buffer.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(text))))
	f.buffer.Write(text)
}

func (f *prefixFrames) context(context []byte) {
	if !f.seen[string(context)] {
		f.seen[string(context)] = true
		f.frame('C', context)
	}
}

// document sends each flag, and then the document itself, which what follows is evaluated with.
func (f *prefixFrames) document(t *testing.T, flags []byte) {
	t.Helper()
	var entries []json.RawMessage
	require.NoError(t, json.Unmarshal(flags, &entries))
	for _, entry := range entries {
		if !f.seen[string(entry)] {
			f.seen[string(entry)] = true
			f.frame('F', append(append([]byte{'['}, entry...), ']'))
		}
	}
	if f.whole {
		f.frame('F', bytes.TrimSpace(flags))
	} else {
		f.frame('P', bytes.TrimSpace(flags))
	}
}

func (f *prefixFrames) suite(t *testing.T, name string) {
	t.Helper()
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	var suite struct {
		Flags    json.RawMessage            `json:"flags"`
		Contexts map[string]json.RawMessage `json:"contexts"`
		Cases    []struct {
			Context json.RawMessage `json:"context"`
		} `json:"cases"`
	}
	require.NoError(t, json.Unmarshal(text, &suite), name)
	f.document(t, suite.Flags)
	for _, context := range suite.Contexts {
		f.context(context)
	}
	for _, c := range suite.Cases {
		if c.Context != nil {
			f.context(c.Context)
		}
	}
}
