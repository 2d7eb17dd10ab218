package experimenttest

import (
	"hash/maphash"
	"maps"
	"slices"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/jsonvalue"
)

// seed is the seed of the hashes of a membership.
var seed = maphash.MakeSeed()

// membership is the sorted hashes of a cohort's members. Eight bytes a member
// are less than the members themselves, and two members with one hash are too
// rare to matter.
type membership []uint64

// newMembership returns the membership of n members. The members are an array
// of strings as jsonvalue writes it.
func newMembership(members []byte, n int) membership {
	hashes := make(membership, 0, n)
	for i := 1; i < len(members)-1; i++ { // without the brackets
		end := i + 1
		for ; members[end] != '"'; end++ {
			if members[end] == '\\' {
				end++
			}
		}
		hashes = append(hashes, maphash.Bytes(seed, members[i:end+1]))
		i = end + 1 // the comma
	}
	slices.Sort(hashes)
	return hashes
}

// contains reports whether the cohort has this member.
func (m membership) contains(member string) bool {
	_, ok := slices.BinarySearch(m, maphash.Bytes(seed, jsonvalue.AppendString(nil, member)))
	return ok
}

// addCohorts adds the Server's cohorts that the user or one of its groups is
// in. The user is the caller's own.
func (s *Server) addCohorts(user *experiment.User) {
	s.mu.Lock()
	cohorts := maps.Clone(s.cohorts)
	s.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(cohorts)) {
		cohort := cohorts[id]
		if cohort.groupType == userType {
			if user.UserID != "" && cohort.hashes().contains(user.UserID) {
				user.CohortIDs = append(user.CohortIDs, id)
			}
			continue
		}
		names := user.Groups[cohort.groupType]
		if len(names) > 0 && cohort.hashes().contains(names[0]) {
			addGroupCohort(user, cohort.groupType, names[0], id)
		}
	}
}

// addGroupCohort adds a cohort of one of the user's groups.
func addGroupCohort(user *experiment.User, groupType, name, id string) {
	if user.GroupCohortIDs == nil {
		user.GroupCohortIDs = map[string]map[string][]string{}
	}
	if user.GroupCohortIDs[groupType] == nil {
		user.GroupCohortIDs[groupType] = map[string][]string{}
	}
	byName := user.GroupCohortIDs[groupType]
	byName[name] = append(byName[name], id)
}
