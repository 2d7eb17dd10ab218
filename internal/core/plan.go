//go:build cgo

package core

/*
#cgo CFLAGS: -I${SRCDIR}/../../lib/core -std=c11
#cgo noescape compile
#cgo nocallback compile
#cgo noescape xc_plan_describe
#cgo nocallback xc_plan_describe
#cgo noescape xc_plan_set_patterns
#cgo nocallback xc_plan_set_patterns
#cgo noescape xc_plan_outcome
#cgo nocallback xc_plan_outcome
#cgo noescape xc_plan_flag_metadata
#cgo nocallback xc_plan_flag_metadata
#cgo noescape xc_evaluate
#cgo nocallback xc_evaluate

#include <stdatomic.h>
#include <stdlib.h>
#include "experiment_core.h"

// The bytes that plans hold, for tests that look for leaks.
static _Atomic int64_t held;

static void *allocate(void *context, size_t size)
{
	void *block = malloc(size);
	(void)context;
	if (block != NULL)
		atomic_fetch_add(&held, (int64_t)size);
	return block;
}

static void release(void *context, void *block, size_t size)
{
	(void)context;
	atomic_fetch_sub(&held, (int64_t)size);
	free(block);
}

static xc_plan *compile(const char *flags, size_t length, uint64_t key0, uint64_t key1, xc_error *error)
{
	const xc_allocator allocator = {allocate, release, NULL, {key0, key1}};
	return xc_plan_compile(flags, length, &allocator, error);
}

static int64_t held_bytes(void)
{
	return atomic_load(&held);
}
*/
import "C"

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strconv"
	"sync"
	"unsafe"

	"github.com/amplitude/experiment-go-server/internal/regexprog"
	_ "github.com/amplitude/experiment-go-server/lib/core" // keeps the header and the source when a module is vendored
)

const (
	// maxProgramWords bounds what regular expressions may take in all. Repeats make a few
	// bytes of a pattern thousands of words, so the size of flag configs does not.
	maxProgramWords = 1 << 24

	// maxScratchWords bounds what an evaluation may take beyond the least, at up to
	// 64 bytes for each byte of a context's arrays and objects.
	maxScratchWords = 1 << 27

	// maxKeptWords is what a plan keeps of that for the next evaluation: 1 MiB.
	maxKeptWords = 1 << 17
)

// Plan is a compiled set of flags. It is immutable: any number of goroutines
// may use one. Its C memory is freed when the Plan is no longer reachable.
type Plan struct {
	native  *C.xc_plan
	size    int
	scratch int // the least that an evaluation needs
	description
	buffers sync.Pool // of *buffers
}

// buffers is what one evaluation writes to. It never holds Go pointers.
type buffers struct {
	out     []byte
	scratch []uint64 // for its alignment
}

// Compile makes a plan from flag configs: a JSON array of flags, or an object
// whose member values are flags. A malformed flag is left out and reported by
// Diagnostics. The error is a *CompileError, or an *UnavailableError where the
// binary has no core. The document is not kept.
func Compile(flags []byte) (*Plan, error) {
	var failure C.xc_error
	native := C.compile(bytesPointer(flags), C.size_t(len(flags)), C.uint64_t(rand.Uint64()), C.uint64_t(rand.Uint64()), &failure)
	if native == nil {
		return nil, &CompileError{Message: C.GoString(failure.message), Offset: int(failure.offset)}
	}
	p := &Plan{native: native}
	runtime.AddCleanup(p, func(native *C.xc_plan) { C.xc_plan_free(native) }, native)
	text := grow(512+len(flags)/8, func(out []byte) C.int64_t {
		return C.xc_plan_describe(native, bytesPointer(out), C.size_t(len(out)))
	})
	if err := p.describe(text); err != nil {
		return nil, err
	}
	if err := p.setPatterns(); err != nil {
		return nil, err
	}
	p.scratch = int(C.xc_plan_scratch(native))
	p.size = int(C.xc_plan_size(native))
	runtime.KeepAlive(p)
	return p, nil
}

// setPatterns compiles the plan's regular expressions with Go's own parser and
// hands their programs to the core.
func (p *Plan) setPatterns() error {
	if len(p.patterns) == 0 {
		return nil
	}
	programs := []byte{'['}
	left := maxProgramWords
	for i, pattern := range p.patterns {
		if i > 0 {
			programs = append(programs, ',')
		}
		words, err := compilePattern(pattern, &left)
		if err != nil {
			p.reportPattern(uint32(i), err)
			programs = append(programs, "null"...)
			continue
		}
		programs = append(programs, '[')
		for j, word := range words {
			if j > 0 {
				programs = append(programs, ',')
			}
			programs = strconv.AppendUint(programs, uint64(word), 10)
		}
		programs = append(programs, ']')
	}
	programs = append(programs, ']')
	var failure C.xc_error
	if C.xc_plan_set_patterns(p.native, bytesPointer(programs), C.size_t(len(programs)), &failure) != C.XC_OK {
		return &CompileError{Message: "regular expressions: " + C.GoString(failure.message), Offset: int(failure.offset)}
	}
	return nil
}

// compilePattern compiles a pattern as long as there are words left for programs.
func compilePattern(pattern string, left *int) ([]uint32, error) {
	if *left <= 0 {
		return nil, fmt.Errorf("the flags' regular expressions are too large together: more than %d bytes of programs",
			4*maxProgramWords)
	}
	words, err := regexprog.Compile(pattern)
	*left -= len(words)
	return words, err
}

