package snapshot

import (
	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/core"
	"github.com/amplitude/experiment-go-server/internal/usercontext"
)

// evaluateOne returns the result of a flag, or false if it has none.
func (s *Snapshot) evaluateOne(scratch *scratch, context []byte, flag uint32) (core.Result, bool, error) {
	scratch.flags = append(scratch.flags[:0], flag)
	var err error
	scratch.results, err = s.plan.Evaluate(&scratch.core, context, scratch.flags, scratch.results[:0])
	for _, result := range scratch.results {
		if result.Flag == flag {
			return result, true, err
		}
	}
	return core.Result{}, false, err
}

// evaluateKey evaluates a flag for a user, as Variant does, and returns its
// outcome.
func (s *Snapshot) evaluateKey(user *experiment.User, key string) (*outcome, error) {
	if user == nil {
		return nil, usercontext.ErrNoUser
	}
	flag, ok := s.plan.Lookup(key)
	if !ok {
		return nil, s.cycleError(key)
	}
	if s.withholds(flag) {
		return nil, nil
	}
	scratch := s.take()
	var err error
	reads := s.reads(flag)
	scratch.context, err = s.encoder.AppendMember(scratch.context[:0], user, reads.slots, reads.cohorts)
	if err != nil {
		s.release(scratch)
		return nil, err
	}
	result, ok, err := s.evaluateOne(scratch, scratch.context, flag)
	s.release(scratch)
	if !ok {
		return nil, err
	}
	return s.outcome(result)
}

// evaluateSingle does what Evaluate does for one key.
func (s *Snapshot) evaluateSingle(
	user *experiment.User, key string, includeDefaults bool,
) (experiment.Variants, error) {
	outcome, err := s.evaluateKey(user, key)
	switch {
	case err != nil:
		return nil, err
	case outcome == nil || outcome.isDefault() && !includeDefaults:
		return experiment.Variants{}, nil
	}
	return experiment.Variants{key: outcome.variant}, nil
}

// evaluateMany returns the variants of the flags in the scratch or, unless
// byKey is set, of all flags. The map has the size that it needs.
func (s *Snapshot) evaluateMany(
	scratch *scratch, context []byte, byKey, includeDefaults bool,
) (experiment.Variants, error) {
	if byKey && len(scratch.flags) == 0 { // the core takes no flags for all flags
		return experiment.Variants{}, nil
	}
	var err error
	scratch.results, err = s.plan.Evaluate(&scratch.core, context, scratch.flags, scratch.results[:0])
	if err != nil {
		return nil, err
	}
	selection := scratch.selection[:0]
	for _, result := range scratch.results {
		if byKey && !scratch.requested.has(result.Flag) {
			continue // a dependency that nobody asked for
		}
		if s.withholds(result.Flag) {
			continue
		}
		outcome := s.outcomes[result.Outcome].Load()
		if outcome == nil {
			if outcome, err = s.decode(result); err != nil {
				return nil, err
			}
		}
		if includeDefaults || !outcome.isDefault() {
			selection = append(selection, selected{result.Flag, outcome})
		}
	}
	scratch.selection = selection
	variants := make(experiment.Variants, len(selection))
	for i := range selection {
		variants[s.plan.FlagKey(selection[i].flag)] = selection[i].outcome.variant
	}
	return variants, nil
}
