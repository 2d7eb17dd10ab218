package snapshot

import (
	"slices"

	"github.com/amplitude/experiment-go-server/internal/cohort"
	"github.com/amplitude/experiment-go-server/internal/core"
	"github.com/amplitude/experiment-go-server/internal/usercontext"
)

// cohortState is the cohorts of a Snapshot, and what follows from them.
type cohortState struct {
	cohorts    []*cohort.Cohort // by index in the plan; nil if missing
	allCohorts []uint32         // all indexes
	withheld   bitset           // of flags; nil if there are none
}

// With returns the state that has the same flags, these cohorts by ID, of which
// it keeps those that the flags read, and this provenance. The Version of the
// provenance is computed. key is the key of the cohorts' hashes. A cohort that
// is missing has no members; if withhold is set, the flags that read it have no
// results. The two Snapshots share the plan and everything that they decode.
func (s *Snapshot) With(
	cohorts map[string]*cohort.Cohort, key cohort.Key, withhold bool, provenance Provenance,
) *Snapshot {
	next := *s
	next.cohortState = newCohortState(s.plan, cohorts, withhold)
	if len(next.cohorts) > 0 {
		next.encoder = s.encoder.WithCohorts(next.memberships(), key)
	}
	next.provenance = provenance
	next.provenance.Version = next.version()
	return &next
}

func newCohortState(plan *core.Plan, cohorts map[string]*cohort.Cohort, withhold bool) cohortState {
	read := plan.Cohorts()
	if len(read) == 0 {
		return cohortState{}
	}
	state := cohortState{
		cohorts:    make([]*cohort.Cohort, len(read)),
		allCohorts: make([]uint32, len(read)),
	}
	complete := true
	for i := range read {
		state.allCohorts[i] = uint32(i)
		state.cohorts[i] = cohorts[read[i].ID]
		complete = complete && state.cohorts[i] != nil
	}
	if withhold && !complete {
		state.withheld = withheldFlags(plan, state.cohorts)
	}
	return state
}

// withheldFlags returns the flags that read a missing cohort, and those that
// depend on them. Parents have lower numbers.
func withheldFlags(plan *core.Plan, cohorts []*cohort.Cohort) bitset {
	withheld := newBitset(plan.NumFlags())
	isMissing := func(i uint32) bool { return cohorts[i] == nil }
	for flag := range uint32(plan.NumFlags()) {
		if slices.ContainsFunc(plan.OwnCohorts(flag), isMissing) ||
			slices.ContainsFunc(plan.Parents(flag), withheld.has) {
			withheld.add(flag)
		}
	}
	return withheld
}

// withholds reports whether a flag has no result because of a missing cohort.
func (c *cohortState) withholds(flag uint32) bool { return c.withheld != nil && c.withheld.has(flag) }

// memberships returns the cohorts as the encoder needs them. A cohort of
// another group type than flags ask for has no members among those.
func (s *Snapshot) memberships() []usercontext.Cohort {
	read := make([]usercontext.Cohort, len(s.cohorts))
	for i, asked := range s.plan.Cohorts() {
		read[i] = usercontext.Cohort{ID: asked.ID, GroupType: asked.GroupType}
		if c := s.cohorts[i]; c != nil && c.GroupType == asked.GroupType {
			read[i].Members = c.Members
		}
	}
	return read
}

// CohortUse is a cohort that flags read.
type CohortUse struct {
	ID        string
	GroupType string // that the flags ask for
	// FlagKeys are the sorted keys of the flags that read the cohort, also
	// through a flag that they depend on. A flag that reads hundreds of cohorts
	// through others is listed only for those that it reads itself.
	FlagKeys []string
}

// CohortsRead returns the cohorts that flags read, each once for each group
// type, sorted by type.
func (s *Snapshot) CohortsRead() []CohortUse {
	uses := make([]CohortUse, len(s.cohorts))
	for i, read := range s.plan.Cohorts() {
		uses[i] = CohortUse{ID: read.ID, GroupType: read.GroupType}
	}
	if len(uses) == 0 {
		return nil
	}
	for flag := range uint32(s.NumFlags()) {
		indexes := s.plan.FlagCohorts(flag)
		if s.plan.ReadsManyCohorts(flag) {
			indexes = s.plan.OwnCohorts(flag)
		}
		for _, i := range indexes {
			uses[i].FlagKeys = append(uses[i].FlagKeys, s.plan.FlagKey(flag))
		}
	}
	for i := range uses {
		slices.Sort(uses[i].FlagKeys)
	}
	return uses
}

// MissingCohorts returns the sorted IDs of the cohorts that flags read and that
// the Snapshot does not have.
func (s *Snapshot) MissingCohorts() []string {
	var ids []string
	for i, read := range s.plan.Cohorts() {
		if s.cohorts[i] == nil {
			ids = append(ids, read.ID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Withheld returns the sorted keys of the flags that have no results because a
// cohort is missing that they, or flags they depend on, read.
func (s *Snapshot) Withheld() []string {
	var keys []string
	for _, flag := range s.withheld.appendTo(nil) {
		keys = append(keys, s.plan.FlagKey(flag))
	}
	slices.Sort(keys)
	return keys
}
