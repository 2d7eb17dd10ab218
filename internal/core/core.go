// Package core evaluates flags. It compiles flag configs (JSON) to an immutable
// Plan and returns which outcome each flag has for a context. The C code of
// lib/core does the work; no other package of the module imports "C".
//
// A plan numbers everything that an evaluation needs or returns: its flags, in
// dependency order; its slots, the places of a context that flags read; and its
// outcomes, the (flag, segment, variant) triples that determine a result. An
// evaluation takes the values of slots and returns pairs of flag and outcome
// numbers, so neither names nor payloads cross the boundary per call.
package core

import (
	"fmt"
	"strings"
)

// Result is a flag and its outcome, both as their numbers in the Plan.
type Result struct {
	Flag    uint32
	Outcome uint32
}

// Cohort is a cohort that some flag asks about.
type Cohort struct {
	ID string
	// GroupType is "User" for a cohort of users, otherwise the type of its
	// groups.
	GroupType string
}

// Diagnostic reports a flag, or a part of one, that the plan left out.
type Diagnostic struct {
	// Flag is the flag's key, or empty if no key could be read.
	Flag string `json:"flag"`
	// Entry is the flag's position in the document, from 0. It is -1 if the
	// problem was found in the plan and not in the document.
	Entry int `json:"entry"`
	// Code is one of "malformed", "duplicate", "cycle", "limit" and "regex".
	Code string `json:"code"`
	// Message describes the problem to people.
	Message string `json:"message"`
	// Offset is the byte of the document at which the problem was found, or -1
	// if Entry is.
	Offset int `json:"offset"`
}

// String returns the diagnostic as one line for a log.
func (d Diagnostic) String() string {
	if d.Entry < 0 {
		return fmt.Sprintf("flag %q: %s", d.Flag, d.Message)
	}
	return fmt.Sprintf("flag %q (entry %d, byte %d): %s", d.Flag, d.Entry, d.Offset, d.Message)
}

// CompileError is returned when a whole document cannot be compiled.
type CompileError struct {
	Message string
	// Offset is the byte of the document at which the error was found.
	Offset int
}

func (e *CompileError) Error() string {
	return fmt.Sprintf("compiling flags: %s at byte %d", e.Message, e.Offset)
}

// EvaluateError is returned when a context cannot be evaluated: it is not JSON,
// is truncated, is nested too deeply, is too large, or has an unknown slot. It
// is also returned when a flag number is unknown.
type EvaluateError struct {
	Message string
}

func (e *EvaluateError) Error() string { return "evaluating context: " + e.Message }

// CycleError is returned when a flag is asked for by key but cannot be
// evaluated, because it is on a dependency cycle or depends on one.
type CycleError struct {
	Flag string
	// Cycle lists the keys on the cycle. Each depends on the next, and the last
	// depends on the first.
	Cycle []string
}

func (e *CycleError) Error() string {
	const maxNames = 8
	names := e.Cycle
	more := ""
	if len(names) > maxNames {
		more = fmt.Sprintf(" (and %d more)", len(names)-maxNames)
		names = names[:maxNames]
	}
	quoted := make([]string, 0, maxNames+1)
	for _, name := range append(names[:len(names):len(names)], e.Cycle[0]) {
		quoted = append(quoted, fmt.Sprintf("%q", name))
	}
	return fmt.Sprintf("flag %q is on, or depends on, the dependency cycle %s%s: remove one of these dependencies",
		e.Flag, strings.Join(quoted, " → "), more)
}

// Info identifies the core that the program was built with.
type Info struct {
	// Origin is "prebuilt", "source" or "none".
	Origin string
	// Hash is the SHA-256 of the prebuilt archive or of the C source. It is
	// empty without a core.
	Hash string
}
