//go:build cgo && !experiment_core_source && ((linux && !android) || (darwin && !ios)) && (amd64 || arm64)

package core

import (
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestLinkInfo_NamesTheArchive(t *testing.T) {
	archive := filepath.Join("lib", runtime.GOOS+"_"+runtime.GOARCH, "libexperiment_core.a")
	assert.Equal(t, Info{Origin: "prebuilt", Hash: fileHash(t, archive)}, LinkInfo())
}
