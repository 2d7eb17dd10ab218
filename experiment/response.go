package experiment

import (
	"encoding/json"
	"errors"
	"fmt"
)

// decodeVariants reads the service's answer, an object of variants by flag key. An entry that is no variant is reported to
// malformed and left out, so that it does not take the other flags with it.
func decodeVariants(body []byte, malformed func(flagKey string, err error)) (map[string]Variant, error) {
	var entries map[string]json.RawMessage
	if err := json.Unmarshal(body, &entries); err != nil {
		return nil, fmt.Errorf("decoding the answer: %w", describeJSONError(err))
	}
	if entries == nil {
		return nil, errors.New("decoding the answer: it is null, not a JSON object of variants by flag key")
	}
	variants := make(map[string]Variant, len(entries))
	for flagKey, entry := range entries {
		if string(entry) == "null" {
			malformed(flagKey, errors.New("it is null, not a JSON object"))
			continue
		}
		var variant Variant
		if err := json.Unmarshal(entry, &variant); err != nil {
			malformed(flagKey, err)
			continue
		}
		variants[flagKey] = variant
	}
	return variants, nil
}

// describeJSONError says in the terms of JSON, and with the place, what encoding/json says in those of Go.
func describeJSONError(err error) error {
	var wrongType *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &wrongType) && wrongType.Field != "":
		return fmt.Errorf("%s is a JSON %s, not a string, at byte %d", wrongType.Field, wrongType.Value, wrongType.Offset)
	case errors.As(err, &wrongType):
		return fmt.Errorf("it is a JSON %s, not an object, at byte %d", wrongType.Value, wrongType.Offset)
	case errors.As(err, &syntax):
		return fmt.Errorf("it is not JSON: %w at byte %d", err, syntax.Offset)
	}
	return err
}
