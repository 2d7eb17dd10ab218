package snapshot

import (
	"hash/maphash"
	"reflect"
	"slices"
	"sync/atomic"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/core"
)

// outcome is a decoded outcome of the plan. There may be tens of thousands of
// outcomes: one more word in each would add a quarter to their memory.
type outcome struct {
	variant experiment.Variant
	// fingerprint is a hash of the JSON that the variant was decoded from. Its
	// lowest bit is not part of the hash: it is set if the variant is a
	// default.
	fingerprint uint64
}

func (o *outcome) isDefault() bool { return o.fingerprint&1 != 0 }

// decodedFrom reports whether the outcome was decoded from exactly this JSON.
func (o *outcome) decodedFrom(encoded []byte) bool {
	return o.fingerprint|1 == maphash.Bytes(seed, encoded)|1
}

func newOutcome(encoded []byte) (*outcome, error) {
	o := &outcome{fingerprint: maphash.Bytes(seed, encoded) &^ 1}
	if err := o.variant.UnmarshalJSON(encoded); err != nil {
		return nil, err
	}
	if o.variant.IsDefault() {
		o.fingerprint |= 1
	}
	return o, nil
}

// outcome returns the outcome of a result, and decodes it first if necessary.
func (s *Snapshot) outcome(result core.Result) (*outcome, error) {
	if decoded := s.outcomes[result.Outcome].Load(); decoded != nil {
		return decoded, nil
	}
	return s.decode(result)
}

// decode decodes the outcome of a result and publishes it.
func (s *Snapshot) decode(result core.Result) (*outcome, error) {
	scratch := s.take()
	defer s.release(scratch)
	decoded, err := newOutcome(s.plan.Outcome(&scratch.core, result.Outcome))
	if err != nil {
		return nil, decodeError(s.plan.FlagKey(result.Flag), err)
	}
	s.shareEqual(&decoded.variant, result.Outcome)
	return publishOnce(&s.outcomes[result.Outcome], decoded), nil
}

// Adopt takes over the outcomes that an earlier Snapshot has decoded and that
// are unchanged. It must be called before the Snapshot is shared. See
// RATIONALE.md, "Why does a reload adopt decoded variants?".
func (s *Snapshot) Adopt(earlier *Snapshot) {
	scratch := s.take()
	defer s.release(scratch)
	for flag := range uint32(s.NumFlags()) {
		earlierFlag, ok := earlier.plan.Lookup(s.plan.FlagKey(flag))
		if !ok {
			continue
		}
		to, end := s.plan.Outcomes(flag)
		from, earlierEnd := earlier.plan.Outcomes(earlierFlag)
		for ; to < end && from < earlierEnd; to, from = to+1, from+1 {
			decoded := earlier.outcomes[from].Load()
			if decoded != nil && decoded.decodedFrom(s.plan.Outcome(&scratch.core, to)) {
				s.outcomes[to].Store(decoded)
			}
		}
	}
}

// shareWindow is how many neighbors on each side shareEqual looks at. Outcomes
// of a flag are numbered consecutively, and most flags have no more.
const shareWindow = 8

// shareEqual replaces the payload and the metadata of a variant by equal ones
// of neighboring outcomes. See RATIONALE.md, "Why do outcomes share payloads
// and metadata?".
func (s *Snapshot) shareEqual(variant *experiment.Variant, number uint32) {
	end := min(int(number)+shareWindow, len(s.outcomes)-1)
	for i := max(int(number)-shareWindow, 0); i <= end; i++ {
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
	if decoded := s.metadata[flag].Load(); decoded != nil {
		return *decoded, nil
	}
	// Decoded as part of a variant, so that numbers have the same types as in
	// the metadata that variants inherit.
	var variant experiment.Variant
	if encoded := s.plan.FlagMetadata(flag); len(encoded) > 0 {
		whole := slices.Concat([]byte(`{"metadata":`), encoded, []byte(`}`))
		if err := variant.UnmarshalJSON(whole); err != nil {
			return nil, decodeError(s.plan.FlagKey(flag), err)
		}
	}
	return *publishOnce(&s.metadata[flag], &variant.Metadata), nil
}

// publishOnce stores decoded unless another goroutine was first, and returns
// the value stored.
func publishOnce[T any](to *atomic.Pointer[T], decoded *T) *T {
	if to.CompareAndSwap(nil, decoded) {
		return decoded
	}
	return to.Load()
}
