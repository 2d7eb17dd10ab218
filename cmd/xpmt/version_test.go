//go:build cgo

package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestVersion_NamesTheCore(t *testing.T) {
	got := xpmt(t.Context(), "", "version")
	assert.Equal(t, 0, got.code)
	assert.Empty(t, got.stderr)
	assert.Regexp(t, `^xpmt 0\.1\.0\ncore: (prebuilt|source), SHA-256 [0-9a-f]{64}\n$`, got.stdout)
}
