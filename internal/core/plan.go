//go:build cgo

package core

/*
#cgo CFLAGS: -I${SRCDIR}/../../lib/core -std=c11 -D_GNU_SOURCE
#cgo noescape compile
#cgo nocallback compile
#cgo noescape xc_plan_describe
#cgo nocallback xc_plan_describe
#cgo noescape xc_plan_set_patterns
#cgo nocallback xc_plan_set_patterns
#cgo noescape xc_plan_flag_metadata
#cgo nocallback xc_plan_flag_metadata

#include <stdatomic.h>
#include <stdlib.h>
#ifdef __linux__
#include <sys/mman.h>
#include <unistd.h>
#endif
#include "experiment_core.h"

// The C memory that all plans hold, in bytes.
static _Atomic int64_t held;

#ifdef MADV_HUGEPAGE
enum { huge_page = 2 << 20 };

// Returns how many bytes the pages of a block take.
static size_t pages(size_t size)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	return (size + page - 1) / page * page;
}

// Maps a block that begins at a huge page, and asks for huge pages. Blocks of
// this size do not come from malloc, which may keep their memory when they are
// freed. See RATIONALE.md, "Why do large plans ask for huge pages?".
static void *map(size_t size)
{
	const size_t length = pages(size) + huge_page;
	char *mapped = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (mapped == MAP_FAILED)
		return NULL;
	size_t before = (huge_page - (uintptr_t)mapped % huge_page) % huge_page;
	char *block = mapped + before;
	if (before > 0)
		munmap(mapped, before);
	munmap(block + pages(size), huge_page - before);
	madvise(block, size - size % huge_page, MADV_HUGEPAGE);
	return block;
}
#endif

static void *allocate(void *context, size_t size)
{
	void *block;
#ifdef MADV_HUGEPAGE
	block = size < huge_page ? malloc(size) : map(size);
#else
	block = malloc(size);
#endif
	(void)context;
	if (block != NULL)
		atomic_fetch_add(&held, (int64_t)size);
	return block;
}

static void release(void *context, void *block, size_t size)
{
	(void)context;
	atomic_fetch_sub(&held, (int64_t)size);
#ifdef MADV_HUGEPAGE
	if (size >= huge_page) {
		munmap(block, pages(size));
		return;
	}
#endif
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
	"unsafe"

	"github.com/amplitude/experiment-go-server/internal/regexprog"
	_ "github.com/amplitude/experiment-go-server/lib/core" // keeps the header and the source when a module is vendored
)

// Plan is a compiled set of flags. It is immutable and safe for concurrent use.
// Its C memory is freed after the Plan becomes unreachable.
type Plan struct {
	native     *C.xc_plan
	size       int
	minScratch int // bytes that every evaluation needs
	description
}

// Compile compiles flag configs: a JSON array of flags, or an object whose
// member values are flags. It leaves out malformed flags, which Diagnostics
// reports. If the document itself is invalid, the error is a *CompileError.
// Compile does not keep the document. In a program without a core it always
// returns an error; see Available.
func Compile(flags []byte) (*Plan, error) {
	var failure C.xc_error
	key0, key1 := C.uint64_t(rand.Uint64()), C.uint64_t(rand.Uint64())
	native := C.compile(bytesPointer(flags), C.size_t(len(flags)), key0, key1, &failure)
	if native == nil {
		return nil, &CompileError{Message: C.GoString(failure.message), Offset: int(failure.offset)}
	}
	p := &Plan{native: native}
	runtime.AddCleanup(p, func(native *C.xc_plan) { C.xc_plan_free(native) }, native)
	data := callWriter(512+len(flags)/8, func(out []byte) C.int64_t {
		return C.xc_plan_describe(native, bytesPointer(out), C.size_t(len(out)))
	})
	if err := p.describe(data); err != nil {
		return nil, fmt.Errorf("compiling flags: %w", err)
	}
	if err := p.setPatterns(); err != nil {
		return nil, err
	}
	p.minScratch = int(C.xc_plan_scratch(native))
	p.size = int(C.xc_plan_size(native))
	runtime.KeepAlive(p)
	return p, nil
}

// setPatterns compiles the plan's regular expressions and passes their programs
// to the core.
// See RATIONALE.md, "Why do regular expressions reach the core after the
// flags?".
func (p *Plan) setPatterns() error {
	if len(p.patterns) == 0 {
		return nil
	}
	programs := []byte{'['}
	compiler := new(regexprog.Compiler)
	for i, pattern := range p.patterns {
		if i > 0 {
			programs = append(programs, ',')
		}
		words, err := compiler.Compile(pattern)
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
		return &CompileError{
			Message: "setting regular expressions: " + C.GoString(failure.message),
			Offset:  int(failure.offset),
		}
	}
	return nil
}

// Size returns how many bytes of C memory the plan holds.
func (p *Plan) Size() int { return p.size }

// FlagMetadata returns the flag's own metadata as a JSON object. It returns nil
// if the flag has none, or if there is no such flag.
func (p *Plan) FlagMetadata(flag uint32) json.RawMessage {
	metadata := callWriter(512, func(out []byte) C.int64_t {
		return C.xc_plan_flag_metadata(p.native, C.uint32_t(flag), bytesPointer(out), C.size_t(len(out)))
	})
	runtime.KeepAlive(p)
	if string(metadata) == "null" {
		return nil
	}
	return metadata
}

// Available reports whether the program has a core, and otherwise why not.
func Available() (ok bool, reason string) { return true, "" }

// HeldBytes returns how much C memory all plans of the process hold, including
// those that are not freed yet.
func HeldBytes() int64 { return int64(C.held_bytes()) }

// bytesPointer returns the address of b's bytes. C may use it only during the
// call.
func bytesPointer(b []byte) *C.char {
	return (*C.char)(unsafe.Pointer(unsafe.SliceData(b)))
}

// callWriter calls a writer of the core with a buffer of this size, and once
// more with a larger one if the writer asks for it. It returns what was
// written, or nil if the writer returned an error.
func callWriter(size int, write func(out []byte) C.int64_t) []byte {
	out := make([]byte, size)
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
