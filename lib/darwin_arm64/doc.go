// Package darwin_arm64 holds the evaluation core's static library for
// darwin/arm64. It has no Go code.
//
// It is a Go package so that `go mod vendor` keeps the folder. The archive is
// built from lib/core by scripts/build-libs; lib/MANIFEST.sha256 has its hash.
package darwin_arm64
