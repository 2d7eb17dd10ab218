//go:build cgo

package core

/*
#cgo noescape evaluate
#cgo nocallback evaluate
#cgo noescape outcome
#cgo nocallback outcome
#include "experiment_core.h"

// With scratch of a type that holds no pointers, Go need not look for any in it.
static inline int64_t evaluate(const xc_plan *plan, const char *context, size_t length, const uint32_t *flags,
	size_t count, char *out, size_t capacity, uint64_t *scratch, size_t words)
{
	return xc_evaluate(plan, context, length, flags, count, out, capacity, scratch, words * sizeof *scratch);
}

static inline int64_t outcome(const xc_plan *plan, uint32_t number, char *out, size_t capacity, uint64_t *scratch, size_t words)
{
	return xc_plan_outcome(plan, number, out, capacity, scratch, words * sizeof *scratch);
}
*/
import "C"

import (
	"encoding/json"
	"fmt"
	"runtime"
	"unsafe"
)

const (
	// maxScratchWords bounds what an evaluation may take beyond the least, at up to
	// 64 bytes for each byte of a context's arrays and objects.
	maxScratchWords = 1 << 27

	// maxKeptWords is what Trim leaves of that: 1 MiB.
	maxKeptWords = 1 << 17
)

// Scratch is the memory of one evaluation at a time, to be used again for the
// next, of any plan. The zero Scratch is ready; it grows as it is used. It never
// holds Go pointers.
type Scratch struct {
	out   []byte
	words []uint64 // for their alignment
	least int      // words that the last plan needs at least
}

// Trim gives up the memory that one huge context has made the Scratch take.
func (s *Scratch) Trim() {
	if len(s.words) > s.least+maxKeptWords {
		s.words = nil
	}
}

// fit makes room for an evaluation of a number of flags.
func (s *Scratch) fit(least, flags, context int) {
	s.least = least / 8
	if len(s.words) < s.least {
		s.words = make([]uint64, s.least+context/4+256)
	}
	if room := 24*flags + 64; len(s.out) < room {
		s.out = make([]byte, room)
	}
}

// Evaluate appends to dst the results of the flags asked for (none: of all) and
// of the flags they depend on, in the plan's order; a flag without a result is
// not among them. It does not allocate when dst has room and the Scratch has been
// used for the like before. The error is an *EvaluateError.
//
// The context is JSON in one of two forms: an object, walked along the plan's
// paths, {"user":{...},"groups":{...}}; or an array of slot numbers, each
// followed by that slot's value, [0,"u1",3,["a","b"]], absent slots left out.
func (p *Plan) Evaluate(s *Scratch, context []byte, flags []uint32, dst []Result) ([]Result, error) {
	count := len(flags)
	if count == 0 {
		count = len(p.keys)
	}
	s.fit(p.scratch, count, len(context))
	for {
		n := C.evaluate(p.native, bytesPointer(context), C.size_t(len(context)),
			(*C.uint32_t)(unsafe.SliceData(flags)), C.size_t(len(flags)),
			bytesPointer(s.out), C.size_t(len(s.out)),
			(*C.uint64_t)(unsafe.SliceData(s.words)), C.size_t(len(s.words)))
		runtime.KeepAlive(p)
		if n >= 0 && int(n) <= len(s.out) {
			return appendResults(dst, s.out[:n]), nil
		}
		if err := s.grow(n); err != nil {
			return dst, err
		}
	}
}

// Outcome is an outcome as JSON: {"key":..,"value":..,"payload":..,"metadata":..},
// absent members left out. It is nil for a number that is no outcome's, and else
// good until the Scratch is used again.
func (p *Plan) Outcome(s *Scratch, outcome uint32) json.RawMessage {
	s.fit(p.scratch, 0, 0)
	for {
		n := C.outcome(p.native, C.uint32_t(outcome), bytesPointer(s.out), C.size_t(len(s.out)),
			(*C.uint64_t)(unsafe.SliceData(s.words)), C.size_t(len(s.words)))
		runtime.KeepAlive(p)
		if n >= 0 && int(n) <= len(s.out) {
			return s.out[:n:n]
		}
		if err := s.grow(n); err != nil {
			return nil
		}
	}
}

// grow makes room for another try after the core's answer n, if that can help.
func (s *Scratch) grow(n C.int64_t) error {
	switch {
	case n >= 0:
		s.out = make([]byte, n)
	case n != C.XC_ERROR_SCRATCH:
		return &EvaluateError{Message: "context: " + C.GoString(C.xc_error_message(C.int32_t(n)))}
	case len(s.words) > s.least+maxScratchWords/2:
		return &EvaluateError{Message: fmt.Sprintf(
			"context: to evaluate it takes more than %d bytes of memory", 8*maxScratchWords)}
	default:
		s.words = make([]uint64, 2*len(s.words))
	}
	return nil
}

// appendResults reads what the core wrote: [flag,outcome,flag,outcome,...].
func appendResults(dst []Result, pairs []byte) []Result {
	for at := 1; at < len(pairs); {
		var result Result
		result.Flag, at = number(pairs, at)
		if result.Outcome, at = number(pairs, at); at > len(pairs) {
			break // there is no pair in []
		}
		dst = append(dst, result)
	}
	return dst
}

// number reads the number at text[at], and the offset behind the byte that ends it.
func number(text []byte, at int) (uint32, int) {
	n := uint32(0)
	for ; at < len(text); at++ {
		digit := uint32(text[at]) - '0'
		if digit > 9 {
			break
		}
		n = n*10 + digit
	}
	return n, at + 1
}
