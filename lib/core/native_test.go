package core_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// warnings are the flags under which all C files of the core and of its tests
// must compile.
var warnings = []string{"-std=c11", "-g", "-O1", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror"}

// compiler returns the command of the C compiler that cgo would use: CC, or the
// first of gcc, clang and cc. It skips the test if there is none.
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

// build compiles one C program of the tests folder, with ASan and UBSan if the
// compiler has them, and returns the path of the executable.
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

// noteSources stats every C file, so that Go's cache of test results notices
// changes of files that only a compiler reads.
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

// TestC builds and runs each tests/test_*.c, which exits with status 1 if a
// check fails.
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
