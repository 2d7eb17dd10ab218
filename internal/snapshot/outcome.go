package snapshot

import (
	"encoding/json"
	"reflect"
	"sync/atomic"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/core"
	"github.com/amplitude/experiment-go-server/internal/variants"
)

// outcome is a decoded outcome of the plan.
type outcome struct {
	variant experiment.Variant
	// hidden is the answer of variants.Hidden.
	hidden bool
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
	variant, err := decodeVariant(s.plan.Outcome(&scratch.core, result.Outcome))
	if err != nil {
		return nil, decodeError(s.plan.FlagKey(result.Flag), err)
	}
	s.share(&variant, result.Outcome)
	return first(place, &outcome{variant: variant, hidden: variants.Hidden(variant.Metadata)}), nil
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
