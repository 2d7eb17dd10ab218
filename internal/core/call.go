//go:build cgo

package core

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

// CallC crosses into C and back and does next to nothing there: it returns the
// sum of a buffer's first and last byte, or 0 if the buffer is empty. It is
// exported for benchmarks only, which compare an evaluation with the crossing
// alone; test files cannot import "C".
func CallC(buffer []byte) int {
	return int(C.first_and_last((*C.uchar)(unsafe.SliceData(buffer)), C.size_t(len(buffer))))
}
