package core

import (
	"cmp"
	"slices"
)

// Cohorts returns the cohorts that flags ask about, each once, in the order of
// their group types. It is read-only.
func (d *description) Cohorts() []Cohort { return d.cohorts }

// OwnCohorts returns the cohorts that the conditions of a flag read, as
// ascending indexes of Cohorts. It is read-only.
func (d *description) OwnCohorts(flag uint32) []uint32 { return d.reads.list(d.reads.own, flag) }

// FlagCohorts returns the cohorts that a flag and the flags it depends on read,
// as ascending indexes of Cohorts. If these are very many, it may return all
// cohorts. It is read-only.
func (d *description) FlagCohorts(flag uint32) []uint32 { return d.reads.list(d.reads.total, flag) }

// ReadsManyCohorts reports whether FlagCohorts returns all cohorts because they
// are too many to list for a flag that depends on others.
func (d *description) ReadsManyCohorts(flag uint32) bool {
	return d.reads.own != nil && d.reads.total[flag] == allCohorts && d.reads.own[flag] != allCohorts
}

// cohortReads is which flags read which cohorts. The zero value is for a plan
// without cohorts. Flags share lists, so that a flag costs 8 bytes unless it
// reads other cohorts than the flags it depends on.
type cohortReads struct {
	lists      [][]uint32 // noCohorts, allCohorts, and others
	own, total []uint32   // by flag: the number of its list; nil if there are no cohorts
}

const (
	noCohorts uint32 = iota
	allCohorts
)

// maxListedCohorts limits what a flag lists that depends on others: a hostile
// document, in which each flag depends on all earlier ones, must not take
// quadratic memory.
const maxListedCohorts = 256

func (r *cohortReads) list(numbers []uint32, flag uint32) []uint32 {
	if numbers == nil {
		return nil
	}
	return r.lists[numbers[flag]]
}

// describeCohorts sets the cohorts and which flags read them. The entries are
// as the core describes them, flag after flag; an ID of nil stands for all
// cohorts. counts has how many entries each flag has.
func (d *description) describeCohorts(entries [][2]*string, counts []uint32) {
	indexes := make(map[Cohort]uint32, len(entries))
	for _, entry := range entries {
		if entry[0] == nil {
			continue
		}
		cohort := Cohort{ID: *entry[0], GroupType: *entry[1]}
		if _, ok := indexes[cohort]; !ok {
			indexes[cohort] = 0
			d.cohorts = append(d.cohorts, cohort)
		}
	}
	if len(d.cohorts) == 0 {
		return
	}
	slices.SortStableFunc(d.cohorts, func(a, b Cohort) int { return cmp.Compare(a.GroupType, b.GroupType) })
	all := make([]uint32, len(d.cohorts))
	for i, cohort := range d.cohorts {
		all[i] = uint32(i)
		indexes[cohort] = uint32(i)
	}
	d.reads.lists = [][]uint32{noCohorts: nil, allCohorts: all}
	d.reads.own = make([]uint32, len(counts))
	d.reads.total = make([]uint32, len(counts))
	for flag, count := range counts {
		d.reads.own[flag] = d.reads.addOwn(entries[:count], indexes)
		entries = entries[count:]
		d.reads.total[flag] = d.reads.own[flag]
		for _, parent := range d.Parents(uint32(flag)) {
			d.reads.total[flag] = d.reads.union(d.reads.total[flag], d.reads.total[parent])
		}
	}
}

// addOwn returns the number of the list of a flag that has these entries.
func (r *cohortReads) addOwn(entries [][2]*string, indexes map[Cohort]uint32) uint32 {
	if len(entries) == 0 {
		return noCohorts
	}
	list := make([]uint32, 0, len(entries))
	for _, entry := range entries {
		if entry[0] == nil {
			return allCohorts
		}
		list = append(list, indexes[Cohort{ID: *entry[0], GroupType: *entry[1]}])
	}
	slices.Sort(list)
	return r.add(slices.Compact(list))
}

func (r *cohortReads) add(list []uint32) uint32 {
	r.lists = append(r.lists, slices.Clip(list))
	return uint32(len(r.lists) - 1)
}

// union returns the number of a list that has everything in two lists.
func (r *cohortReads) union(a, b uint32) uint32 {
	switch {
	case a == b || b == noCohorts:
		return a
	case a == noCohorts:
		return b
	case a == allCohorts || b == allCohorts || len(r.lists[a])+len(r.lists[b]) > maxListedCohorts:
		return allCohorts
	}
	merged := slices.Concat(r.lists[a], r.lists[b])
	slices.Sort(merged)
	merged = slices.Compact(merged)
	switch len(merged) {
	case len(r.lists[a]):
		return a
	case len(r.lists[b]):
		return b
	}
	return r.add(merged)
}
