// Package core evaluates flags: it turns flag configs (JSON) into an immutable
// Plan and says which outcome each flag has for a context. The work is done by
// the C code of lib/core; this is the only package of the module that imports
// "C", but for the one that measures what crossing into C takes.
//
// A plan numbers everything an evaluation can need or give: its flags, in
// dependency order; its slots, the places of a context that flags read; and its
// outcomes, the (flag, segment, variant) triples that fix a result. An
// evaluation takes the values of slots and returns pairs of flag and outcome
// numbers, so neither names nor payloads cross the boundary per call.
package core

import (
	"fmt"
	"strings"
)

// Result says which outcome a flag has: the numbers of both in their Plan.
type Result struct {
	Flag    uint32
	Outcome uint32
}

// Cohort is a cohort that some flag asks about.
type Cohort struct {
	ID string
	// GroupType is "User" for cohorts of users, else the type of the groups.
	GroupType string
}

// Diagnostic reports a flag, or a part of one, that the plan left out.
type Diagnostic struct {
	// Flag is the flag's key; empty if it has none that can be read.
	Flag string `json:"flag"`
	// Entry is the flag's place in the document, from 0; -1 when the whole plan tells, not the document.
	Entry int `json:"entry"`
	// Code is one of "malformed", "duplicate", "cycle" and "regex".
	Code string `json:"code"`
	// Message says what is wrong, for people.
	Message string `json:"message"`
	// Offset is the byte of the document at which it was noticed, or -1 like Entry.
	Offset int `json:"offset"`
}

func (d Diagnostic) String() string {
	if d.Entry < 0 {
		return fmt.Sprintf("flag %q: %s", d.Flag, d.Message)
	}
	return fmt.Sprintf("flag %q (entry %d, byte %d): %s", d.Flag, d.Entry, d.Offset, d.Message)
}

// CompileError says why a document gives no plan at all.
type CompileError struct {
	Message string
	// Offset is the byte of the document at which the error was noticed.
	Offset int
}

func (e *CompileError) Error() string {
	return fmt.Sprintf("compile flags: %s at byte %d", e.Message, e.Offset)
}

// UnavailableError says why this binary has no core.
type UnavailableError struct {
	Reason string
}

func (e *UnavailableError) Error() string { return "no evaluation core: " + e.Reason }

// EvaluateError says why a context could not be evaluated: it is no JSON, is cut
// off, is nested too deeply or is too large.
type EvaluateError struct {
	Message string
}

func (e *EvaluateError) Error() string { return "evaluate: " + e.Message }

// CycleError is returned when a flag is asked for by key that cannot be
// evaluated because it is on a dependency cycle, or depends on one.
type CycleError struct {
	Flag string
	// Cycle is the keys along the cycle, each depending on the next and the last on the first.
	Cycle []string
}

func (e *CycleError) Error() string {
	const most = 8
	names := e.Cycle
	more := ""
	if len(names) > most {
		more = fmt.Sprintf(" (and %d more)", len(names)-most)
		names = names[:most]
	}
	quoted := make([]string, 0, most+1)
	for _, name := range append(names[:len(names):len(names)], e.Cycle[0]) {
		quoted = append(quoted, fmt.Sprintf("%q", name))
	}
	return fmt.Sprintf("flag %q is on, or depends on, the dependency cycle %s%s: remove one of these dependencies",
		e.Flag, strings.Join(quoted, " → "), more)
}

// Info tells which core the binary has.
type Info struct {
	// Origin is "prebuilt", "source" or "none".
	Origin string
	// Hash is the SHA-256 of the prebuilt archive, or of the C source; empty without a core.
	Hash string
}
