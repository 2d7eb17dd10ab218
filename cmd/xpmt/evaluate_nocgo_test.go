//go:build !cgo

package main

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplitude/experiment-go-server/experimenttest"
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

func TestServe_WithoutCgoWarns(t *testing.T) {
	t.Setenv(keyVariable, "")
	served := serve(t, "--flags", writeFile(t, "flags.json", flagsDocument))
	assert.Regexp(t, `^xpmt: warning: requests for variants will fail with status 422: .*CGO_ENABLED=1`, served.warning)
	served.line(t)
	fetched := xpmt(t.Context(), "", "fetch", "--server-url", served.url,
		"--key", experimenttest.DefaultDeploymentKey, "--user-id", "u")
	assert.Equal(t, 1, fetched.code)
	assert.Contains(t, fetched.stderr, "422")
	served.interrupt()
	assert.Equal(t, 0, <-served.code)
}
