// Package snapshot makes flags that can be evaluated from a document of flag
// configs: a plan of the core, the encoder of users for it, and the variants
// that the flags can have, which are decoded at first use and then shared.
package snapshot

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/core"
	"github.com/amplitude/experiment-go-server/internal/usercontext"
)

// Snapshot is one state of a client: one version of a deployment's flags, and
// of the cohorts that they read. It never changes: any number of goroutines may
// use one, and none waits for another.
//
// The variants and the metadata that it returns are shared. Callers must not
// write to their payloads and maps.
type Snapshot struct {
	plan    *core.Plan
	encoder *usercontext.Encoder
	slots   []uint32 // all slots of the plan
	source  fingerprint
	digest  [sha256.Size]byte // of the document
	configs []uint64          // by flag: a hash of its config

	cohortState
	provenance Provenance

	// The outcomes and metadata of the plan are JSON. They are decoded at first
	// use, since most of the thousands are never used.
	outcomes []atomic.Pointer[outcome]
	metadata []atomic.Pointer[map[string]any]

	// scratches is a pointer because the runtime keeps a used pool reachable
	// until the second collection, and with it all that contains the pool.
	scratches *sync.Pool
}

// New returns a Snapshot of a document: a JSON array of flags, or an object
// whose members are flags. It does not keep the document. It leaves out
// malformed flags, which Diagnostics reports. It returns an error only if the
// document itself cannot be parsed. Its cohorts are missing until With gives it
// some.
func New(document []byte) (*Snapshot, error) {
	plan, err := core.Compile(document)
	if err != nil {
		return nil, err
	}
	s := &Snapshot{
		plan:      plan,
		encoder:   usercontext.New(plan.Paths()),
		slots:     make([]uint32, len(plan.Paths())),
		source:    fingerprintOf(document),
		digest:    sha256.Sum256(document),
		configs:   make([]uint64, plan.NumFlags()),
		outcomes:  make([]atomic.Pointer[outcome], plan.NumOutcomes()),
		metadata:  make([]atomic.Pointer[map[string]any], plan.NumFlags()),
		scratches: newScratches(plan.NumFlags(), len(plan.Paths()), len(plan.Cohorts())),
	}
	for slot := range s.slots {
		s.slots[slot] = uint32(slot)
	}
	for flag := range s.configs {
		begin, end := plan.Range(uint32(flag))
		s.configs[flag] = maphash.Bytes(seed, document[begin:end])
	}
	s.cohortState = newCohortState(plan, nil, false)
	s.provenance.Version = s.version()
	return s, nil
}

// CompiledFrom reports whether the Snapshot was made from exactly these bytes.
func (s *Snapshot) CompiledFrom(document []byte) bool {
	return s.source == fingerprintOf(document)
}

// fingerprint identifies a document without keeping it. See RATIONALE.md, "Why
// does a snapshot keep a hash of its document?".
type fingerprint struct {
	length int
	hash   uint64
}

// seed is the seed of the hashes that stand for JSON. It is random, so nobody
// can prepare two documents with the same hash, and two have it by chance with
// a probability of 2^-63.
var seed = maphash.MakeSeed()

func fingerprintOf(document []byte) fingerprint {
	return fingerprint{length: len(document), hash: maphash.Bytes(seed, document)}
}

// Size returns how many bytes of memory outside the Go heap the Snapshot holds.
func (s *Snapshot) Size() int { return s.plan.Size() }

// NumFlags returns the number of flags that can be evaluated.
func (s *Snapshot) NumFlags() int { return s.plan.NumFlags() }

// Diagnostics returns what was left out of the document, and why.
func (s *Snapshot) Diagnostics() []core.Diagnostic { return s.plan.Diagnostics() }

// Cohorts returns the IDs of the cohorts that flags target, each once, and the
// keys of the flags that read cohorts of the user, or depend on one that does.
func (s *Snapshot) Cohorts() (ids, flagKeys []string) {
	if len(s.plan.Cohorts()) == 0 {
		return nil, nil
	}
	seen := map[string]bool{} // flags may target a cohort as one of users and as one of groups
	for _, cohort := range s.plan.Cohorts() {
		if !seen[cohort.ID] {
			seen[cohort.ID] = true
			ids = append(ids, cohort.ID)
		}
	}
	paths := s.plan.Paths()
	isCohorts := func(slot uint32) bool {
		path := paths[slot]
		return len(path) > 0 && path[len(path)-1] == "cohort_ids"
	}
	for flag := range uint32(s.NumFlags()) {
		if slices.ContainsFunc(s.reads(flag).slots, isCohorts) {
			flagKeys = append(flagKeys, s.plan.FlagKey(flag))
		}
	}
	return ids, flagKeys
}

