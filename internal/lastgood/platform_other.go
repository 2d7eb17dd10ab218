//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package lastgood

import (
	"errors"
	"os"
)

const openNonblocking = 0

const canMap = false

func mapFile(*os.File, int) ([]byte, error) { return nil, errors.ErrUnsupported }

func unmap([]byte) {}

// syncFolder does nothing: folders cannot be opened for it.
func syncFolder(string) error { return nil }
