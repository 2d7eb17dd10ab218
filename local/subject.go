package local

import (
	"errors"
	"fmt"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/snapshot"
)

// Subject is a user prepared for many lookups, as in one request that asks for flags in many places. It evaluates a flag
// when it is first asked for and remembers what it gave, so that later lookups cost as much as one in a map.
//
// A Subject answers from the flags and the user as they were when it was prepared: flags that change, and whatever happens
// to the user, do not change it. So make one for each request rather than keep one. It holds on to its version of the
// flags for as long as it is reachable. Any number of goroutines may use a Subject.
type Subject struct {
	client  *Client
	subject *snapshot.Subject
}

// Prepare returns a Subject of the user and the current flags. The user is read now and not kept.
//
// The error is [ErrNotReady] before there are flags, and else says what is wrong with the user: it is nil, or a value that
// some flag reads is none that encoding/json can encode.
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

// Variant is [Client.Variant] for the subject. Asked for a flag again, it does not allocate.
func (s *Subject) Variant(flagKey string) (experiment.Variant, bool) {
	if !s.prepared() {
		return experiment.Variant{}, false
	}
	variant, err := s.subject.Variant(flagKey)
	if variant == nil {
		s.client.notEvaluated(flagKey, err)
		return experiment.Variant{}, false
	}
	return *variant, true
}

// Evaluate is [Client.Evaluate] for the subject.
func (s *Subject) Evaluate(flagKeys ...string) (map[string]experiment.Variant, error) {
	return s.EvaluateWithOptions(EvaluateOptions{FlagKeys: flagKeys})
}

// EvaluateWithOptions is [Client.EvaluateWithOptions] for the subject. What Variant remembers neither helps nor changes it.
func (s *Subject) EvaluateWithOptions(options EvaluateOptions) (map[string]experiment.Variant, error) {
	if !s.prepared() {
		return nil, fmt.Errorf("evaluating flags: %w", errNotPrepared)
	}
	variants, err := s.subject.Evaluate(options.FlagKeys, options.IncludeDefaults)
	if err != nil {
		return nil, fmt.Errorf("evaluating flags: %w", evaluationError(err))
	}
	return variants, nil
}

// errNotPrepared is for a nil or zero Subject, which a program has that overlooks the error of Prepare.
var errNotPrepared = errors.New("the subject is not one that Prepare made; was its error checked?")

func (s *Subject) prepared() bool { return s != nil && s.subject != nil }
