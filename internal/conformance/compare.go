package conformance

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"

	"github.com/amplitude/experiment-go-server/internal/jsonvalue"
)

// normalize decodes JSON to a form in which equal values are deeply equal:
// members that are null are removed, and numbers are the shortest decimal of
// their float64. It returns nil if data is not JSON.
func normalize(data json.RawMessage) any {
	decoder := json.NewDecoder(bytes.NewReader(data))
	// Otherwise the decoder would reject numbers that are too large for
	// float64.
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil
	}
	return normalizeValue(value)
}

// normalizeValue returns the normal form of a decoded value, which it changes.
func normalizeValue(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			if member == nil {
				delete(value, name)
			} else {
				value[name] = normalizeValue(member)
			}
		}
	case []any:
		for i, item := range value {
			value[i] = normalizeValue(item)
		}
	case json.Number:
		return normalizeNumber(value)
	}
	return value
}

// normalizeNumber returns the shortest decimal of the float64 that literal
// rounds to. A number beyond float64 becomes 1e999 or -1e999.
func normalizeNumber(literal json.Number) json.Number {
	// The only possible error is one of range, and then number is an infinity.
	number, _ := strconv.ParseFloat(literal.String(), 64)
	switch {
	case math.IsInf(number, 1):
		return "1e999"
	case math.IsInf(number, -1):
		return "-1e999"
	case number == 0:
		return "0" // not -0, which is equal
	}
	return json.Number(strconv.FormatFloat(number, 'g', -1, 64))
}

// normalizeVariant removes empty metadata from the normal form of a variant.
// This rule is for variants only: elsewhere an empty object is a value.
func normalizeVariant(value any) any {
	if variant, ok := value.(map[string]any); ok {
		if metadata, ok := variant["metadata"].(map[string]any); ok && len(metadata) == 0 {
			delete(variant, "metadata")
		}
	}
	return value
}

// show returns a normal form as JSON for people, or noResult for nil.
func show(value any) string {
	if value == nil {
		return noResult
	}
	data, err := jsonvalue.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return string(data)
}

const noResult = "no result"
