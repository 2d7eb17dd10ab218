//go:build cgo

// Package cgocall crosses into C and back and does next to nothing there. It is
// for benchmarks only, which compare the time of an evaluation with that of the
// crossing: test files cannot import "C".
package cgocall

/*
#cgo noescape first_and_last
#cgo nocallback first_and_last

#include <stddef.h>

static int first_and_last(const unsigned char *bytes, size_t length)
{
	return length == 0 ? 0 : bytes[0] + bytes[length - 1];
}
*/
import "C"

import "unsafe"

// FirstAndLast is the sum of a buffer's first and last byte, computed in C; 0 of
// an empty one.
func FirstAndLast(buffer []byte) int {
	return int(C.first_and_last((*C.uchar)(unsafe.SliceData(buffer)), C.size_t(len(buffer))))
}
