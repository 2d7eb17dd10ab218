// Package userjson decodes the JSON of a user that comes from outside: from a
// request to the fake service, or from a command line.
package userjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"github.com/amplitude/experiment-go-server/experiment"
)

// Decode decodes data, which must be the JSON of one user. Numbers in
// properties become a json.Number, so that they keep their digits. Unknown
// members are ignored.
func Decode(data []byte) (*experiment.User, error) {
	return decode(json.NewDecoder(bytes.NewReader(data)))
}

// DecodeStrict decodes data like Decode, but returns an error if there is an
// unknown member: a misspelled member would otherwise be lost silently.
func DecodeStrict(data []byte) (*experiment.User, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	return decode(decoder)
}

func decode(decoder *json.Decoder) (*experiment.User, error) {
	decoder.UseNumber()
	var user *experiment.User
	if err := decoder.Decode(&user); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, errors.New("there is no JSON")
		}
		return nil, err
	}
	if user == nil {
		return nil, errors.New("null is not a user")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is more after the JSON object")
	}
	return user, nil
}
