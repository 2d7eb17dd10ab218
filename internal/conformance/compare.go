package conformance

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
)

// normal gives JSON text the form in which equal values are deeply equal:
// members that are null are gone, and numbers are the shortest text of their
// double. Text that is no JSON becomes nil.
func normal(text json.RawMessage) any {
	decoder := json.NewDecoder(bytes.NewReader(text))
	// Numbers beyond the doubles would otherwise be errors of the decoder.
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil
	}
	return normalValue(value)
}

func normalValue(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			if member == nil {
				delete(value, name)
			} else {
				value[name] = normalValue(member)
			}
		}
	case []any:
		for i, item := range value {
			value[i] = normalValue(item)
		}
	case json.Number:
		return normalNumber(value)
	}
	return value
}

func normalNumber(text json.Number) json.Number {
	// The error is about range only, and then the result is the infinity that
	// the comparison is to see.
	number, _ := strconv.ParseFloat(text.String(), 64)
	switch {
	case math.IsInf(number, 1):
		return "1e999"
	case math.IsInf(number, -1):
		return "-1e999"
	case number == 0:
		return "0" // and not -0, which equals it
	}
	return json.Number(strconv.FormatFloat(number, 'g', -1, 64))
}

// normalVariant lets an empty metadata count as none, which is a rule for
// variants only: an empty object elsewhere is a value.
func normalVariant(value any) any {
	if variant, ok := value.(map[string]any); ok {
		if metadata, ok := variant["metadata"].(map[string]any); ok && len(metadata) == 0 {
			delete(variant, "metadata")
		}
	}
	return value
}

// show is a normal form as text for people; nil, which no result has, says that
// there is none.
func show(value any) string {
	if value == nil {
		return noResult
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return err.Error()
	}
	return string(bytes.TrimSpace(text.Bytes()))
}

const noResult = "no result"