// CheckUsable returns an error if the document has flags but none can be
// evaluated. The error gives the number of flags and the first reason.
func (s *Snapshot) CheckUsable() error {
	diagnostics := s.Diagnostics()
	if s.NumFlags() > 0 || len(diagnostics) == 0 {
		return nil
	}
	entries := make(map[int]bool)
	for _, d := range diagnostics {
		entries[d.Entry] = true
	}
	reason := errors.New(diagnostics[0].String())
	if err := s.cycleError(diagnostics[0].Flag); err != nil {
		reason = err
	}
	if len(entries) == 1 {
		return fmt.Errorf("its only flag is not usable: %w", reason)
	}
	return fmt.Errorf("none of its %d flags is usable: %w", len(entries), reason)
}

// Variant evaluates a flag for a user. It returns nil if the flag is unknown or
// has no result; default variants are returned like any other. It does not
// allocate once the variant has been decoded, unless the user has values of
// unusual types.
//
// The error is [usercontext.ErrNoUser], a *[usercontext.ValueError], a
// *[core.CycleError] or a *[core.EvaluateError].
func (s *Snapshot) Variant(user *experiment.User, key string) (*experiment.Variant, error) {
	outcome, err := s.evaluateKey(user, key)
	if outcome == nil {
		return nil, err
	}
	return &outcome.variant, nil
}

// Evaluate evaluates the flags with the given keys for a user, or all flags if
// there are none, and returns their variants by flag key. It leaves out flags
// that are unknown or have no result and, unless includeDefaults is set,
// default variants and variants of flags that are not deployed. The map is the
// caller's. Evaluate returns the errors that Variant returns.
func (s *Snapshot) Evaluate(user *experiment.User, keys []string, includeDefaults bool) (experiment.Variants, error) {
	if user == nil {
		return nil, usercontext.ErrNoUser
	}
	if len(keys) == 1 { // needs neither a set of flags nor a list of outcomes
		return s.evaluateSingle(user, keys[0], includeDefaults)
	}
	scratch := s.take()
	defer s.release(scratch)
	reads, err := s.selectFlags(scratch, keys)
	if err != nil {
		return nil, err
	}
	scratch.context, err = s.encoder.AppendMember(scratch.context[:0], user, reads.slots, reads.cohorts)
	if err != nil {
		return nil, err
	}
	return s.evaluateMany(scratch, scratch.context, len(keys) > 0, includeDefaults)
}

// FlagMetadata returns a flag's own metadata, nil if it has none, and whether
// the flag is known.
func (s *Snapshot) FlagMetadata(key string) (map[string]any, bool, error) {
	flag, ok := s.plan.Lookup(key)
	if !ok {
		return nil, false, nil
	}
	metadata, err := s.flagMetadata(flag)
	return metadata, true, err
}

// cycleError returns the error for a key that Lookup does not find: a
// *core.CycleError if a dependency cycle leaves its flag out, nil if no flag
// has it.
func (s *Snapshot) cycleError(key string) error {
	if cycle := s.plan.Cycle(key); cycle != nil {
		return cycle
	}
	return nil
}

// reads is what flags and their dependencies read.
type reads struct{ slots, cohorts []uint32 }

// selectFlags puts the flags of the keys into the scratch, each once, and
// returns what they read. Without keys these are all flags.
func (s *Snapshot) selectFlags(scratch *scratch, keys []string) (reads, error) {
	if len(keys) == 0 {
		return reads{s.slots, s.allCohorts}, nil
	}
	for _, key := range keys {
		flag, ok := s.plan.Lookup(key)
		if !ok {
			if err := s.cycleError(key); err != nil {
				return reads{}, err
			}
		} else if scratch.requested.add(flag) {
			scratch.flags = append(scratch.flags, flag)
		}
	}
	if len(scratch.flags) == 1 {
		return s.reads(scratch.flags[0]), nil
	}
	for _, flag := range scratch.flags {
		read := s.reads(flag)
		scratch.reads.addAll(read.slots)
		scratch.asks.addAll(read.cohorts)
	}
	scratch.slots = scratch.reads.appendTo(scratch.slots)
	scratch.cohorts = scratch.asks.appendTo(scratch.cohorts)
	return reads{scratch.slots, scratch.cohorts}, nil
}

// reads returns what a flag and its dependencies read. A plan does not list
// very many slots for one flag; the flag may then read any slot.
func (s *Snapshot) reads(flag uint32) reads {
	read := reads{s.plan.Slots(flag), s.plan.FlagCohorts(flag)}
	if read.slots == nil {
		read.slots = s.slots
	}
	return read
}

func decodeError(key string, err error) error {
	return fmt.Errorf("decoding the variants of flag %q: %w", key, err)
}