// Size is the bytes of C memory that the plan holds.
func (p *Plan) Size() int { return p.size }

// FlagMetadata is the flag's own metadata as JSON (an object), or nil.
func (p *Plan) FlagMetadata(flag uint32) json.RawMessage {
	text := grow(512, func(out []byte) C.int64_t {
		return C.xc_plan_flag_metadata(p.native, C.uint32_t(flag), bytesPointer(out), C.size_t(len(out)))
	})
	runtime.KeepAlive(p)
	if string(text) == "null" {
		return nil
	}
	return text
}

// Outcome is an outcome as JSON: {"key":..,"value":..,"payload":..,"metadata":..},
// absent members left out. It is nil for a number that is no outcome's.
func (p *Plan) Outcome(outcome uint32) json.RawMessage {
	scratch := make([]uint64, 512)
	for {
		code := C.int64_t(0)
		text := grow(1024, func(out []byte) C.int64_t {
			code = C.xc_plan_outcome(p.native, C.uint32_t(outcome), bytesPointer(out), C.size_t(len(out)),
				unsafe.Pointer(unsafe.SliceData(scratch)), C.size_t(len(scratch)*8))
			return code
		})
		runtime.KeepAlive(p)
		if code != C.XC_ERROR_SCRATCH {
			return text
		}
		scratch = make([]uint64, 2*len(scratch))
	}
}

// Evaluate appends to dst the results of the flags asked for (none: of all) and
// of the flags they depend on, in the plan's order; a flag without a result is
// not among them. It does not allocate when dst has room. The error is an
// *EvaluateError.
//
// The context is JSON in one of two forms: an object, walked along the plan's
// paths, {"user":{...},"groups":{...}}; or an array of slot numbers, each
// followed by that slot's value, [0,"u1",3,["a","b"]], absent slots left out.
func (p *Plan) Evaluate(context []byte, flags []uint32, dst []Result) ([]Result, error) {
	b, _ := p.buffers.Get().(*buffers)
	if b == nil {
		b = &buffers{scratch: make([]uint64, (p.scratch+2*len(context))/8+256)}
	}
	defer p.keep(b)
	room := 24 * len(flags)
	if len(flags) == 0 {
		room = 24 * len(p.keys)
	}
	if len(b.out) < room+64 {
		b.out = make([]byte, room+64)
	}
	for {
		n := C.xc_evaluate(p.native, bytesPointer(context), C.size_t(len(context)),
			(*C.uint32_t)(unsafe.SliceData(flags)), C.size_t(len(flags)),
			bytesPointer(b.out), C.size_t(len(b.out)),
			unsafe.Pointer(unsafe.SliceData(b.scratch)), C.size_t(len(b.scratch)*8))
		switch {
		case n == C.XC_ERROR_SCRATCH && len(b.scratch) > p.scratch/8+maxScratchWords/2:
			runtime.KeepAlive(p)
			return dst, &EvaluateError{Message: fmt.Sprintf(
				"context: to evaluate it takes more than %d bytes of memory", 8*maxScratchWords)}
		case n == C.XC_ERROR_SCRATCH:
			b.scratch = make([]uint64, 2*len(b.scratch))
		case n < 0:
			runtime.KeepAlive(p)
			return dst, &EvaluateError{Message: "context: " + errorMessage(n)}
		case int(n) > len(b.out):
			b.out = make([]byte, n)
		default:
			runtime.KeepAlive(p)
			return appendResults(dst, b.out[:n]), nil
		}
	}
}

// keep gives buffers back to the pool, unless one huge context has made them
// huge: they would hold on to its memory.
func (p *Plan) keep(b *buffers) {
	if len(b.scratch) <= p.scratch/8+maxKeptWords {
		p.buffers.Put(b)
	}
}

// appendResults reads what the core wrote: [flag,outcome,flag,outcome,...].
func appendResults(dst []Result, pairs []byte) []Result {
	var flag, number uint32
	odd := false
	for _, c := range pairs {
		switch {
		case c >= '0' && c <= '9':
			number = number*10 + uint32(c-'0')
		case odd:
			dst = append(dst, Result{Flag: flag, Outcome: number})
			odd, number = false, 0
		case c == ',':
			flag, number, odd = number, 0, true
		}
	}
	return dst
}

// Available says whether this binary has a core; if not, why.
func Available() (ok bool, reason string) { return true, "" }

// heldBytes is the C memory that all plans of the process hold.
func heldBytes() int64 { return int64(C.held_bytes()) }

func errorMessage(code C.int64_t) string {
	return C.GoString(C.xc_error_message(C.int32_t(code)))
}

// bytesPointer is the address of a slice's bytes, which C may only use during the call.
func bytesPointer(b []byte) *C.char {
	return (*C.char)(unsafe.Pointer(unsafe.SliceData(b)))
}

// grow calls a writer of the core, again with more room where it asks for it.
// The result is nil when the writer answers with an error.
func grow(room int, write func(out []byte) C.int64_t) []byte {
	out := make([]byte, room)
	n := write(out)
	if int(n) > len(out) {
		out = make([]byte, n)
		n = write(out)
	}
	if n < 0 {
		return nil
	}
	return out[:n:n]
}
