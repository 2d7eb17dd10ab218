// Package core holds the C source of the evaluation core; it has no Go code.
//
// It is a Go package so that `go mod vendor` keeps the folder, which package
// internal/core compiles where there is no prebuilt library. Each C file begins
// with a build constraint that keeps the go command from compiling it here.
package core
