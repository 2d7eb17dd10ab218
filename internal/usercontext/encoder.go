// Package usercontext writes a user as the context that the core evaluates.
//
// The context of a user is an object of two members:
//
//	{
//	  "user": {…},
//	  "groups": {"<type>": {
//	    "group_name": …, "group_properties": {…}, "cohort_ids": […]
//	  }}
//	}
//
// "user" is the user's own JSON: the string fields, user_properties and
// cohort_ids that flags target, and groups, group_properties and
// group_cohort_ids as the caller gave them. "groups" has, for each group type,
// the first name that the user has in it, with the properties and cohorts of
// that name. A group type without names, or whose first name is empty, is left
// out, as are empty string fields and empty collections.
//
// Flags read little of that, so an [Encoder] writes only the slots of a plan,
// and of these only the ones that the requested flags read: the array
// [slot,value,slot,value,…] that the core's Plan.Evaluate takes.
package usercontext

import (
	"strconv"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/cohort"
	"github.com/amplitude/experiment-go-server/internal/jsonvalue"
)

// Encoder writes the slots of one plan. It is immutable: any number of
// goroutines may use one.
type Encoder struct {
	slots []slot
	lists []uint32 // the slots that are lists of cohort IDs

	// All of these are empty without cohorts.
	key     cohort.Key
	cohorts []membership
	ranges  []cohortRange // by number of a list: the cohorts that belong into it
}

// slot is a position of the context, with everything about it that does not
// depend on the user.
type slot struct {
	prefix   string // the slot's number and a comma, which go before the value
	location location
	list     int // of a list of cohort IDs: its number among them
}

// New returns an Encoder for the paths of a plan, one for each slot. It keeps
// the paths and does not change them. A slot whose path leads nowhere is always
// absent.
func New(paths [][]string) *Encoder {
	e := &Encoder{slots: make([]slot, len(paths))}
	for i, path := range paths {
		e.slots[i] = slot{prefix: strconv.Itoa(i) + ",", location: locate(path)}
		if e.slots[i].location.kind.isCohortList() {
			e.slots[i].list = len(e.lists)
			e.lists = append(e.lists, uint32(i))
		}
	}
	return e
}

// Append appends the values that the user has for the given slots, as
// AppendMember does when it looks at no cohorts.
func (e *Encoder) Append(dst []byte, user *experiment.User, slots []uint32) ([]byte, error) {
	return e.AppendMember(dst, user, slots, nil)
}

// AppendMember appends the values that the user has for the given slots, in
// their order, and returns the extended buffer. It only reads the user. If dst
// has room, it writes strings, booleans, numbers, []string and cohorts without
// allocating. Package jsonvalue says how values are written.
//
// Of the cohorts it looks only at those with the given indexes, which are
// ascending. It hashes a user ID or the name of a group at most once for each
// slot.
//
// It returns [ErrNoUser] or a *[ValueError], and dst as it was. A value that
// cannot be encoded, or is too large, matters only to the slots that read it.
func (e *Encoder) AppendMember(dst []byte, user *experiment.User, slots, cohorts []uint32) ([]byte, error) {
	if user == nil {
		return dst, ErrNoUser
	}
	start := len(dst)
	dst = append(dst, '[')
	for _, i := range slots {
		slot := &e.slots[i]
		var err error
		switch slot.location.kind {
		case userField:
			if value := slot.location.field.of(user); value != "" {
				dst = append(jsonvalue.AppendString(append(dst, slot.prefix...), value), ',')
			}
		case topLevelProperty:
			dst, err = slot.appendProperty(dst, user.UserProperties)
		case userCohortIDs, groupCohortIDs:
			dst, err = e.appendList(dst, user, i, cohorts)
		default:
			dst, err = slot.append(dst, user)
		}
		if err != nil {
			return dst[:start], err
		}
	}
	// A comma follows the last value.
	if end := len(dst) - 1; dst[end] == ',' {
		dst[end] = ']'
		return dst, nil
	}
	return append(dst, ']'), nil
}

// appendProperty writes the slot of a top-level property, as append does. Most
// slots are of this kind, and most properties are strings, so it handles them
// first.
func (s *slot) appendProperty(dst []byte, properties map[string]any) ([]byte, error) {
	value, ok := properties[s.location.name]
	if !ok {
		return dst, nil
	}
	dst = append(dst, s.prefix...)
	if value, ok := value.(string); ok {
		return append(jsonvalue.AppendString(dst, value), ','), nil
	}
	start := len(dst)
	dst, err := jsonvalue.Append(dst, value)
	if err == nil {
		err = checkSize(len(dst) - start)
	}
	if err != nil {
		return dst, &ValueError{Path: s.location.path, Err: err}
	}
	return append(dst, ','), nil
}

// append writes the slot with a comma after it, or nothing if it is absent.
func (s *slot) append(dst []byte, user *experiment.User) ([]byte, error) {
	start := len(dst)
	dst = append(dst, s.prefix...)
	value := len(dst)
	dst, present, err := s.location.append(dst, user)
	if err == nil && present && dst[value] != '"' {
		err = checkSize(len(dst) - value)
	}
	if err != nil {
		return dst, &ValueError{Path: s.location.path, Err: err}
	}
	if !present {
		return dst[:start], nil
	}
	return append(dst, ','), nil
}
