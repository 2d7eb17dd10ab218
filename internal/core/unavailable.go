//go:build !cgo

package core

import (
	"encoding/json"
)

// Plan stands for a compiled set of flags where there is no core; none exists.
type Plan struct{ description }

// Compile returns an *UnavailableError: this binary has no core.
func Compile([]byte) (*Plan, error) {
	_, reason := Available()
	return nil, &UnavailableError{Reason: reason}
}

// Size is never called: there is no Plan.
func (p *Plan) Size() int { return 0 }

// FlagMetadata is never called: there is no Plan.
func (p *Plan) FlagMetadata(uint32) json.RawMessage { return nil }

// Outcome is never called: there is no Plan.
func (p *Plan) Outcome(*Scratch, uint32) json.RawMessage { return nil }

// Evaluate is never called: there is no Plan.
func (p *Plan) Evaluate(_ *Scratch, _ []byte, _ []uint32, dst []Result) ([]Result, error) {
	return dst, nil
}

// Scratch is never used: there is no Plan.
type Scratch struct{}

// Trim does nothing.
func (s *Scratch) Trim() {}

// Available says whether this binary has a core; if not, why.
func Available() (ok bool, reason string) { return false, "it was built without cgo" }

// LinkInfo tells which core the binary has.
func LinkInfo() Info { return Info{Origin: "none"} }
