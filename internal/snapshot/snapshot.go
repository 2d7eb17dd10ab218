// Package snapshot turns a document of flag configs into something that answers:
// a plan of the core, the encoder of users for it, and the variants it can give,
// which are decoded when they are first needed and shared from then on.
package snapshot

import (
	"fmt"
	"hash/maphash"
	"sync"
	"sync/atomic"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/core"
	"github.com/amplitude/experiment-go-server/internal/usercontext"
)

// Snapshot is one version of a deployment's flags. It never changes: any number
// of goroutines may use one, and none waits for another.
//
// The variants and the metadata that it returns are shared. Nobody may write to
// their payloads and maps.
type Snapshot struct {
	plan    *core.Plan
	encoder *usercontext.Encoder
	slots   []uint32 // all of the plan's
	source  fingerprint

	// What a plan knows as JSON is decoded at first use, since for thousands of
	// flags most is never used.
	outcomes []atomic.Pointer[outcome]
	metadata []atomic.Pointer[map[string]any]

	scratches sync.Pool
}

// New makes a Snapshot from a document: a JSON array of flags, or an object
// whose members are flags. It does not keep the document. Flags that are
// malformed are left out and reported by Diagnostics; the error is for a
// document that is none.
func New(document []byte) (*Snapshot, error) {
	plan, err := core.Compile(document)
	if err != nil {
		return nil, err
	}
	s := &Snapshot{
		plan:     plan,
		encoder:  usercontext.New(plan.Paths()),
		slots:    make([]uint32, len(plan.Paths())),
		source:   fingerprintOf(document),
		outcomes: make([]atomic.Pointer[outcome], plan.NumOutcomes()),
		metadata: make([]atomic.Pointer[map[string]any], plan.NumFlags()),
	}
	s.scratches.New = func() any { return newScratch(plan) }
	for slot := range s.slots {
		s.slots[slot] = uint32(slot)
	}
	return s, nil
}

// Of says whether the Snapshot was made from a document of just these bytes.
func (s *Snapshot) Of(document []byte) bool {
	return s.source == fingerprintOf(document)
}

// fingerprint tells documents apart without keeping them.
type fingerprint struct {
	length int
	hash   uint64
}

// seed of hashes that stand for texts. It is random, so nobody can prepare two texts
// that look alike, and two that do by chance are one pair in 2^63.
var seed = maphash.MakeSeed()

func fingerprintOf(document []byte) fingerprint {
	return fingerprint{length: len(document), hash: maphash.Bytes(seed, document)}
}

// NumFlags is the number of flags that can be evaluated.
func (s *Snapshot) NumFlags() int { return s.plan.NumFlags() }

// Diagnostics is what of the document was left out, and why.
func (s *Snapshot) Diagnostics() []core.Diagnostic { return s.plan.Diagnostics() }

// Variant is what a flag evaluates to for a user, be it its default variant; nil
// when there is no such flag, or it gives nothing. It does not allocate once the
// variant has been decoded, unless the user has values of unusual types.
//
// The error is [usercontext.ErrNoUser], a *[usercontext.ValueError], a
// *[core.CycleError] or a *[core.EvaluateError].
func (s *Snapshot) Variant(user *experiment.User, key string) (*experiment.Variant, error) {
	if user == nil {
		return nil, usercontext.ErrNoUser
	}
	flag, ok := s.plan.Lookup(key)
	if !ok {
		return nil, s.unknown(key)
	}
	scratch := s.take()
	var err error
	if scratch.context, err = s.encoder.Append(scratch.context[:0], user, s.reads(flag)); err != nil {
		s.release(scratch)
		return nil, err
	}
	result, ok, err := s.evaluateOne(scratch, scratch.context, flag)
	s.release(scratch)
	if !ok {
		return nil, err
	}
	outcome, err := s.outcome(result)
	if err != nil {
		return nil, err
	}
	return &outcome.variant, nil
}

