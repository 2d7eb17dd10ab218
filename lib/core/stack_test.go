package core_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// stackLimit is the number of bytes of stack that a public function may use,
// including all functions that it calls except the host's allocator.
// lib/core/tests/COVERAGE.md states the current use.
const stackLimit = 4096

// TestStack_StaysWithinLimit reads gcc's call graph of the compiled core: no
// frame has a variable size or more than 4096 bytes, there is no recursion,
// function pointers lead only to the host's allocator, and the deepest chain of
// calls stays within stackLimit.
func TestStack_StaysWithinLimit(t *testing.T) {
	t.Parallel()
	cc := compiler(t)
	object := filepath.Join(t.TempDir(), "core.o")
	command := exec.Command(cc[0], append(cc[1:], "-std=c11", "-O2", "-ffreestanding", "-Wvla", "-Walloca",
		"-Wframe-larger-than=4096", "-Werror", "-fcallgraph-info=su", "-c", "-o", object, "experiment_core.c")...)
	if output, err := command.CombinedOutput(); err != nil {
		if strings.Contains(string(output), "callgraph-info") {
			t.Skip("this compiler cannot write a call graph; gcc 10 and later can")
		}
		require.NoError(t, err, "%s", output)
	}
	text, err := os.ReadFile(strings.TrimSuffix(object, ".o") + ".ci")
	require.NoError(t, err)
	graph := readCallGraph(t, string(text))
	for _, function := range []string{"xc_plan_compile", "xc_plan_describe", "xc_plan_set_patterns", "xc_plan_outcome",
		"xc_plan_flag_metadata", "xc_plan_size", "xc_plan_scratch", "xc_evaluate", "xc_plan_free", "xc_error_message"} {
		depth, chain := graph.deepest(t, function)
		assert.LessOrEqual(t, depth, stackLimit, "%s", chain)
		t.Logf("%s: %d bytes: %s", function, depth, chain)
	}
}

// callGraph has the bytes of each function's frame, and the functions that each
// one calls.
type callGraph struct {
	frames map[string]int
	calls  map[string][]string
	// found caches results of deepest; nil marks one that is being computed.
	found map[string]*deepestCall
}

// deepestCall is the chain of calls that takes the most stack.
type deepestCall struct {
	bytes int
	chain string
}

var (
	callNode = regexp.MustCompile(`^node: \{ title: "([^"]+)" label: "[^"]*\\n(\d+) bytes \(([\w,]+)\)`)
	callEdge = regexp.MustCompile(`^edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)" label: "([^":]+):(\d+)`)
	callHost = regexp.MustCompile(`allocator\.(allocate|release)\(`)
)

// readCallGraph parses what gcc writes for -fcallgraph-info=su.
func readCallGraph(t *testing.T, text string) *callGraph {
	t.Helper()
	graph := &callGraph{frames: map[string]int{}, calls: map[string][]string{}, found: map[string]*deepestCall{}}
	// Static functions are "file:function".
	name := func(title string) string { return title[strings.LastIndexByte(title, ':')+1:] }
	for line := range strings.Lines(text) {
		if m := callNode.FindStringSubmatch(line); m != nil {
			bytes, err := strconv.Atoi(m[2])
			require.NoError(t, err)
			graph.frames[name(m[1])] = bytes
			require.Contains(t, []string{"static", "dynamic,bounded"}, m[3], "the frame of %s is not bounded", m[1])
		}
		m := callEdge.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		if m[2] != "__indirect_call" {
			graph.calls[name(m[1])] = append(graph.calls[name(m[1])], name(m[2]))
			continue
		}
		source, err := os.ReadFile(m[3])
		require.NoError(t, err)
		number, err := strconv.Atoi(m[4])
		require.NoError(t, err)
		call := strings.Split(string(source), "\n")[number-1]
		assert.Regexp(t, callHost, call, "%s:%d calls a function pointer", m[3], number)
	}
	require.Greater(t, len(graph.frames), 20, "the call graph has too few functions")
	return graph
}

// deepest returns the most stack that a function takes together with the
// functions that it calls, and the chain of those calls. It fails the test if
// there is recursion.
func (g *callGraph) deepest(t *testing.T, function string) (int, string) {
	t.Helper()
	if found, ok := g.found[function]; ok {
		require.NotNil(t, found, "%s is recursive", function)
		return found.bytes, found.chain
	}
	g.found[function] = nil
	frame, ok := g.frames[function]
	if !ok { // the four memory functions of the C library
		require.Contains(t, "memcpy memmove memset memcmp", function)
	}
	maxBytes, below := 0, ""
	for _, called := range g.calls[function] {
		if bytes, chain := g.deepest(t, called); bytes > maxBytes {
			maxBytes, below = bytes, " > "+chain
		}
	}
	g.found[function] = &deepestCall{frame + maxBytes, fmt.Sprintf("%s %d%s", function, frame, below)}
	return g.found[function].bytes, g.found[function].chain
}
