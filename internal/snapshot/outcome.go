package snapshot

import (
	"encoding/json"
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
	place := &s.outcomes[result.Outcome]
	if known := place.Load(); known != nil {
		return known, nil
	}
	decoded := &outcome{}
	if err := json.Unmarshal(s.plan.Outcome(result.Outcome), &decoded.variant); err != nil {
		return nil, decodeError(s.plan.FlagKey(result.Flag), err)
	}
	decoded.hidden = variants.Hidden(decoded.variant.Metadata)
	return first(place, decoded), nil
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
