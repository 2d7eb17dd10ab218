package snapshot

import (
	"sync/atomic"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/usercontext"
)

// Subject is a user prepared for a Snapshot. The user is written as a context
// once; each flag is evaluated at its first lookup, and its outcome is
// remembered. Any number of goroutines may use one.
type Subject struct {
	snapshot *Snapshot
	// values has the context of each slot alone, [slot,value] or [], one after
	// the other, and ends has where each of them ends. A flag gets the slots it
	// reads.
	values []byte
	ends   []int
	// failed has the errors of slots whose value cannot be written, for the
	// flags that read them. It is nil if there are none.
	failed map[uint32]error
	// hashes has, by slot, the hashes that the user and its groups have as
	// members of cohorts. It is nil if there are none.
	hashes map[uint32]uint64
	// known has the outcomes by flag, in pages that are made at first use. See
	// RATIONALE.md, "Why does a subject keep its results in pages?".
	known []atomic.Pointer[page]
}

// pageFlags is the number of flags in a page.
const pageFlags = 32

// page has a number for each flag: 0 if it was not evaluated yet, noResult, or
// its outcome plus firstOutcome.
type page [pageFlags]atomic.Uint32

const (
	noResult     = 1
	firstOutcome = 2
)

// Subject prepares a user: it reads everything that any flag may need and keeps
// nothing of the user but hashes. It looks at a cohort only when a flag that
// reads it is evaluated. The error is [usercontext.ErrNoUser]. A value that
// cannot be written is an error later, of the flags that read it.
func (s *Snapshot) Subject(user *experiment.User) (*Subject, error) {
	if user == nil {
		return nil, usercontext.ErrNoUser
	}
	subject := &Subject{
		snapshot: s,
		ends:     make([]int, len(s.slots)),
		known:    make([]atomic.Pointer[page], (s.NumFlags()+pageFlags-1)/pageFlags),
	}
	scratch := s.take()
	defer s.release(scratch)
	values := scratch.context[:0]
	for i := range s.slots {
		var err error
		if values, err = s.encoder.Append(values, user, s.slots[i:i+1]); err != nil {
			values = append(values, "[]"...)
			subject.fail(uint32(i), err)
		}
		subject.ends[i] = len(values)
	}
	for _, slot := range s.encoder.Lists() {
		if hash, ok := s.encoder.Hash(user, slot); ok {
			subject.keep(slot, hash)
		}
	}
	scratch.context = values
	subject.values = append([]byte(nil), values...)
	return subject, nil
}

// fail records the error of a slot.
func (s *Subject) fail(slot uint32, err error) {
	if s.failed == nil {
		s.failed = make(map[uint32]error)
	}
	s.failed[slot] = err
}

// keep records the hash of a slot.
func (s *Subject) keep(slot uint32, hash uint64) {
	if s.hashes == nil {
		s.hashes = make(map[uint32]uint64)
	}
	s.hashes[slot] = hash
}

// appendContext appends the context of what some flags read, as the encoder
// would, and returns the error that the encoder would return.
func (s *Subject) appendContext(dst []byte, reads reads) ([]byte, error) {
	dst = append(dst, '[')
	for _, slot := range reads.slots {
		if s.failed != nil && s.failed[slot] != nil {
			return dst, s.failed[slot]
		}
		start := 0
		if slot > 0 {
			start = s.ends[slot-1]
		}
		value := len(dst)
		dst = append(dst, s.values[start+1:s.ends[slot]-1]...)
		if hash, ok := s.hashes[slot]; ok {
			dst = s.snapshot.encoder.AddIDs(dst, value, slot, hash, reads.cohorts)
		}
		if len(dst) > value {
			dst = append(dst, ',')
		}
	}
	if last := len(dst) - 1; dst[last] == ',' {
		dst[last] = ']'
		return dst, nil
	}
	return append(dst, ']'), nil
}

// Variant evaluates a flag for the subject, as Snapshot.Variant does for a
// user. It does not remember errors.
func (s *Subject) Variant(key string) (*experiment.Variant, error) {
	flag, ok := s.snapshot.plan.Lookup(key)
	if !ok {
		return nil, s.snapshot.cycleError(key)
	}
	if page := s.known[flag/pageFlags].Load(); page != nil {
		switch known := page[flag%pageFlags].Load(); known {
		case 0:
		case noResult:
			return nil, nil
		default:
			return &s.snapshot.outcomes[known-firstOutcome].Load().variant, nil
		}
	}
	return s.evaluate(flag)
}

// evaluate evaluates a flag and remembers its outcome.
func (s *Subject) evaluate(flag uint32) (*experiment.Variant, error) {
	if s.snapshot.withholds(flag) {
		return nil, nil
	}
	scratch := s.snapshot.take()
	defer s.snapshot.release(scratch)
	var err error
	if scratch.context, err = s.appendContext(scratch.context[:0], s.snapshot.reads(flag)); err != nil {
		return nil, err
	}
	result, ok, err := s.snapshot.evaluateOne(scratch, scratch.context, flag)
	if err != nil {
		return nil, err
	}
	if !ok {
		s.page(flag)[flag%pageFlags].Store(noResult)
		return nil, nil
	}
	outcome, err := s.snapshot.outcome(result)
	if err != nil {
		return nil, err
	}
	s.page(flag)[flag%pageFlags].Store(result.Outcome + firstOutcome)
	return &outcome.variant, nil
}

// page returns the page of a flag, and makes it first if necessary.
func (s *Subject) page(flag uint32) *page {
	stored := &s.known[flag/pageFlags]
	if known := stored.Load(); known != nil {
		return known
	}
	return publishOnce(stored, new(page))
}

// Evaluate evaluates flags for the subject, as Snapshot.Evaluate does for a
// user. It neither uses nor updates the outcomes that Variant remembers.
func (s *Subject) Evaluate(keys []string, includeDefaults bool) (experiment.Variants, error) {
	scratch := s.snapshot.take()
	defer s.snapshot.release(scratch)
	reads, err := s.snapshot.selectFlags(scratch, keys)
	if err != nil {
		return nil, err
	}
	if scratch.context, err = s.appendContext(scratch.context[:0], reads); err != nil {
		return nil, err
	}
	return s.snapshot.evaluateMany(scratch, scratch.context, len(keys) > 0, includeDefaults)
}
