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

// A hash that is behind its file would let Go's build cache keep the old core.
func TestHashesAreThoseOfTheFiles(t *testing.T) {
	for _, platform := range []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64"} {
		name := filepath.Join("lib", strings.Replace(platform, "/", "_", 1), "libexperiment_core.a")
		assert.Equal(t, fileHash(t, name), archiveHashes[platform], "%s: run scripts/build-libs", name)
	}
	assert.Len(t, archiveHashes, 4)
	assert.Equal(t, hashOfSource(t), sourceHash, "the C source: run scripts/build-libs")
}

// The manifest is what people check the files with, so it must name all of them.
func TestManifestHasEveryFile(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "lib", "MANIFEST.sha256"))
	require.NoError(t, err)
	var lines []string
	for line := range strings.Lines(string(text)) {
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

// hashOfSource is sha256sum *.c *.h | sha256sum in lib/core, file names in the order of their bytes.
func hashOfSource(t *testing.T) string {
	var list bytes.Buffer
	for _, name := range sources(t) {
		fmt.Fprintf(&list, "%s  %s\n", fileHash(t, name), filepath.Base(name))
	}
	sum := sha256.Sum256(list.Bytes())
	return hex.EncodeToString(sum[:])
}

// sources is what is compiled: every .c file, then every .h file.
func sources(t *testing.T) []string {
	return slices.Concat(files(t, "lib", "core", "*.c"), files(t, "lib", "core", "*.h"))
}

func archives(t *testing.T) []string { return files(t, "lib", "*_*", "*.a") }

// files is the files of a pattern by their names from the root of the project, sorted.
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

// fileHash is the SHA-256 of a file, by its name from the root of the project.
func fileHash(t *testing.T, name string) string {
	content, err := os.ReadFile(filepath.Join("..", "..", name))
	require.NoError(t, err)
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
