//go:build cgo && (experiment_core_source || !(((linux && !android) || (darwin && !ios)) && (amd64 || arm64)))

package core

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestLinkInfo_NamesTheSource(t *testing.T) {
	assert.Equal(t, Info{Origin: "source", Hash: hashOfSource(t)}, LinkInfo())
}
