package snapshot

import (
	"sync/atomic"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/usercontext"
)

// Subject is a user as a Snapshot sees it: written as a context once, and asked
// about any number of flags, each of which is evaluated at most a few times. Any
// number of goroutines may use one.
type Subject struct {
	snapshot *Snapshot
	// values is the context of each slot alone, [slot,value] or [], one after the
	// other, and ends is where these end: a flag gets those that it reads.
	values []byte
	ends   []int
	// known is what was evaluated, by flag, in pages that are made when first needed:
	// a plan may have thousands of flags and a request ask for three.
	known []atomic.Pointer[page]
}

// pageFlags is how many flags a page is for.
const pageFlags = 32

// page has, by flag, 0 for one not evaluated, 1 for one that gives nothing, and
// else its outcome plus firstOutcome.
type page [pageFlags]atomic.Uint32

const (
	givesNothing = 1
	firstOutcome = 2
)

// Subject reads all of a user that any flag may need. It keeps nothing of the
// user. The errors are those of Variant.
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
			return nil, err
		}
		subject.ends[i] = len(values)
	}
	scratch.context = values
	subject.values = append([]byte(nil), values...)
	return subject, nil
}

// appendContext appends the context of some slots, as the encoder would.
func (s *Subject) appendContext(dst []byte, slots []uint32) []byte {
	dst = append(dst, '[')
	for _, slot := range slots {
		start := 0
		if slot > 0 {
			start = s.ends[slot-1]
		}
		if value := s.values[start+1 : s.ends[slot]-1]; len(value) > 0 {
			if len(dst) > 1 {
				dst = append(dst, ',')
			}
			dst = append(dst, value...)
		}
	}
	return append(dst, ']')
}

// Variant is Snapshot.Variant for the subject.
func (s *Subject) Variant(key string) (*experiment.Variant, error) {
	flag, ok := s.snapshot.plan.Lookup(key)
	if !ok {
		return nil, s.snapshot.unknown(key)
	}
	if page := s.known[flag/pageFlags].Load(); page != nil {
		switch known := page[flag%pageFlags].Load(); known {
		case 0:
		case givesNothing:
			return nil, nil
		default:
			return &s.snapshot.outcomes[known-firstOutcome].Load().variant, nil
		}
	}
	return s.evaluate(flag)
}

// evaluate evaluates a flag and remembers what it gives.
func (s *Subject) evaluate(flag uint32) (*experiment.Variant, error) {
	scratch := s.snapshot.take()
	defer s.snapshot.release(scratch)
	scratch.context = s.appendContext(scratch.context[:0], s.snapshot.reads(flag))
	result, ok, err := s.snapshot.evaluateOne(scratch, scratch.context, flag)
	if err != nil {
		return nil, err
	}
	if !ok {
		s.page(flag)[flag%pageFlags].Store(givesNothing)
		return nil, nil
	}
	outcome, err := s.snapshot.outcome(result)
	if err != nil {
		return nil, err
	}
	s.page(flag)[flag%pageFlags].Store(result.Outcome + firstOutcome)
	return &outcome.variant, nil
}

func (s *Subject) page(flag uint32) *page {
	place := &s.known[flag/pageFlags]
	if known := place.Load(); known != nil {
		return known
	}
	return first(place, new(page))
}

// Evaluate is Snapshot.Evaluate for the subject.
func (s *Subject) Evaluate(keys []string, includeDefaults bool) (map[string]experiment.Variant, error) {
	scratch := s.snapshot.take()
	defer s.snapshot.release(scratch)
	slots, err := s.snapshot.choose(scratch, keys)
	if err != nil {
		return nil, err
	}
	scratch.context = s.appendContext(scratch.context[:0], slots)
	return s.snapshot.evaluateMany(scratch, scratch.context, len(keys) > 0, includeDefaults)
}
