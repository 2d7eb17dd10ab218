// Package usercontext writes a user as the context that the core evaluates.
//
// The context of a user is an object of two members:
//
//	{"user": {…}, "groups": {"<type>": {"group_name": …, "group_properties": {…}, "cohort_ids": […]}}}
//
// "user" is the user's own JSON, all of it: the text fields, user_properties and
// cohort_ids that flags target, and groups, group_properties and
// group_cohort_ids as the caller gave them. "groups" has, for each group type,
// the first name that the user has in it, and the properties and cohorts of that
// name. A group type without names, or whose first name is empty, is not in it.
// Text that is empty and collections that are empty are absent.
//
// Hardly any of that is read by flags, so an Encoder writes only the slots of a
// plan, and of these only the ones that the flags asked for read: the array
// [slot,value,slot,value,…] that [core.Plan.Evaluate] takes.
package usercontext

import (
	"errors"
	"strconv"

	"github.com/amplitude/experiment-go-server/experiment"
)

// ErrNoUser is returned for a nil user.
var ErrNoUser = errors.New("the user is nil: give a user, an empty one if nothing is known of it")

// Encoder writes the slots of one plan. It is immutable: any number of
// goroutines may use one.
type Encoder struct {
	slots []slot
}

// slot is a place of the context with everything about it that does not depend
// on the user.
type slot struct {
	// prefix is the slot's number and a comma, as they go before the value.
	prefix string
	place  place
}

// New makes an Encoder for the paths of a plan, one for each slot
// ([core.Plan.Paths]). It keeps the paths and does not change them. A path at
// which no user has a value is fine; its slot is always absent.
func New(paths [][]string) *Encoder {
	slots := make([]slot, len(paths))
	for i, path := range paths {
		slots[i] = slot{prefix: strconv.Itoa(i) + ",", place: locate(path)}
	}
	return &Encoder{slots: slots}
}

// Append appends the values that the user has for the slots asked for, in their
// order, and returns the extended buffer. It only reads the user. Values of type
// string, bool, int, float64 and []string are written without allocating when
// dst has room; any other goes the way of encoding/json, without its escapes for
// HTML.
//
// The error is [ErrNoUser] or a *[ValueError]; dst is then returned as it was. A
// value that cannot be written is no error unless a slot asked for reads it.
func (e *Encoder) Append(dst []byte, user *experiment.User, slots []uint32) ([]byte, error) {
	if user == nil {
		return dst, ErrNoUser
	}
	start := len(dst)
	dst = append(dst, '[')
	for _, i := range slots {
		slot := &e.slots[i]
		var err error
		switch slot.place.kind {
		case userText:
			if text := slot.place.field.of(user); text != "" {
				dst = append(appendText(append(dst, slot.prefix...), text), ',')
			}
		case plainProperty:
			dst, err = slot.appendProperty(dst, user.UserProperties)
		default:
			dst, err = slot.append(dst, user)
		}
		if err != nil {
			return dst[:start], err
		}
	}
	// The last value left a comma behind.
	if end := len(dst) - 1; dst[end] == ',' {
		dst[end] = ']'
		return dst, nil
	}
	return append(dst, ']'), nil
}

// appendProperty writes the slot of a whole property, as append does. It is what
// most slots are, and texts are what most properties are, so these take no detour.
func (s *slot) appendProperty(dst []byte, properties map[string]any) ([]byte, error) {
	value, ok := properties[s.place.name]
	if !ok {
		return dst, nil
	}
	dst = append(dst, s.prefix...)
	if text, ok := value.(string); ok {
		return append(appendText(dst, text), ','), nil
	}
	dst, err := appendValue(dst, value, 0)
	if err != nil {
		return dst, &ValueError{Path: s.place.path, Err: err}
	}
	return append(dst, ','), nil
}

// append writes the slot with a comma after it, or nothing if it is absent.
func (s *slot) append(dst []byte, user *experiment.User) ([]byte, error) {
	start := len(dst)
	dst = append(dst, s.prefix...)
	dst, present, err := s.place.append(dst, user)
	if err != nil {
		return dst, &ValueError{Path: s.place.path, Err: err}
	}
	if !present {
		return dst[:start], nil
	}
	return append(dst, ','), nil
}
