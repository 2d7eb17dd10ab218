package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The README shows parts of this program. They must not differ from it.
func TestReadme_ShowsPartsOfThisProgram(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	require.NoError(t, err)
	_, section, found := strings.Cut(string(page), "\n## A realistic server\n")
	require.True(t, found, "README.md has no section about a realistic server")
	section, _, _ = strings.Cut(section, "\n## ")

	source, err := os.ReadFile("main.go")
	require.NoError(t, err)
	blocks := strings.Split(section, "```go\n")[1:]
	for _, block := range blocks {
		code, _, closed := strings.Cut(block, "```\n")
		require.True(t, closed, "a block of code does not end: %s", block)
		assert.Contains(t, "\n"+string(source), "\n"+code, "main.go does not contain this part of README.md")
	}
	assert.NotEmpty(t, blocks)
}
