//go:build cgo && (experiment_core_source || !(((linux && !android) || (darwin && !ios)) && (amd64 || arm64)))

package core

// Where there is no prebuilt library, or the build tag experiment_core_source
// asks for it, link_source.c compiles the core's source in this package.

// #cgo CFLAGS: -O2
import "C"

// LinkInfo tells which core the binary has.
func LinkInfo() Info { return Info{Origin: "source", Hash: sourceHash} }
