package snapshot

import (
	"encoding/json"
	"hash/maphash"
	"reflect"
	"sync/atomic"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/core"
	"github.com/amplitude/experiment-go-server/internal/variants"
)

// outcome is a decoded outcome of the plan. There may be tens of thousands, and one
// more word each would take them a quarter more memory.
type outcome struct {
	variant experiment.Variant
	// mark is a hash of the text that it was decoded from, and in the lowest bit
	// whether results leave it out by default.
	mark uint64
}

func (o *outcome) hidden() bool { return o.mark&1 != 0 }

// isOf says whether it was decoded from just this text.
func (o *outcome) isOf(text []byte) bool { return o.mark|1 == maphash.Bytes(seed, text)|1 }

func newOutcome(text []byte) (*outcome, error) {
	variant, err := decodeVariant(text)
	if err != nil {
		return nil, err
	}
	o := &outcome{variant: variant, mark: maphash.Bytes(seed, text) &^ 1}
	if variants.Hidden(variant.Metadata) {
		o.mark |= 1
	}
	return o, nil
}

func (s *Snapshot) outcome(result core.Result) (*outcome, error) {
	if known := s.outcomes[result.Outcome].Load(); known != nil {
		return known, nil
	}
	return s.decode(result)
}

// decode makes an outcome known.
func (s *Snapshot) decode(result core.Result) (*outcome, error) {
	place := &s.outcomes[result.Outcome]
	scratch := s.take()
	defer s.release(scratch)
	decoded, err := newOutcome(s.plan.Outcome(&scratch.core, result.Outcome))
	if err != nil {
		return nil, decodeError(s.plan.FlagKey(result.Flag), err)
	}
	s.share(&decoded.variant, result.Outcome)
	return first(place, decoded), nil
}

// Adopt takes over what an earlier Snapshot has decoded of outcomes that are still
// the same, so that those who ask for them first do not pay for the change. It is
// to be called before the Snapshot is shared.
func (s *Snapshot) Adopt(earlier *Snapshot) {
	scratch := s.take()
	defer s.release(scratch)
	for flag := range uint32(s.NumFlags()) {
		old, ok := earlier.plan.Lookup(s.plan.FlagKey(flag))
		if !ok {
			continue
		}
		place, end := s.plan.Outcomes(flag)
		known, knownEnd := earlier.plan.Outcomes(old)
		for ; place < end && known < knownEnd; place, known = place+1, known+1 {
			outcome := earlier.outcomes[known].Load()
			if outcome != nil && outcome.isOf(s.plan.Outcome(&scratch.core, place)) {
				s.outcomes[place].Store(outcome)
			}
		}
	}
}

// near is how far apart the numbers of two outcomes of one flag mostly are at most.
const near = 8

// share replaces the payload and the metadata by equal ones of outcomes near by:
// those of a flag have mostly the same.
func (s *Snapshot) share(variant *experiment.Variant, number uint32) {
	end := min(int(number)+near, len(s.outcomes)-1)
	for i := max(int(number)-near, 0); i <= end; i++ {
		other := s.outcomes[i].Load()
		if other == nil {
			continue
		}
		if other.variant.Key == variant.Key && reflect.DeepEqual(other.variant.Payload, variant.Payload) {
			variant.Payload = other.variant.Payload
		}
		if reflect.DeepEqual(other.variant.Metadata, variant.Metadata) {
			variant.Metadata = other.variant.Metadata
		}
	}
}

func (s *Snapshot) flagMetadata(flag uint32) (map[string]any, error) {
	place := &s.metadata[flag]
	if known := place.Load(); known != nil {
		return *known, nil
	}
	// Decoded within a variant, so that its numbers are those of the metadata
	// that a variant inherits.
	var variant experiment.Variant
	if text := s.plan.FlagMetadata(flag); len(text) > 0 {
		wrapped := struct {
			Metadata json.RawMessage `json:"metadata"`
		}{text}
		whole, err := json.Marshal(wrapped)
		if err == nil {
			err = json.Unmarshal(whole, &variant)
		}
		if err != nil {
			return nil, decodeError(s.plan.FlagKey(flag), err)
		}
	}
	return *first(place, &variant.Metadata), nil
}

// first keeps the first of the values that goroutines decoded at the same time,
// so that all share one.
func first[T any](place *atomic.Pointer[T], decoded *T) *T {
	if place.CompareAndSwap(nil, decoded) {
		return decoded
	}
	return place.Load()
}
