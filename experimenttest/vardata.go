package experimenttest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/amplitude/experiment-go-server/internal/jsonvalue"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/core"
	"github.com/amplitude/experiment-go-server/internal/snapshot"
	"github.com/amplitude/experiment-go-server/internal/userjson"
)

// SetVariants sets the variants, by flag key, that vardata returns for every
// user without variants of their own, instead of evaluating the flags. An empty
// map means no variants; nil goes back to evaluating. The Server keeps a copy.
//
// SetVariants returns an error that names the flag whose variant cannot be
// encoded as JSON, and then changes nothing.
func (s *Server) SetVariants(variants experiment.Variants) error {
	encoded, err := encodeVariants(variants)
	if err != nil {
		return fmt.Errorf("setting variants: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.variants = encoded
	return nil
}

// SetUserVariants sets the variants that vardata returns for the user with this
// ID, as SetVariants does for everyone else. An empty map means no variants;
// nil removes the user's own variants.
func (s *Server) SetUserVariants(userID string, variants experiment.Variants) error {
	encoded, err := encodeVariants(variants)
	if err != nil {
		return fmt.Errorf("setting variants of a user: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if encoded == nil {
		delete(s.userVariants, userID)
	} else {
		s.userVariants[userID] = encoded
	}
	return nil
}

// encodeVariants encodes each variant. It returns nil for nil.
func encodeVariants(variants experiment.Variants) (map[string]json.RawMessage, error) {
	if variants == nil {
		return nil, nil
	}
	encoded := make(map[string]json.RawMessage, len(variants))
	for key, variant := range variants {
		value, err := jsonvalue.Marshal(variant)
		if err != nil {
			return nil, fmt.Errorf("encoding the variant of flag %q: %w", key, err)
		}
		encoded[key] = value
	}
	return encoded, nil
}

// vardataResponse returns the user's variants: those set for the user or for
// everyone, otherwise those that the flags evaluate to.
func (s *Server) vardataResponse(req request) response {
	if resp, ok := req.checkMethod(http.MethodGet, http.MethodPost); !ok {
		return resp
	}
	if !req.Authorized {
		return deploymentKeyRequired()
	}
	if !slices.Contains([]string{"", "track", "no-track", "read-only"}, req.Track) {
		return errorResponse(http.StatusBadRequest,
			`the header X-Amp-Exp-Track is %q; use "track", "no-track" or "read-only"`, req.Track)
	}
	if !slices.Contains([]string{"", "track", "no-track"}, req.ExposureTrack) {
		return errorResponse(http.StatusBadRequest,
			`the header X-Amp-Exp-Exposure-Track is %q; use "track" or "no-track"`, req.ExposureTrack)
	}
	if err := errors.Join(req.userErr, req.flagKeysErr); err != nil {
		return errorResponse(http.StatusBadRequest, "%v", err)
	}
	// Unknown members and the forms that other SDKs send are fine. Other types
	// are not: such a mistake of a client is what a test wants to see.
	user, err := userjson.Decode(req.User)
	if err != nil {
		return errorResponse(http.StatusBadRequest, "decoding the user: %v", err)
	}

	s.mu.Lock()
	variants, evaluator := s.variants, s.evaluator
	if own, ok := s.userVariants[user.UserID]; ok {
		variants = own
	}
	s.mu.Unlock()

	if variants != nil {
		return variantsResponse(selectVariants(variants, req.FlagKeys))
	}
	if _, reason := core.Available(); evaluator == nil {
		// Clients would retry a status of 500 or above.
		return errorResponse(http.StatusUnprocessableEntity, "this fake service cannot evaluate flags: %s; "+
			"set the variants with SetVariants, or build the program with CGO_ENABLED=1 and a C compiler", reason)
	}
	s.addCohorts(user)
	return evaluate(evaluator, user, req.FlagKeys)
}

// selectVariants returns the variants with these keys, or all variants if keys
// is empty.
func selectVariants(variants map[string]json.RawMessage, keys []string) map[string]json.RawMessage {
	if len(keys) == 0 {
		return variants
	}
	selected := make(map[string]json.RawMessage, len(keys))
	for _, key := range keys {
		if variant, ok := variants[key]; ok {
			selected[key] = variant
		}
	}
	return selected
}

// evaluate returns what the flags evaluate to, including default and undeployed
// variants. If a flag requested by key is on a dependency cycle, it returns an
// error, as local evaluation does.
func evaluate(evaluator *snapshot.Snapshot, user *experiment.User, keys []string) response {
	variants, err := evaluator.Evaluate(user, keys, true)
	if err != nil {
		return errorResponse(http.StatusBadRequest, "evaluating flags: %v", err)
	}
	encoded, err := encodeVariants(variants)
	if err != nil {
		return errorResponse(http.StatusInternalServerError, "%v", err)
	}
	return variantsResponse(encoded)
}

// variantsResponse returns a response with variants by flag key.
func variantsResponse(variants map[string]json.RawMessage) response {
	body, err := jsonvalue.Marshal(variants)
	if err != nil {
		return errorResponse(http.StatusInternalServerError, "encoding variants: %v", err)
	}
	return jsonResponse(body)
}
