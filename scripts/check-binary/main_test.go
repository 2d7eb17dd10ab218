package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNewer_ComparesNumbers(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"2.17", "2.17", false},
		{"2.17", "2.2.5", true},
		{"2.2.5", "2.17", false},
		{"2.2.5", "2.2", true},
		{"3", "2.99", true},
		{"2.2.5", "0", true},
	} {
		assert.Equal(t, tt.want, newer(tt.a, tt.b), "%s newer than %s", tt.a, tt.b)
	}
}

// Programs linked without cgo have neither a core nor glibc, on any platform.
func TestCheck_RejectsProgramsWithoutTheCore(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte("package main\n\nfunc main() {}\n"), 0o600))
	for _, tt := range []struct{ system, arch, want string }{
		{"darwin", "arm64", "it has no _xc_plan_compile"},
		{"linux", "amd64", "no symbol section"},
	} {
		t.Run(tt.system+"/"+tt.arch, func(t *testing.T) {
			program := filepath.Join(dir, tt.system+tt.arch)
			build := exec.Command("go", "build", "-o", program, "main.go")
			build.Dir = dir
			build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+tt.system, "GOARCH="+tt.arch)
			output, err := build.CombinedOutput()
			require.NoError(t, err, "%s", output)
			_, err = check(program, "2.17")
			require.ErrorContains(t, err, tt.want)
		})
	}
}
