package core_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// warnings is the strictness that every C file of the core and its tests compiles under.
var warnings = []string{"-std=c11", "-g", "-O1", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror"}

// compiler finds the C compiler, as cgo does: CC, else gcc or clang or cc.
func compiler(t *testing.T) []string {
	t.Helper()
	if cc := strings.Fields(os.Getenv("CC")); len(cc) > 0 {
		return cc
	}
	for _, cc := range []string{"gcc", "clang", "cc"} {
		if path, err := exec.LookPath(cc); err == nil {
			return []string{path}
		}
	}
	t.Skip("no C compiler: the C tests need one, as building the core from source does")
	return nil
}

// build compiles one C program of the tests folder, with ASan and UBSan where
// the compiler has them, and returns the executable's path.
func build(t *testing.T, source string, flags ...string) string {
	t.Helper()
	noteSources(t)
	cc := compiler(t)
	out := filepath.Join(t.TempDir(), strings.TrimSuffix(filepath.Base(source), ".c"))
	args := append(append([]string{}, cc[1:]...), warnings...)
	args = append(args, flags...)
	args = append(args, "-o", out, source)
	sanitized := append([]string{"-fsanitize=address,undefined", "-fno-sanitize-recover=all"}, args...)
	if exec.Command(cc[0], sanitized...).Run() == nil {
		return out
	}
	output, err := exec.Command(cc[0], args...).CombinedOutput()
	require.NoError(t, err, "%s", output)
	return out
}

// noteSources looks at every C file, so that a change of one counts as a change
// of the test: Go's cache of test results does not see what a compiler reads.
func noteSources(t *testing.T) {
	t.Helper()
	for _, pattern := range []string{"*.[ch]", "tests/*.[ch]"} {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, file := range files {
			_, err := os.Stat(file)
			require.NoError(t, err)
		}
	}
}

// TestC builds and runs each tests/test_*.c; every one prints what it passed and exits 1 on a failure.
func TestC(t *testing.T) {
	sources, err := filepath.Glob("tests/test_*.c")
	require.NoError(t, err)
	require.NotEmpty(t, sources)
	for _, source := range sources {
		t.Run(strings.TrimSuffix(filepath.Base(source), ".c"), func(t *testing.T) {
			t.Parallel()
			output, err := exec.Command(build(t, source)).CombinedOutput()
			require.NoError(t, err, "%s", output)
			t.Logf("%s", output)
		})
	}
}
