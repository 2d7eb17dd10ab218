package usercontext

import "github.com/amplitude/experiment-go-server/experiment"

// group is a member of the context's "groups". Its fields are in the order of
// their JSON names, as the members of a map would be.
type group struct {
	CohortIDs  []string       `json:"cohort_ids,omitempty"`
	Name       string         `json:"group_name"`
	Properties map[string]any `json:"group_properties,omitempty"`
}

// groupOf returns the user's group of a type: the first name that the user has
// in it. It returns false if there is none.
func groupOf(user *experiment.User, groupType string) (group, bool) {
	names, _ := member(user.Groups, groupType)
	if len(names) == 0 || names[0] == "" {
		return group{}, false
	}
	name := names[0]
	properties, _ := member(user.GroupProperties, groupType)
	cohortIDs, _ := member(user.GroupCohortIDs, groupType)
	return group{Name: name, Properties: properties[name], CohortIDs: cohortIDs[name]}, true
}

func groupsOf(user *experiment.User) map[string]group {
	groups := make(map[string]group, len(user.Groups))
	for groupType := range user.Groups {
		if group, ok := groupOf(user, groupType); ok {
			groups[groupType] = group
		}
	}
	return groups
}

// fullContext is the whole context as encoding/json writes it.
type fullContext struct {
	User   *experiment.User `json:"user"`
	Groups map[string]group `json:"groups,omitempty"`
}

func contextOf(user *experiment.User) fullContext {
	return fullContext{User: user, Groups: groupsOf(user)}
}
