package internal

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Comments refer to a question by its title, which may be wrapped.
var (
	reference = regexp.MustCompile(`RATIONALE\.md,\s+"([^"]*)"`)
	wrapped   = regexp.MustCompile(`\s*\n\s*(//|\*|#)?\s*`)
)

func TestRationale_HasTheQuestionsThatCodeRefersTo(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "RATIONALE.md"))
	require.NoError(t, err)
	var titles []string
	for line := range strings.Lines(string(page)) {
		if title, ok := strings.CutPrefix(line, "### "); ok {
			titles = append(titles, strings.TrimSpace(title))
		}
	}
	references := 0
	walk(t, func(file string) {
		if !slices.Contains([]string{".go", ".c", ".h", ".md", ""}, path.Ext(file)) ||
			file == "internal/rationale_test.go" {
			return
		}
		content, err := os.ReadFile(filepath.Join("..", file))
		require.NoError(t, err)
		text := wrapped.ReplaceAllString(string(content), " ")
		for _, match := range reference.FindAllStringSubmatch(text, -1) {
			references++
			assert.Contains(t, titles, match[1], "%s refers to a question that RATIONALE.md does not have", file)
		}
	})
	assert.Greater(t, references, 10)
}
