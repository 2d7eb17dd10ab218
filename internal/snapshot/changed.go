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
	if previous == nil {
		keys := s.plan.FlagKeys()
		slices.Sort(keys)
		return keys
	}
	var keys []string
	d := difference{
		next: s, previous: previous, flags: newBitset(s.NumFlags()),
		cohorts: s.cohortsUnlike(previous), before: previous.cohortsUnlike(s),
	}
	for flag := range uint32(s.NumFlags()) {
		if d.has(flag) {
			d.flags.add(flag)
			keys = append(keys, s.plan.FlagKey(flag))
		}
	}
	for flag := range uint32(previous.NumFlags()) {
		if key := previous.plan.FlagKey(flag); !s.has(key) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// difference is the work of Changed.
type difference struct {
	next, previous  *Snapshot
	flags           bitset // of next: which have changed, of the flags looked at so far
	cohorts, before bitset // the cohorts of next, and of previous, that are not the same in the other
}

// has reports whether a flag has changed.
func (d *difference) has(flag uint32) bool {
	next, previous := d.next, d.previous
	before, ok := previous.plan.Lookup(next.plan.FlagKey(flag))
	if !ok || next.configs[flag] != previous.configs[before] || next.withholds(flag) != previous.withholds(before) {
		return true
	}
	isGone := func(parent uint32) bool { return !next.has(previous.plan.FlagKey(parent)) }
	return slices.ContainsFunc(next.plan.Parents(flag), d.flags.has) ||
		slices.ContainsFunc(previous.plan.Parents(before), isGone) ||
		slices.ContainsFunc(next.plan.OwnCohorts(flag), d.cohorts.has) ||
		slices.ContainsFunc(previous.plan.OwnCohorts(before), d.before.has)
}

// has reports whether there is a flag with this key.
func (s *Snapshot) has(key string) bool {
	_, ok := s.plan.Lookup(key)
	return ok
}

// cohortsUnlike returns which cohorts may have other members than in another
// Snapshot. One that is missing is like one that no flag reads.
func (s *Snapshot) cohortsUnlike(other *Snapshot) bitset {
	unlike := newBitset(len(s.cohorts))
	if len(s.cohorts) == 0 {
		return unlike
	}
	others := make(map[core.Cohort]*cohort.Cohort, len(other.cohorts))
	for i, read := range other.plan.Cohorts() {
		others[read] = other.cohorts[i]
	}
	for i, read := range s.plan.Cohorts() {
		if isOther(s.cohorts[i], others[read]) {
			unlike.add(uint32(i))
		}
	}
	return unlike
}

// isOther reports whether two versions of a cohort, nil if missing, may have
// different members.
func isOther(a, b *cohort.Cohort) bool {
	if a == nil || b == nil {
		return a != b
	}
	return a.Members != b.Members || a.LastModified != b.LastModified || a.GroupType != b.GroupType
}
