// Package core holds the C source of the evaluation core. It has no Go code.
//
// It is a Go package so that `go mod vendor` keeps the folder; package
// internal/core compiles the source on platforms without a prebuilt library.
// Each C file begins with a build constraint that keeps the go command from
// compiling it here. Start reading at experiment_core.h, which is the manual,
// and experiment_core.c, which lists the files.
package core
