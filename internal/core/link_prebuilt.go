//go:build cgo && !experiment_core_source && ((linux && !android) || (darwin && !ios)) && (amd64 || arm64)

package core

import "runtime"

// LinkInfo returns which core the program has.
func LinkInfo() Info {
	return Info{Origin: "prebuilt", Hash: archiveHashes[runtime.GOOS+"/"+runtime.GOARCH]}
}
