package remote

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/amplitude/experiment-go-server/experiment"
)

// decodeVariants decodes the service's response, an object of variants by flag
// key. It passes an entry that is not a variant to malformed and leaves it out,
// so that the other flags are not lost.
func decodeVariants(body []byte, malformed func(flagKey string, err error)) (experiment.Variants, error) {
	var entries map[string]json.RawMessage
	if err := json.Unmarshal(body, &entries); err != nil {
		return nil, fmt.Errorf("decoding the response: %w", describeJSONError(err))
	}
	if entries == nil {
		return nil, errors.New("decoding the response: it is null, not a JSON object of variants by flag key")
	}
	variants := make(experiment.Variants, len(entries))
	for flagKey, entry := range entries {
		if string(entry) == "null" {
			malformed(flagKey, errors.New("it is null, not a JSON object"))
			continue
		}
		var variant experiment.Variant
		if err := variant.UnmarshalJSON(entry); err != nil {
			malformed(flagKey, err)
			continue
		}
		variants[flagKey] = variant
	}
	return variants, nil
}

// describeJSONError rewrites an error of encoding/json about the response: it
// names JSON types and the position, not Go types.
func describeJSONError(err error) error {
	var wrongType *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &wrongType):
		return fmt.Errorf("it is a JSON %s, not an object, at byte %d", wrongType.Value, wrongType.Offset)
	case errors.As(err, &syntax):
		return fmt.Errorf("it is not JSON: %w at byte %d", err, syntax.Offset)
	}
	return err
}
