// Package userjson decodes the JSON of a user that comes from outside: from a
// request to the fake service, or from a command line.
package userjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/amplitude/experiment-go-server/experiment"
)

// Decode decodes data, which must be the JSON of one user. Numbers in
// properties become a json.Number, so that they keep their digits. Unknown
// members are ignored.
//
// Some SDKs send a member in another form than this one does. Decode accepts a
// number or a boolean as a string, and the IDs of cohorts and the names of
// groups also as one string or as the keys of an object.
func Decode(data []byte) (*experiment.User, error) { return decode(data, false) }

// DecodeStrict decodes data like Decode, but returns an error if there is an
// unknown member: a misspelled member would otherwise be lost silently.
func DecodeStrict(data []byte) (*experiment.User, error) { return decode(data, true) }

func decode(data []byte, strict bool) (*experiment.User, error) {
	members, err := decodeObject(data)
	if err != nil {
		return nil, err
	}
	for name, value := range members {
		members[name] = usualForm(name, value)
	}
	usual, err := json.Marshal(members)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(usual))
	decoder.UseNumber()
	if strict {
		decoder.DisallowUnknownFields()
	}
	var user experiment.User
	if err := decoder.Decode(&user); err != nil {
		return nil, readable(err)
	}
	return &user, nil
}

// decodeObject decodes data, which must be one JSON object.
func decodeObject(data []byte) (map[string]any, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var members map[string]any
	if err := decoder.Decode(&members); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, errors.New("there is no JSON")
		}
		return nil, readable(err)
	}
	if members == nil {
		return nil, errors.New("null is not a user")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is more after the JSON object")
	}
	return members, nil
}

// usualForm returns a member of a user in the form that experiment.User has. It
// returns a value without such a form unchanged.
func usualForm(name string, value any) any {
	switch name {
	case "user_properties", "group_properties":
		return value
	case "cohort_ids":
		return list(value)
	case "groups":
		return each(value, list)
	case "group_cohort_ids":
		return each(value, func(byName any) any { return each(byName, list) })
	}
	return text(value)
}

// each applies usual to every member of an object.
func each(value any, usual func(any) any) any {
	if members, ok := value.(map[string]any); ok {
		for name, member := range members {
			members[name] = usual(member)
		}
	}
	return value
}

// list returns an array of strings for a single string and for an object, whose
// keys it sorts.
func list(value any) any {
	switch value := value.(type) {
	case []any:
		for i, element := range value {
			value[i] = text(element)
		}
	case map[string]any:
		return slices.Sorted(maps.Keys(value))
	case string, json.Number, bool:
		return []any{text(value)}
	}
	return value
}

// text returns a string for a number or a boolean: its JSON.
func text(value any) any {
	switch value := value.(type) {
	case json.Number:
		return value.String()
	case bool:
		return fmt.Sprint(value)
	}
	return value
}

// readable returns an error about a wrong type in the words of JSON instead of
// Go. It returns other errors unchanged.
func readable(err error) error {
	var wrong *json.UnmarshalTypeError
	if !errors.As(err, &wrong) {
		return err
	}
	if wrong.Field == "" {
		return fmt.Errorf("the user is %s, not an object", withArticle(wrong.Value))
	}
	want := map[reflect.Kind]string{
		reflect.String: "a string", reflect.Slice: "an array", reflect.Map: "an object",
	}[wrong.Type.Kind()]
	return fmt.Errorf("%s is %s, not %s", wrong.Field, withArticle(wrong.Value), want)
}

// withArticle returns a type of JSON, such as "array" or "number 7", with its
// article.
func withArticle(kind string) string {
	if strings.HasPrefix(kind, "array") || strings.HasPrefix(kind, "object") {
		return "an " + kind
	}
	if kind == "bool" {
		return "a boolean"
	}
	return "a " + kind
}
