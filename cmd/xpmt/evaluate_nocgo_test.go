//go:build !cgo

package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestEvaluate_WithoutCgoSaysWhatToDo(t *testing.T) {
	got := xpmt(t.Context(), "", "evaluate", "--user-id", "u", "--flags", writeFile(t, "flags.json", flagsDocument))
	assert.Equal(t, 1, got.code)
	assert.Empty(t, got.stdout)
	assert.Regexp(t, `^xpmt: .*CGO_ENABLED=1.*\n$`, got.stderr)
}

func TestVersion_WithoutCgo(t *testing.T) {
	got := xpmt(t.Context(), "", "version")
	assert.Equal(t, 0, got.code)
	assert.Regexp(t, `^xpmt 0\.1\.0\ncore: none \(.+\)\n$`, got.stdout)
}
