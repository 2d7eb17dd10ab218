package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The archives are built with what the manifest records. These tests compare
// the records with the scripts, so that a change of a script alone fails.

func manifest(t *testing.T) string {
	content, err := os.ReadFile(filepath.Join(lib, "MANIFEST.sha256"))
	require.NoError(t, err)
	return string(content)
}

// submatches returns the first group of each match.
func submatches(pattern, text string) []string {
	var found []string
	for _, match := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		found = append(found, match[1])
	}
	return found
}

func TestManifest_RecordsTheFlagsOfTheBuild(t *testing.T) {
	content, err := os.ReadFile(filepath.Join("..", "build-libs"))
	require.NoError(t, err)
	script := strings.ReplaceAll(string(content), "\\\n", "") // joins continued lines
	recorded := manifest(t)

	flags := submatches(`(?m)^flags="([^"]*)"$`, script)
	require.Len(t, flags, 1)
	assert.Equal(t, flags, submatches(`(?m)^# flags (-.*)$`, recorded))
	for _, platform := range platforms {
		flags := submatches(`(?m)^\s*`+platform.name+`\) echo "([^"]*)" ;;$`, script)
		require.Len(t, flags, 1, platform.name)
		assert.Equal(t, flags, submatches(`(?m)^# flags of `+platform.name+` (.*)$`, recorded), platform.name)
	}
}

func TestManifest_RecordsTheToolchain(t *testing.T) {
	content, err := os.ReadFile(filepath.Join("..", "zig-wheels.txt"))
	require.NoError(t, err)
	wheels := string(content)
	recorded := manifest(t)

	version := submatches(`(?m)^(ziglang==\S+)`, wheels)
	require.Len(t, version, 1)
	assert.Equal(t, version, submatches(`(?m)^# toolchain (\S+),`, recorded))
	hashes := submatches(`--hash=(sha256:[0-9a-f]{64})\b`, wheels)
	require.NotEmpty(t, hashes)
	assert.Equal(t, hashes, submatches(`(?m)^#   (sha256:[0-9a-f]+)$`, recorded))
}

func TestManifest_NamesTheArchives(t *testing.T) {
	var want []string
	for _, platform := range platforms {
		want = append(want, "lib/"+platform.name+"/libexperiment_core.a")
	}
	assert.Equal(t, want, submatches(`(?m)^[0-9a-f]{64}  (lib/.*\.a)$`, manifest(t)))
}
