package remote

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/amplitude/experiment-go-server/experiment"
)

// decodeVariants decodes the service's response, an object of variants by flag
// key. It passes an entry that is not a variant to malformed and leaves it out,
// so that the other flags are not lost. But if there are entries and none has
// anything of a variant, it is not the response of the service, such as
// {"error":"…"} of a proxy, and an error.
func decodeVariants(body []byte, malformed func(flagKey string, err error)) (experiment.Variants, error) {
	var entries map[string]json.RawMessage
	if err := json.Unmarshal(body, &entries); err != nil {
		return nil, fmt.Errorf("decoding the response: %w", describeJSONError(err))
	}
	if entries == nil {
		return nil, errors.New("decoding the response: it is null, not a JSON object of variants by flag key")
	}
	variants := make(experiment.Variants, len(entries))
	failures := map[string]error{}
	usable := 0
	for flagKey, entry := range entries {
		variant, err := decodeVariant(entry)
		if err != nil {
			failures[flagKey] = err
			continue
		}
		variants[flagKey] = variant
		if !isEmpty(variant) {
			usable++
		}
	}
	if len(entries) > 0 && usable == 0 {
		first := slices.Min(slices.Collect(maps.Keys(entries)))
		cause := cmp.Or(failures[first], errNothingOfAVariant)
		return nil, fmt.Errorf("decoding the response: none of its %d members is a variant: %q: %w",
			len(entries), first, cause)
	}
	for flagKey, err := range failures {
		malformed(flagKey, err)
	}
	return variants, nil
}

var errNothingOfAVariant = errors.New("it has neither a key nor a value, payload or metadata")

func decodeVariant(entry []byte) (experiment.Variant, error) {
	var variant experiment.Variant
	if string(entry) == "null" {
		return variant, errors.New("it is null, not a JSON object")
	}
	err := variant.UnmarshalJSON(entry)
	return variant, err
}

func isEmpty(v experiment.Variant) bool {
	return v.Key == "" && v.Value == "" && v.Payload == nil && len(v.Metadata) == 0
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
