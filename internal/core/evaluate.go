//go:build cgo

package core

/*
#cgo noescape evaluate
#cgo nocallback evaluate
#cgo noescape outcome
#cgo nocallback outcome
#include "experiment_core.h"

// These wrappers take scratch as words and not as void: a type without pointers
// spares cgo the search for Go pointers in it.
static inline int64_t evaluate(const xc_plan *plan, const char *context, size_t length, const uint32_t *flags,
	size_t count, char *out, size_t capacity, uint64_t *scratch, size_t words)
{
	return xc_evaluate(plan, context, length, flags, count, out, capacity, scratch, words * sizeof *scratch);
}

static inline int64_t outcome(const xc_plan *plan, uint32_t number, char *out, size_t capacity, uint64_t *scratch,
	size_t words)
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
	// maxScratchWords limits the scratch of an evaluation beyond its minimum,
	// to 64 MiB. An evaluation needs up to 64 bytes for each byte of a
	// context's arrays and objects. See RATIONALE.md, "Why is the size of a
	// user's values limited?".
	maxScratchWords = 1 << 23

	// maxKeptWords is how much of that Trim keeps: 1 MiB.
	maxKeptWords = 1 << 17
)

// Scratch is working memory for evaluations, of any plan, one at a time. The
// zero Scratch is ready to use; it grows as needed and never holds Go pointers.
type Scratch struct {
	out      []byte
	words    []uint64 // words, so that the memory is aligned to 8 bytes
	minWords int      // needed by every evaluation of the last plan
}

// Trim releases the working memory if a huge context has made it grow large.
func (s *Scratch) Trim() {
	if len(s.words) > s.minWords+maxKeptWords {
		s.words = nil
	}
}

// fit makes room to evaluate this many flags for a context of this many bytes.
// minBytes is the least scratch that the plan needs.
func (s *Scratch) fit(minBytes, flags, context int) {
	s.minWords = minBytes / 8
	if len(s.words) < s.minWords {
		s.words = make([]uint64, s.minWords+min(context/4+256, maxScratchWords))
	}
	if size := 24*flags + 64; len(s.out) < size {
		s.out = make([]byte, size)
	}
}

// Evaluate appends to dst the results of the given flags, or of all flags if
// none are given, and the results of the flags that they depend on. Results
// come in the plan's order; a flag without a result is not among them. Evaluate
// does not allocate if dst has room and the Scratch has grown to the size
// needed. The error is an *EvaluateError, and dst is then returned unchanged.
//
// The context is JSON in one of two forms. An object is walked along the plan's
// paths: {"user":{...},"groups":{...}}. An array holds slot numbers, each
// followed by the value of the slot, without the slots that are absent:
// [0,"u1",3,["a","b"]].
func (p *Plan) Evaluate(s *Scratch, context []byte, flags []uint32, dst []Result) ([]Result, error) {
	count := len(flags)
	if count == 0 {
		count = len(p.keys)
	}
	s.fit(p.minScratch, count, len(context))
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

// Outcome returns an outcome as JSON, without absent members:
// {"key":...,"value":...,"payload":...,"metadata":{...}}. It returns nil if
// there is no such outcome. The JSON is valid until the Scratch is next used.
func (p *Plan) Outcome(s *Scratch, outcome uint32) json.RawMessage {
	s.fit(p.minScratch, 0, 0)
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

// grow enlarges the buffer that the core reported as too small with n, so that
// the call can be repeated. It returns an error if more room would not help.
func (s *Scratch) grow(n C.int64_t) error {
	switch {
	case n >= 0:
		s.out = make([]byte, n)
	case n != C.XC_ERROR_SCRATCH:
		return &EvaluateError{Message: C.GoString(C.xc_error_message(C.int32_t(n)))}
	case len(s.words) >= s.minWords+maxScratchWords:
		return &EvaluateError{Message: fmt.Sprintf("its arrays and objects are too large: "+
			"more than %d MiB of memory are needed", maxScratchWords>>17)}
	default:
		s.words = make([]uint64, min(2*len(s.words), s.minWords+maxScratchWords))
	}
	return nil
}

// appendResults parses the core's output, [flag,outcome,flag,outcome,...].
func appendResults(dst []Result, pairs []byte) []Result {
	for i := 1; i < len(pairs); {
		var result Result
		result.Flag, i = parseNumber(pairs, i)
		if result.Outcome, i = parseNumber(pairs, i); i > len(pairs) {
			break // the array is empty: []
		}
		dst = append(dst, result)
	}
	return dst
}

// parseNumber returns the number at data[i] and the index after the byte that
// ends it.
func parseNumber(data []byte, i int) (n uint32, next int) {
	for ; i < len(data); i++ {
		digit := uint32(data[i]) - '0'
		if digit > 9 {
			break
		}
		n = n*10 + digit
	}
	return n, i + 1
}
