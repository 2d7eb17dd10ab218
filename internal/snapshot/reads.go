package snapshot

import (
	"slices"

	"github.com/amplitude/experiment-go-server/internal/cohort"
)

// SharesPlan reports whether two Snapshots have the same flags, and differ in
// nothing but their cohorts and their provenance.
func (s *Snapshot) SharesPlan(other *Snapshot) bool { return s.plan == other.plan }

// ReadsCohort reports whether a flag reads the cohort with this ID.
func (s *Snapshot) ReadsCohort(id string) bool { return s.cohortIndex(id) >= 0 }

// Cohort returns the cohort with this ID, or nil if it is missing or no flag
// reads it.
func (s *Snapshot) Cohort(id string) *cohort.Cohort {
	if i := s.cohortIndex(id); i >= 0 {
		return s.cohorts[i]
	}
	return nil
}

// cohortIndex returns an index of a cohort in the plan, or -1.
func (s *Snapshot) cohortIndex(id string) int {
	for i, read := range s.plan.Cohorts() {
		if read.ID == id {
			return i
		}
	}
	return -1
}

// LackingCohorts returns the sorted keys of the flags that read a missing
// cohort themselves.
func (s *Snapshot) LackingCohorts() []string {
	isMissing := func(i uint32) bool { return s.cohorts[i] == nil }
	var keys []string
	for flag := range uint32(s.NumFlags()) {
		if slices.ContainsFunc(s.plan.OwnCohorts(flag), isMissing) {
			keys = append(keys, s.plan.FlagKey(flag))
		}
	}
	slices.Sort(keys)
	return keys
}
