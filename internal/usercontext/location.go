package usercontext

import (
	"strings"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/jsonvalue"
)

// location says where in a user the value of a path is.
type location struct {
	kind  kind
	path  []string // the whole path, for errors
	field field    // for userField
	name  string   // of a property of the user, or of a group type
	rest  []string // the names to walk from there
}

type kind uint8

const (
	nowhere kind = iota // no user has a value there
	wholeContext
	wholeUser
	userField
	userProperties
	topLevelProperty // a whole property whose name a map has unchanged
	nestedProperty   // a part of a property, or any other property
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

// userMembers are the members of "user" that are not strings.
var userMembers = map[string]kind{
	"user_properties":  userProperties,
	"cohort_ids":       userCohortIDs,
	"groups":           userGroups,
	"group_properties": userGroupProperties,
	"group_cohort_ids": userGroupCohortIDs,
}

// groupMembers are the members of a group.
var groupMembers = map[string]kind{
	"group_name":       groupName,
	"group_properties": groupProperties,
	"cohort_ids":       groupCohortIDs,
}

// locate returns the location of a path.
func locate(path []string) location {
	l := location{path: path}
	switch {
	case len(path) == 0:
		l.kind = wholeContext
	case path[0] == "user":
		l.locateInUser(path[1:])
	case path[0] == "groups":
		l.locateInGroups(path[1:])
	}
	if len(l.rest) > 0 && l.kind.hasNoMembers() {
		l.kind = nowhere
	}
	return l
}

// hasNoMembers reports whether the value is a string or a list, in which a path
// finds nothing.
func (k kind) hasNoMembers() bool {
	return k == userField || k == groupName || k.isCohortList()
}

// isCohortList reports whether the value is a list of cohort IDs.
func (k kind) isCohortList() bool { return k == userCohortIDs || k == groupCohortIDs }

func (l *location) locateInUser(path []string) {
	if len(path) == 0 {
		l.kind = wholeUser
		return
	}
	l.rest = path[1:]
	if field, ok := fieldsByName[path[0]]; ok {
		l.kind, l.field = userField, field
		return
	}
	l.kind = userMembers[path[0]]
	if l.kind == userProperties && len(l.rest) > 0 {
		l.kind = nestedProperty
		l.name, l.rest = l.rest[0], l.rest[1:]
		if len(l.rest) == 0 && !strings.Contains(l.name, jsonvalue.Replacement) {
			l.kind = topLevelProperty
		}
	}
}

func (l *location) locateInGroups(path []string) {
	if len(path) == 0 {
		l.kind = allGroups
		return
	}
	l.name = path[0]
	if len(path) == 1 {
		l.kind = wholeGroup
		return
	}
	l.kind, l.rest = groupMembers[path[1]], path[2:]
}

// append writes the user's value at the location and reports whether there is
// one. The Encoder itself writes string fields and top-level properties. If
// append reports no value or an error, the caller must truncate dst.
func (l *location) append(dst []byte, user *experiment.User) ([]byte, bool, error) {
	switch l.kind {
	case nestedProperty:
		value, ok := member(user.UserProperties, l.name)
		if !ok {
			return dst, false, nil
		}
		return appendAt(dst, value, l.rest)
	case userCohortIDs:
		return appendList(dst, user.CohortIDs)
	case userProperties:
		return appendMap(dst, user.UserProperties, nil)
	case userGroups:
		return appendMap(dst, user.Groups, l.rest)
	case userGroupProperties:
		return appendMap(dst, user.GroupProperties, l.rest)
	case userGroupCohortIDs:
		return appendMap(dst, user.GroupCohortIDs, l.rest)
	case wholeUser:
		return appendAt(dst, user, nil)
	case wholeContext:
		return appendAt(dst, contextOf(user), nil)
	case allGroups:
		return appendMap(dst, groupsOf(user), nil)
	case nowhere:
		return dst, false, nil
	default:
		group, ok := groupOf(user, l.name)
		if !ok {
			return dst, false, nil
		}
		return l.appendInGroup(dst, group)
	}
}

func (l *location) appendInGroup(dst []byte, group group) ([]byte, bool, error) {
	switch l.kind {
	case groupName:
		return jsonvalue.AppendString(dst, group.Name), true, nil
	case groupCohortIDs:
		return appendList(dst, group.CohortIDs)
	case groupProperties:
		return appendMap(dst, group.Properties, l.rest)
	default: // wholeGroup
		return appendAt(dst, group, nil)
	}
}
