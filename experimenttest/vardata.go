package experimenttest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/core"
	"github.com/amplitude/experiment-go-server/internal/snapshot"
)

// SetVariants makes the variants, by flag key, the answer of vardata for every user without variants of their own, in place
// of evaluating flags. An empty map answers with none; nil ends it. The Server keeps a copy. The error names the flag
// whose variant is no JSON, and leaves everything as it was.
func (s *Server) SetVariants(variants map[string]experiment.Variant) error {
	encoded, err := encodeVariants(variants)
	if err != nil {
		return fmt.Errorf("setting variants: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.variants = encoded
	return nil
}

// SetUserVariants does what SetVariants does for the user with the user ID only, and comes before that.
func (s *Server) SetUserVariants(userID string, variants map[string]experiment.Variant) error {
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

func encodeVariants(variants map[string]experiment.Variant) (map[string]json.RawMessage, error) {
	if variants == nil {
		return nil, nil
	}
	encoded := make(map[string]json.RawMessage, len(variants))
	for key, variant := range variants {
		text, err := encode(variant)
		if err != nil {
			return nil, fmt.Errorf("the variant of flag %q cannot be encoded: %w", key, err)
		}
		encoded[key] = text
	}
	return encoded, nil
}

func (s *Server) answerVardata(in incoming) answer {
	if refused, ok := in.allow(http.MethodGet, http.MethodPost); !ok {
		return refused
	}
	if !in.Authorized {
		return refuseDeploymentKey()
	}
	for _, track := range []struct{ header, value string }{
		{"X-Amp-Exp-Track", in.Track},
		{"X-Amp-Exp-Exposure-Track", in.ExposureTrack},
	} {
		if !slices.Contains([]string{"", "track", "no-track"}, track.value) {
			return refuse(http.StatusBadRequest, `the header %s is %q, neither "track" nor "no-track"`, track.header, track.value)
		}
	}
	if err := errors.Join(in.userErr, in.flagKeysErr); err != nil {
		return refuse(http.StatusBadRequest, "%v", err)
	}
	user, err := decodeUser(in.User)
	if err != nil {
		return refuse(http.StatusBadRequest, "the user cannot be read: %v", err)
	}

	s.mu.Lock()
	variants, evaluator := s.variants, s.evaluator
	if own, ok := s.userVariants[user.UserID]; ok {
		variants = own
	}
	s.mu.Unlock()

	if variants != nil {
		return vardata(selected(variants, in.FlagKeys))
	}
	if _, reason := core.Available(); evaluator == nil {
		return refuse(http.StatusNotImplemented, "this fake of the service cannot evaluate flags: %s; "+
			"set the variants to answer with (SetVariants)", reason)
	}
	return evaluate(evaluator, user, in.FlagKeys)
}

// decodeUser is strict about types, as a client's mistake there is what a test wants to see, and keeps numbers exact.
func decodeUser(text json.RawMessage) (*experiment.User, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var user *experiment.User
	if err := decoder.Decode(&user); err != nil {
		return nil, err
	}
	if user == nil {
		return nil, errors.New("it is null")
	}
	return user, nil
}

func selected(variants map[string]json.RawMessage, keys []string) map[string]json.RawMessage {
	if len(keys) == 0 {
		return variants
	}
	some := make(map[string]json.RawMessage, len(keys))
	for _, key := range keys {
		if variant, ok := variants[key]; ok {
			some[key] = variant
		}
	}
	return some
}

// evaluate answers with default and undeployed variants too. A flag that is asked for by key and is on a dependency
// cycle fails the request, as it fails local evaluation.
func evaluate(evaluator *snapshot.Snapshot, user *experiment.User, keys []string) answer {
	variants, err := evaluator.Evaluate(user, keys, true)
	if err != nil {
		return refuse(http.StatusBadRequest, "the flags cannot be evaluated: %v", err)
	}
	encoded, err := encodeVariants(variants)
	if err != nil {
		return refuse(http.StatusInternalServerError, "%v", err)
	}
	return vardata(encoded)
}

func vardata(variants map[string]json.RawMessage) answer {
	body, err := encode(variants)
	if err != nil {
		return refuse(http.StatusInternalServerError, "the variants cannot be encoded: %v", err)
	}
	return jsonAnswer(body)
}
