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
	context  []byte
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
	scratch := s.take()
	defer s.release(scratch)
	var err error
	if scratch.context, err = s.encoder.Append(scratch.context[:0], user, s.slots); err != nil {
		return nil, err
	}
	return &Subject{
		snapshot: s,
		context:  append([]byte(nil), scratch.context...),
		known:    make([]atomic.Pointer[page], (s.NumFlags()+pageFlags-1)/pageFlags),
	}, nil
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
	result, ok, err := s.snapshot.evaluateOne(scratch, s.context, flag)
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
	if _, err := s.snapshot.choose(scratch, keys); err != nil {
		return nil, err
	}
	return s.snapshot.evaluateMany(scratch, s.context, len(keys) > 0, includeDefaults)
}
