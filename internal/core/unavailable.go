//go:build !cgo

package core

import (
	"encoding/json"
	"errors"
)

// Plan has no values: Compile never returns one in a program without a core.
type Plan struct{ description }

// Compile returns an error, because the program has no core.
func Compile([]byte) (*Plan, error) {
	_, reason := Available()
	return nil, errors.New("compiling flags: the program has no evaluation core: " + reason)
}

// Size returns 0. There is no Plan to call it on.
func (p *Plan) Size() int { return 0 }

// FlagMetadata returns nil. There is no Plan to call it on.
func (p *Plan) FlagMetadata(uint32) json.RawMessage { return nil }

// Outcome returns nil. There is no Plan to call it on.
func (p *Plan) Outcome(*Scratch, uint32) json.RawMessage { return nil }

// Evaluate returns dst. There is no Plan to call it on.
func (p *Plan) Evaluate(_ *Scratch, _ []byte, _ []uint32, dst []Result) ([]Result, error) {
	return dst, nil
}

// Scratch is never used, because there is no Plan.
type Scratch struct{}

// Trim does nothing.
func (s *Scratch) Trim() {}

// HeldBytes returns 0, because there is no Plan.
func HeldBytes() int64 { return 0 }

// Available reports whether the program has a core, and otherwise why not.
func Available() (ok bool, reason string) { return false, "it was built without cgo" }

// LinkInfo returns which core the program has.
func LinkInfo() Info { return Info{Origin: "none"} }
