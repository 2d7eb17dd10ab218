//go:build cgo

package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// suite has a case that passes and a case that fails.
const suite = `{"name":"s",
 "flags":[{"key":"f","variants":{"on":{"key":"on","value":"on"}},"segments":[{"variant":"on"}]}],
 "cases":[
 {"id":"right","context":{},"expect":{"f":{"key":"on","value":"on"}}},
 {"id":"wrong","context":{},"expect":{"f":{"key":"off"},"g":{"key":"on"}}}]}`

func TestConformance_PrintsDifferences(t *testing.T) {
	file := writeFile(t, "suite.json", suite)
	assert.Equal(t, result{1, `FAIL s, case wrong, flag "f"
  got  {"key":"on","value":"on"}
  want {"key":"off"}
FAIL s, case wrong, flag "g"
  got  no result
  want {"key":"on"}
1 passed, 1 failed
`, "xpmt: 1 of 2 cases failed\n"}, xpmt(t.Context(), "", "conformance", filepath.Dir(file)))
}

func TestConformance_CountsAllFolders(t *testing.T) {
	passing := strings.ReplaceAll(suite, `{"key":"off"},"g":{"key":"on"}`, `{"key":"on","value":"on"}`)
	good := writeFile(t, "good.json", passing)
	assert.Equal(t, result{stdout: "4 passed, 0 failed\n"},
		xpmt(t.Context(), "", "conformance", good, filepath.Dir(good)))
}

func TestConformance_ContinuesAfterABadSuite(t *testing.T) {
	bad := writeFile(t, "bad.json", "{}")
	file := writeFile(t, "suite.json", suite)
	empty := t.TempDir()
	got := xpmt(t.Context(), "", "conformance", bad, empty, file)
	assert.Equal(t, 1, got.code)
	assert.True(t, strings.HasSuffix(got.stdout, "\n1 passed, 1 failed\n"), got.stdout)
	assert.Equal(t, "xpmt: loading suite "+bad+": \"flags\" is missing\n"+
		"finding suites: no .json file in "+empty+"\n"+
		"1 of 2 cases failed\n", got.stderr)
}

func TestConformance_EndsWhenInterrupted(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	assert.Equal(t, result{1, "", "xpmt: interrupted\n"},
		xpmt(ctx, "", "conformance", writeFile(t, "suite.json", suite)))
}