// Evaluate is what the flags asked for evaluate to for a user, by flag key; no
// keys ask for all flags. A flag that is unknown, or gives nothing, is not in
// the map, nor are default variants and those of undeployed flags unless
// includeDefaults is set. The map is the caller's. The errors are those of
// Variant.
func (s *Snapshot) Evaluate(user *experiment.User, keys []string, includeDefaults bool) (map[string]experiment.Variant, error) {
	if user == nil {
		return nil, usercontext.ErrNoUser
	}
	scratch := s.take()
	defer s.release(scratch)
	slots, err := s.choose(scratch, keys)
	if err != nil {
		return nil, err
	}
	if scratch.context, err = s.encoder.Append(scratch.context[:0], user, slots); err != nil {
		return nil, err
	}
	return s.evaluateMany(scratch, scratch.context, len(keys) > 0, includeDefaults)
}

// FlagMetadata is a flag's own metadata, nil if it has none; false when there is
// no such flag.
func (s *Snapshot) FlagMetadata(key string) (map[string]any, bool, error) {
	flag, ok := s.plan.Lookup(key)
	if !ok {
		return nil, false, nil
	}
	metadata, err := s.flagMetadata(flag)
	return metadata, true, err
}

// unknown is the error for asking for a key that no flag has, nil unless it is
// the key of a flag that a dependency cycle leaves out.
func (s *Snapshot) unknown(key string) error {
	if cycle := s.plan.Cycle(key); cycle != nil {
		return cycle
	}
	return nil
}

// choose notes the flags of the keys, each once, and returns the slots that they
// read; no keys ask for all flags.
func (s *Snapshot) choose(scratch *scratch, keys []string) ([]uint32, error) {
	if len(keys) == 0 {
		return s.slots, nil
	}
	for _, key := range keys {
		flag, ok := s.plan.Lookup(key)
		if !ok {
			if err := s.unknown(key); err != nil {
				return nil, err
			}
		} else if scratch.asked.add(flag) {
			scratch.flags = append(scratch.flags, flag)
		}
	}
	if len(scratch.flags) == 1 {
		return s.reads(scratch.flags[0]), nil
	}
	for _, flag := range scratch.flags {
		scratch.reads.addAll(s.reads(flag))
	}
	scratch.slots = scratch.reads.appendTo(scratch.slots)
	return scratch.slots, nil
}

// reads is the slots that a flag and those it depends on read. A plan does not
// list very many of them: then it says nil, and any slot may be read.
func (s *Snapshot) reads(flag uint32) []uint32 {
	if slots := s.plan.Slots(flag); slots != nil {
		return slots
	}
	return s.slots
}

// evaluateOne is the result of a flag; false if it gives nothing.
func (s *Snapshot) evaluateOne(scratch *scratch, context []byte, flag uint32) (core.Result, bool, error) {
	scratch.flags = append(scratch.flags[:0], flag)
	var err error
	scratch.results, err = s.plan.Evaluate(&scratch.core, context, scratch.flags, scratch.results[:0])
	for _, result := range scratch.results {
		if result.Flag == flag {
			return result, true, err
		}
	}
	return core.Result{}, false, err
}

// evaluateMany makes the map of what the flags chosen give, of a size that fits;
// of all flags unless some were asked for.
func (s *Snapshot) evaluateMany(scratch *scratch, context []byte, asked, includeDefaults bool) (map[string]experiment.Variant, error) {
	if asked && len(scratch.flags) == 0 { // to the core, no flags are all flags
		return map[string]experiment.Variant{}, nil
	}
	var err error
	scratch.results, err = s.plan.Evaluate(&scratch.core, context, scratch.flags, scratch.results[:0])
	if err != nil {
		return nil, err
	}
	kept := scratch.kept[:0]
	for _, result := range scratch.results {
		if asked && !scratch.asked.has(result.Flag) {
			continue // a parent that nobody asked for
		}
		outcome := s.outcomes[result.Outcome].Load()
		if outcome == nil {
			if outcome, err = s.decode(result); err != nil {
				return nil, err
			}
		}
		if includeDefaults || !outcome.hidden() {
			kept = append(kept, found{result.Flag, outcome})
		}
	}
	scratch.kept = kept
	variants := make(map[string]experiment.Variant, len(kept))
	for i := range kept {
		variants[s.plan.FlagKey(kept[i].flag)] = kept[i].outcome.variant
	}
	return variants, nil
}

func decodeError(key string, err error) error {
	return fmt.Errorf("decoding the variants of flag %q: %w", key, err)
}
