package usercontext

import (
	"strings"

	"github.com/amplitude/experiment-go-server/experiment"
)

// place is where in a user the value of a path is found.
type place struct {
	kind kind
	// path is the whole path, for errors.
	path []string
	// field is the text field of a place of kind userText.
	field field
	// name is a property of the user, or a group type.
	name string
	// rest is the names to walk from there.
	rest []string
}

type kind uint8

const (
	// nowhere is a place that no user has.
	nowhere kind = iota
	wholeContext
	wholeUser
	userText
	userProperties
	// plainProperty is a whole property, of a name that a map has as it is.
	plainProperty
	// userProperty is any other, or a part of one.
	userProperty
	userCohortIDs
	userGroups
	userGroupProperties
	userGroupCohortIDs
	allGroups
	wholeGroup
	groupName
	groupProperties
	groupCohortIDs
)

// userMembers is the members of "user" that are no text.
var userMembers = map[string]kind{
	"user_properties":  userProperties,
	"cohort_ids":       userCohortIDs,
	"groups":           userGroups,
	"group_properties": userGroupProperties,
	"group_cohort_ids": userGroupCohortIDs,
}

// groupMembers is the members of a group.
var groupMembers = map[string]kind{
	"group_name":       groupName,
	"group_properties": groupProperties,
	"cohort_ids":       groupCohortIDs,
}

// locate finds the place of a path.
func locate(path []string) place {
	p := place{path: path}
	switch {
	case len(path) == 0:
		p.kind = wholeContext
	case path[0] == "user":
		p.locateInUser(path[1:])
	case path[0] == "groups":
		p.locateInGroups(path[1:])
	}
	// Nothing is found in a text or a list.
	if len(p.rest) > 0 && (p.kind == userText || p.kind == userCohortIDs || p.kind == groupName || p.kind == groupCohortIDs) {
		p.kind = nowhere
	}
	return p
}

func (p *place) locateInUser(path []string) {
	if len(path) == 0 {
		p.kind = wholeUser
		return
	}
	p.rest = path[1:]
	if field, ok := textFields[path[0]]; ok {
		p.kind, p.field = userText, field
		return
	}
	p.kind = userMembers[path[0]]
	if p.kind == userProperties && len(p.rest) > 0 {
		p.kind = userProperty
		p.name, p.rest = p.rest[0], p.rest[1:]
		if len(p.rest) == 0 && !strings.Contains(p.name, replacement) {
			p.kind = plainProperty
		}
	}
}

func (p *place) locateInGroups(path []string) {
	if len(path) == 0 {
		p.kind = allGroups
		return
	}
	p.name = path[0]
	if len(path) == 1 {
		p.kind = wholeGroup
		return
	}
	p.kind, p.rest = groupMembers[path[1]], path[2:]
}

// append writes the user's value at the place, and says whether there is one.
// Texts and plain properties are the Encoder's own.
// What it appended without a value, or with an error, is for the caller to cut
// off.
func (p *place) append(dst []byte, user *experiment.User) ([]byte, bool, error) {
	switch p.kind {
	case userProperty:
		value, ok := member(user.UserProperties, p.name)
		if !ok {
			return dst, false, nil
		}
		return appendAt(dst, value, p.rest)
	case userCohortIDs:
		return appendList(dst, user.CohortIDs)
	case userProperties:
		return appendMap(dst, user.UserProperties, nil)
	case userGroups:
		return appendMap(dst, user.Groups, p.rest)
	case userGroupProperties:
		return appendMap(dst, user.GroupProperties, p.rest)
	case userGroupCohortIDs:
		return appendMap(dst, user.GroupCohortIDs, p.rest)
	case wholeUser:
		return appendAt(dst, user, nil)
	case wholeContext:
		return appendAt(dst, contextOf(user), nil)
	case allGroups:
		return appendMap(dst, groupsOf(user), nil)
	case nowhere:
		return dst, false, nil
	default:
		group, ok := groupOf(user, p.name)
		if !ok {
			return dst, false, nil
		}
		return p.appendInGroup(dst, group)
	}
}

func (p *place) appendInGroup(dst []byte, group group) ([]byte, bool, error) {
	switch p.kind {
	case groupName:
		return appendText(dst, group.Name), true, nil
	case groupCohortIDs:
		return appendList(dst, group.CohortIDs)
	case groupProperties:
		return appendMap(dst, group.Properties, p.rest)
	default: // wholeGroup
		return appendAt(dst, group, nil)
	}
}

// group is a member of the context's "groups". Its fields are in the order of
// their JSON names, as those of a map would be.
type group struct {
	CohortIDs  []string       `json:"cohort_ids,omitempty"`
	Name       string         `json:"group_name"`
	Properties map[string]any `json:"group_properties,omitempty"`
}

// groupOf is the user's group of a type, if the user has one.
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

// whole is the context as encoding/json would write it.
type whole struct {
	User   *experiment.User `json:"user"`
	Groups map[string]group `json:"groups,omitempty"`
}

func contextOf(user *experiment.User) whole {
	return whole{User: user, Groups: groupsOf(user)}
}
