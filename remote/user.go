package remote

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/jsonvalue"
	"github.com/amplitude/experiment-go-server/internal/usercontext"
)

// encodeUser returns the user as JSON. If a property cannot be encoded, or
// panics while it is, the error names it.
func encodeUser(user *experiment.User) ([]byte, error) {
	encoded, err := marshalUser(user)
	if err == nil {
		return encoded, nil
	}
	if valueError := findInvalidProperty(user); valueError != nil {
		return nil, valueError
	}
	return nil, fmt.Errorf("encoding the user: %w", err)
}

// marshalUser recovers from panics: the JSON methods of a property's type are
// the caller's code.
func marshalUser(user *experiment.User) (encoded []byte, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			encoded, err = nil, fmt.Errorf("a JSON method panicked: %v", reason)
		}
	}()
	return json.Marshal(user)
}

// findInvalidProperty returns an error that names a property which cannot be
// encoded, the first one by name, or nil if there is none.
func findInvalidProperty(user *experiment.User) error {
	if err := checkProperties(user.UserProperties, "user", "user_properties"); err != nil {
		return err
	}
	for _, groupType := range slices.Sorted(maps.Keys(user.GroupProperties)) {
		groups := user.GroupProperties[groupType]
		for _, group := range slices.Sorted(maps.Keys(groups)) {
			if err := checkProperties(groups[group], "user", "group_properties", groupType, group); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkProperties(properties map[string]any, path ...string) error {
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		if _, err := jsonvalue.Marshal(properties[name]); err != nil {
			return &usercontext.ValueError{Path: append(path, name), Err: err}
		}
	}
	return nil
}
