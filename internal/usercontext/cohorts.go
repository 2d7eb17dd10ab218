package usercontext

import (
	"cmp"
	"runtime"
	"slices"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/cohort"
	"github.com/amplitude/experiment-go-server/internal/jsonvalue"
)

// Cohort is a cohort that flags read.
type Cohort struct {
	ID        string
	GroupType string      // cohort.UserType, or the type of the groups that the flags ask for
	Members   *cohort.Set // nil if nobody is a member
}

// membership is a Cohort as evaluations use it.
type membership struct {
	members *cohort.Set
	item    string // the ID as JSON, and a comma
}

// cohortRange is the cohorts from index first to end - 1.
type cohortRange struct{ first, end uint32 }

// WithCohorts returns an Encoder for the same paths that also writes, into the
// lists of cohort IDs of the user and of groups, the IDs of the given cohorts
// that have the user or the group as a member. The cohorts must be in
// the order of their group types. key is the key of their members' hashes.
func (e *Encoder) WithCohorts(cohorts []Cohort, key cohort.Key) *Encoder {
	next := &Encoder{slots: e.slots, lists: e.lists, key: key}
	for i := range cohorts {
		next.cohorts = append(next.cohorts, membership{
			members: cohorts[i].Members,
			item:    string(jsonvalue.AppendString(nil, cohorts[i].ID)) + ",",
		})
	}
	for _, slot := range e.lists {
		next.ranges = append(next.ranges, rangeOf(cohorts, e.slots[slot].location.groupType()))
	}
	return next
}

// groupType returns the group type of the cohorts that a list of cohort IDs may
// have. It is "" if the list has none: cohort.UserType as the type of a group
// would mean that users are its members.
func (l *location) groupType() string {
	switch {
	case l.kind == userCohortIDs:
		return cohort.UserType
	case l.name == cohort.UserType:
		return ""
	}
	return l.name
}

// rangeOf returns which cohorts have a group type.
func rangeOf(cohorts []Cohort, groupType string) cohortRange {
	if groupType == "" {
		return cohortRange{}
	}
	compare := func(c Cohort, t string) int { return cmp.Compare(c.GroupType, t) }
	first, _ := slices.BinarySearchFunc(cohorts, groupType, compare)
	end := first
	for end < len(cohorts) && cohorts[end].GroupType == groupType {
		end++
	}
	return cohortRange{uint32(first), uint32(end)}
}

// Lists returns the slots that are lists of cohort IDs, to which Hash and
// AddIDs apply. It is read-only.
func (e *Encoder) Lists() []uint32 { return e.lists }

// Hash returns the hash of the user, or of the user's group, that is a member
// of cohorts whose IDs belong into a list of cohort IDs. It returns false if
// none can be: the user has no user ID or no such group, or no cohort belongs
// there.
func (e *Encoder) Hash(user *experiment.User, slot uint32) (hash uint64, ok bool) {
	s := &e.slots[slot]
	if e.cohorts == nil || e.ranges[s.list] == (cohortRange{}) {
		return 0, false
	}
	member := user.UserID
	if s.location.kind == groupCohortIDs {
		group, _ := groupOf(user, s.location.name)
		member = group.Name
	}
	if member == "" {
		return 0, false
	}
	return e.key.Hash(jsonvalue.ReplaceInvalid(member)), true
}

// AddIDs adds to a list of cohort IDs the IDs of the cohorts that belong there
// and have the member with this hash. Of all cohorts it looks only at those
// that are asked for, which are ascending indexes. dst[start:] is the slot as
// Append writes it, with neither brackets nor a comma around it: empty, or the
// slot's number and the user's own IDs. An ID of both is then there twice,
// which no condition notices.
func (e *Encoder) AddIDs(dst []byte, start int, slot uint32, hash uint64, asked []uint32) []byte {
	s := &e.slots[slot]
	own := len(dst) > start
	if own {
		dst[len(dst)-1] = ',' // in place of the closing bracket
	} else {
		dst = append(append(dst, s.prefix...), '[')
	}
	items := len(dst)
	belonging := e.ranges[s.list]
	first, _ := slices.BinarySearch(asked, belonging.first)
	end, _ := slices.BinarySearch(asked, belonging.end)
	for batch := range slices.Chunk(asked[first:end], readAhead) {
		dst = e.addBatch(dst, hash, batch)
	}
	if len(dst) == items && !own {
		return dst[:start]
	}
	dst[len(dst)-1] = ']' // in place of a comma
	return dst
}

// readAhead is how many cohorts are looked up at a time. Their slots fit into
// the first cache of a processor.
const readAhead = 32

// addBatch adds the IDs of those cohorts that have the member with this hash.
func (e *Encoder) addBatch(dst []byte, hash uint64, batch []uint32) []byte {
	read := uint64(0)
	for _, i := range batch {
		if c := &e.cohorts[i]; c.members != nil {
			read |= c.members.Touch(hash)
		}
	}
	runtime.KeepAlive(read) // otherwise the compiler might drop the reads
	for _, i := range batch {
		if c := &e.cohorts[i]; c.members != nil && c.members.Contains(hash) {
			dst = append(dst, c.item...)
		}
	}
	return dst
}

// appendList writes a list of cohort IDs with a comma after it, or nothing if
// it is empty.
func (e *Encoder) appendList(dst []byte, user *experiment.User, slot uint32, asked []uint32) ([]byte, error) {
	start := len(dst)
	dst, err := e.slots[slot].append(dst, user)
	if err != nil || len(asked) == 0 {
		return dst, err
	}
	hash, ok := e.Hash(user, slot)
	if !ok {
		return dst, nil
	}
	if len(dst) > start {
		dst = dst[:len(dst)-1] // without its comma
	}
	if dst = e.AddIDs(dst, start, slot, hash, asked); len(dst) > start {
		dst = append(dst, ',')
	}
	return dst, nil
}
