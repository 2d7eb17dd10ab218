package core

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// With an outdated hash, Go's build cache would keep the old core.
func TestHashes_MatchTheFiles(t *testing.T) {
	for _, platform := range []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64"} {
		name := filepath.Join("lib", strings.Replace(platform, "/", "_", 1), "libexperiment_core.a")
		assert.Equal(t, fileHash(t, name), archiveHashes[platform], "%s: run scripts/build-libs", name)
	}
	assert.Len(t, archiveHashes, 4)
	assert.Equal(t, hashOfSource(t), sourceHash, "the C source: run scripts/build-libs")
}

// People check files against the manifest, so it must list all of them.
func TestManifest_ListsEveryFile(t *testing.T) {
	manifest, err := os.ReadFile(filepath.Join("..", "..", "lib", "MANIFEST.sha256"))
	require.NoError(t, err)
	var lines []string
	for line := range strings.Lines(string(manifest)) {
		if !strings.HasPrefix(line, "#") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	var want []string
	for _, name := range append(sources(t), archives(t)...) {
		want = append(want, fileHash(t, name)+"  "+filepath.ToSlash(name))
	}
	want = append(want, fileHash(t, filepath.Join("scripts", "darwin-memset.h"))+"  scripts/darwin-memset.h")
	assert.ElementsMatch(t, want, lines, "run scripts/build-libs")
}

// hashOfSource returns the output of sha256sum *.c *.h | sha256sum in lib/core,
// with file names in byte order.
func hashOfSource(t *testing.T) string {
	var list bytes.Buffer
	for _, name := range sources(t) {
		fmt.Fprintf(&list, "%s  %s\n", fileHash(t, name), filepath.Base(name))
	}
	sum := sha256.Sum256(list.Bytes())
	return hex.EncodeToString(sum[:])
}

// sources returns the files that are compiled: every .c file, then every .h
// file.
func sources(t *testing.T) []string {
	return slices.Concat(files(t, "lib", "core", "*.c"), files(t, "lib", "core", "*.h"))
}

// archives returns the prebuilt libraries.
func archives(t *testing.T) []string { return files(t, "lib", "*_*", "*.a") }

// files returns the files that match a pattern, sorted, as paths from the root
// of the project.
func files(t *testing.T, pattern ...string) []string {
	root := filepath.Join("..", "..")
	found, err := filepath.Glob(filepath.Join(append([]string{root}, pattern...)...))
	require.NoError(t, err)
	require.NotEmpty(t, found, pattern)
	for i, name := range found {
		found[i], err = filepath.Rel(root, name)
		require.NoError(t, err)
	}
	slices.Sort(found)
	return found
}

// fileHash returns the SHA-256 of a file, given its path from the root of the
// project.
func fileHash(t *testing.T, name string) string {
	content, err := os.ReadFile(filepath.Join("..", "..", name))
	require.NoError(t, err)
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
