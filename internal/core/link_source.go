//go:build cgo && (experiment_core_source || !(((linux && !android) || (darwin && !ios)) && (amd64 || arm64)))

package core

// link_source.c compiles the core's source in this package, on platforms
// without a prebuilt library and with the build tag experiment_core_source.

// #cgo CFLAGS: -O2
import "C"

// LinkInfo returns which core the program has.
func LinkInfo() Info { return Info{Origin: "source", Hash: sourceHash} }
