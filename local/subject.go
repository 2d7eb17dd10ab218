package local

import (
	"errors"
	"fmt"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/snapshot"
)

// Subject is a user prepared for many lookups, as in a request that asks for
// flags in many places. It evaluates a flag at the first lookup and remembers
// the result, so a later lookup costs as much as one in a map. It is an
// [experiment.Lookup].
//
// A Subject uses the flags and the user as they were when it was prepared.
// Later changes to the flags or to the user do not affect it, so make one for
// each request and do not keep it. As long as it is reachable it keeps its
// version of the flags in memory. Any number of goroutines may use a Subject.
type Subject struct {
	client  *Client
	subject *snapshot.Subject
}

var _ experiment.Lookup = (*Subject)(nil)

// Prepare returns a Subject for the user and the current flags. It reads the
// user now and does not keep it.
//
// The error is [ErrNotReady] before there are flags. Any other error says what
// is wrong with the user: it is nil, or one of the values that some flag reads
// cannot be encoded by encoding/json.
func (c *Client) Prepare(user *experiment.User) (*Subject, error) {
	current, err := c.flags()
	if err != nil {
		return nil, fmt.Errorf("preparing a user: %w", err)
	}
	subject, err := current.Subject(user)
	if err != nil {
		return nil, fmt.Errorf("preparing a user: %w", evaluationError(err))
	}
	return &Subject{client: c, subject: subject}, nil
}

// Variant evaluates one flag for the subject, as [Client.Variant] does for a
// user. From the second lookup of a flag on it does not allocate.
func (s *Subject) Variant(flagKey string) (experiment.Variant, bool) {
	if !s.prepared() {
		return experiment.Variant{}, false
	}
	variant, err := s.subject.Variant(flagKey)
	if variant == nil {
		s.client.logNotEvaluated(flagKey, err)
		return experiment.Variant{}, false
	}
	return *variant, true
}

// Evaluate evaluates flags for the subject, as [Client.Evaluate] does for a
// user.
func (s *Subject) Evaluate(flagKeys ...string) (experiment.Variants, error) {
	return s.EvaluateWithOptions(EvaluateOptions{FlagKeys: flagKeys})
}

// EvaluateWithOptions evaluates flags for the subject, as
// [Client.EvaluateWithOptions] does for a user. It neither uses nor updates the
// results that Variant remembers.
func (s *Subject) EvaluateWithOptions(options EvaluateOptions) (experiment.Variants, error) {
	if !s.prepared() {
		return nil, fmt.Errorf("evaluating flags: %w", errNotPrepared)
	}
	variants, err := s.subject.Evaluate(options.FlagKeys, options.IncludeDefaults)
	if err != nil {
		return nil, fmt.Errorf("evaluating flags: %w", evaluationError(err))
	}
	return variants, nil
}

// errNotPrepared is returned by the methods of a nil or zero Subject. A program
// has such a subject if it ignored the error of Prepare.
var errNotPrepared = errors.New("the subject was not made by Prepare: was its error checked?")

func (s *Subject) prepared() bool { return s != nil && s.subject != nil }
