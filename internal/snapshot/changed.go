package snapshot

import (
	"slices"

	"github.com/amplitude/experiment-go-server/internal/cohort"
	"github.com/amplitude/experiment-go-server/internal/core"
)

// Changed returns the sorted keys of the flags that may give other results than
// in a previous Snapshot: flags that are new or gone, whose config, cohorts or
// withholding is different, and all that depend on them. Without a previous
// Snapshot, which is nil, these are all flags.
func (s *Snapshot) Changed(previous *Snapshot) []string {
	var keys []string
	changed := newBitset(s.NumFlags())
	cohorts := s.changedCohorts(previous)
	for flag := range uint32(s.NumFlags()) {
		if previous == nil || s.flagChanged(previous, flag, changed, cohorts) {
			changed.add(flag)
			keys = append(keys, s.plan.FlagKey(flag))
		}
	}
	if previous != nil {
		for flag := range uint32(previous.NumFlags()) {
			if key := previous.plan.FlagKey(flag); !s.has(key) {
				keys = append(keys, key)
			}
		}
	}
	slices.Sort(keys)
	return keys
}

// flagChanged reports whether a flag has changed. The sets have the changed
// flags of lower numbers, and the changed cohorts.
func (s *Snapshot) flagChanged(previous *Snapshot, flag uint32, changed, cohorts bitset) bool {
	before, ok := previous.plan.Lookup(s.plan.FlagKey(flag))
	if !ok || s.configs[flag] != previous.configs[before] || s.withholds(flag) != previous.withholds(before) {
		return true
	}
	isGone := func(parent uint32) bool { return !s.has(previous.plan.FlagKey(parent)) }
	return slices.ContainsFunc(s.plan.Parents(flag), changed.has) ||
		slices.ContainsFunc(previous.plan.Parents(before), isGone) ||
		slices.ContainsFunc(s.plan.OwnCohorts(flag), cohorts.has)
}

// has reports whether there is a flag with this key.
func (s *Snapshot) has(key string) bool {
	_, ok := s.plan.Lookup(key)
	return ok
}

// changedCohorts returns which cohorts differ from those of a previous
// Snapshot, or are not in one of the two.
func (s *Snapshot) changedCohorts(previous *Snapshot) bitset {
	changed := newBitset(len(s.cohorts))
	if previous == nil || len(s.cohorts) == 0 {
		return changed
	}
	before := make(map[core.Cohort]*cohort.Cohort, len(previous.cohorts))
	for i, read := range previous.plan.Cohorts() {
		before[read] = previous.cohorts[i]
	}
	for i, read := range s.plan.Cohorts() {
		if isOther(s.cohorts[i], before[read]) {
			changed.add(uint32(i))
		}
	}
	return changed
}

// isOther reports whether two versions of a cohort, nil if missing, may have
// different members.
func isOther(a, b *cohort.Cohort) bool {
	if a == nil || b == nil {
		return a != b
	}
	return a.Members != b.Members || a.LastModified != b.LastModified || a.GroupType != b.GroupType
}
