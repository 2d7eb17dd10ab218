package snapshot

import (
	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/core"
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
