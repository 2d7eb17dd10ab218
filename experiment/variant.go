package experiment

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Variant is the result of a flag for a user. The zero Variant stands for a
// flag that is off, and is what [Variants] give for an unknown flag.
//
// Variants are shared: treat the Payload and the Metadata as read-only.
type Variant struct {
	// Key identifies the variant within its flag, such as "on" or "treatment".
	Key string `json:"key,omitempty"`

	// Value is the variant's value, which is usually its key. If the value is
	// not a string in JSON, Value is its JSON without white space: true is
	// "true".
	Value string `json:"value,omitempty"`

	// Payload is the variant's payload as encoding/json decodes it:
	// map[string]any, []any, string, bool or float64, or nil if there is none.
	// Only a number that a float64 would change or cannot hold, such as an
	// integer of 20 digits, is a json.Number. UnmarshalPayload decodes the
	// payload into a type of your own.
	Payload any `json:"payload,omitempty"`

	// Metadata describes how the variant was chosen, under names such as
	// segmentName, flagVersion, experimentKey and default. Its values are
	// decoded as the payload is.
	Metadata map[string]any `json:"metadata,omitempty"`
}

// IsDefault reports whether the variant means that the flag is off for the
// user: its Metadata has "default": true, because no segment of the flag
// matched, or "deployed": false, because the flag is not deployed. Fetch and
// Evaluate leave such variants out unless IncludeDefaults is set.
//
// Only booleans count, since the service sends nothing else there.
func (v Variant) IsDefault() bool {
	if isDefault, ok := v.Metadata["default"].(bool); ok && isDefault {
		return true
	}
	deployed, ok := v.Metadata["deployed"].(bool)
	return ok && !deployed
}

// UnmarshalPayload decodes the payload into the value that dst points to, by
// the rules of json.Unmarshal. It returns an error if there is no payload or
// the payload does not fit; like json.Unmarshal, it may have set parts of dst
// by then.
func (v Variant) UnmarshalPayload(dst any) error {
	if v.Payload == nil {
		return fmt.Errorf("decoding the payload of variant %q: there is no payload", v.Key)
	}
	payload, err := json.Marshal(v.Payload)
	if err == nil {
		err = json.Unmarshal(payload, dst)
	}
	if err != nil {
		return fmt.Errorf("decoding the payload of variant %q: %w", v.Key, err)
	}
	return nil
}

// UnmarshalJSON decodes a variant as the service writes it. It ignores unknown
// members and treats null members as absent. It returns an error, and leaves v
// as it was, if the key is not a string or the metadata is not an object.
func (v *Variant) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil // encoding/json asks every UnmarshalJSON for that
	}
	if decoded, ok := decodeFast(data); ok {
		*v = decoded
		return nil
	}
	var members struct {
		Key      string          `json:"key"`
		Value    json.RawMessage `json:"value"`
		Payload  json.RawMessage `json:"payload"`
		Metadata json.RawMessage `json:"metadata"`
	}
	if err := json.Unmarshal(data, &members); err != nil {
		return describeJSONError(err)
	}
	metadata, ok := decodeExactly(members.Metadata).(map[string]any)
	if !ok && isPresent(members.Metadata) {
		return errors.New("metadata is not a JSON object")
	}
	*v = Variant{
		Key:      members.Key,
		Value:    valueString(members.Value),
		Payload:  decodeExactly(members.Payload),
		Metadata: metadata,
	}
	return nil
}

// describeJSONError rewrites an error of encoding/json about a variant: it
// names JSON types and the position, not Go types.
func describeJSONError(err error) error {
	var wrongType *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrongType) && wrongType.Field != "":
		return fmt.Errorf("%s is a JSON %s, not a string, at byte %d",
			wrongType.Field, wrongType.Value, wrongType.Offset)
	case errors.As(err, &wrongType):
		return fmt.Errorf("it is a JSON %s, not an object, at byte %d", wrongType.Value, wrongType.Offset)
	}
	return err
}

// json.Unmarshal has checked the input of the functions below, so that decoding
// it again cannot fail.

func isPresent(raw json.RawMessage) bool {
	return len(raw) > 0 && string(raw) != "null"
}

// valueString returns a string's content, or the compact JSON of anything else.
func valueString(raw json.RawMessage) string {
	if !isPresent(raw) {
		return ""
	}
	if raw[0] == '"' {
		var s string
		_ = json.Unmarshal(raw, &s)
		return s
	}
	var compact bytes.Buffer
	_ = json.Compact(&compact, raw)
	return compact.String()
}

// decodeExactly decodes JSON as json.Unmarshal does, except that numbers a
// float64 would change or cannot hold become json.Number. It returns nil if raw
// is absent or null.
func decodeExactly(raw json.RawMessage) any {
	if !isPresent(raw) {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var decoded any
	_ = decoder.Decode(&decoded)
	return convertNumbers(decoded)
}

// convertNumbers replaces each json.Number within v, in place, by the result of
// number.
func convertNumbers(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			v[name] = convertNumbers(member)
		}
	case []any:
		for i, item := range v {
			v[i] = convertNumbers(item)
		}
	case json.Number:
		return number(string(v))
	}
	return v
}
