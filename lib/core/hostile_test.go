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

// TestPrefixes_StayInBounds compiles and evaluates with every prefix of the
// corpus next to an unreadable page: each flag as a document of its own, and
// each context. With XC_ALL_PREFIXES set it takes whole documents too, which
// needs some minutes.
func TestPrefixes_StayInBounds(t *testing.T) {
	t.Parallel()
	frames := &prefixFrames{seen: map[string]bool{}, whole: os.Getenv("XC_ALL_PREFIXES") != ""}
	err := filepath.WalkDir("../../testdata/conformance", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(name, ".json") {
			frames.suite(t, name)
		}
		return err
	})
	require.NoError(t, err)
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

	// No sanitizers: the pages detect the same, and the driver is six times as
	// fast without them.
	cc := compiler(t)
	driver := filepath.Join(t.TempDir(), "driver_prefixes")
	arguments := append(append([]string{}, cc[1:]...), warnings...)
	arguments = append(arguments, "-O2", "-o", driver, "tests/driver_prefixes.c")
	output, err := exec.Command(cc[0], arguments...).CombinedOutput()
	require.NoError(t, err, "%s", output)
	command := exec.Command(driver)
	command.Stdin = &frames.buffer
	output, err = command.CombinedOutput()
	require.NoError(t, err, "%s", output)
	t.Logf("%s", output)
}

// prefixFrames is the input of driver_prefixes.c, which gets equal documents
// only once.
type prefixFrames struct {
	buffer bytes.Buffer
	seen   map[string]bool
	whole  bool // send every prefix of whole documents
}

// frame appends one frame.
func (f *prefixFrames) frame(kind byte, text []byte) {
	f.buffer.WriteByte(kind)
	f.buffer.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(text))))
	f.buffer.Write(text)
}

// context appends a context.
func (f *prefixFrames) context(context []byte) {
	if !f.seen[string(context)] {
		f.seen[string(context)] = true
		f.frame('C', context)
	}
}

// document appends each flag, and then the document itself, with which the
// contexts that follow are evaluated.
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

// suite appends the flags and contexts of a conformance suite.
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
