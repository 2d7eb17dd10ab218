package experiment

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/amplitude/experiment-go-server/internal/variants"
)

// Variant is what a flag evaluated to for a user. The zero Variant, which a map of variants gives for an unknown flag, is
// that of a flag that is off.
//
// Variants are shared: treat the Payload and the Metadata as read-only.
type Variant struct {
	// Key identifies the variant within its flag, such as "on" or "treatment".
	Key string `json:"key,omitempty"`

	// Value is the variant's value, which is usually its key. A value that is no string in JSON is its JSON text here,
	// without white space: true is "true".
	Value string `json:"value,omitempty"`

	// Payload is the variant's payload as encoding/json decodes it, nil if there is none: map[string]any, []any, string,
	// bool, or float64. Only a number that a float64 would not give back, an integer of too many digits or one that
	// overflows, is a json.Number. UnmarshalPayload reads it into a type of yours.
	Payload any `json:"payload,omitempty"`

	// Metadata tells how the variant came about, with names like segmentName, flagVersion, experimentKey and default. Its
	// values are decoded as the payload is.
	Metadata map[string]any `json:"metadata,omitempty"`
}

// UnmarshalPayload stores the payload in the value that dst points to, by the rules of json.Unmarshal. It is an error if
// there is no payload or if it does not fit, and what of dst was set by then stays set, as with json.Unmarshal.
func (v Variant) UnmarshalPayload(dst any) error {
	if v.Payload == nil {
		return fmt.Errorf("decoding the payload of variant %q: there is no payload", v.Key)
	}
	text, err := json.Marshal(v.Payload)
	if err == nil {
		err = json.Unmarshal(text, dst)
	}
	if err != nil {
		return fmt.Errorf("decoding the payload of variant %q: %w", v.Key, err)
	}
	return nil
}

// UnmarshalJSON reads a variant as the service writes it. Unknown members are ignored and null is as good as absent; a key
// that is no string, and metadata that is no object, is an error.
func (v *Variant) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil // as encoding/json asks of an UnmarshalJSON
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
		Value:    valueText(members.Value),
		Payload:  decodeExactly(members.Payload),
		Metadata: metadata,
	}
	return nil
}

// The functions below get what json.Unmarshal has checked already, so decoding it again cannot fail.

func isPresent(raw json.RawMessage) bool {
	return len(raw) > 0 && string(raw) != "null"
}

func valueText(raw json.RawMessage) string {
	if !isPresent(raw) {
		return ""
	}
	if raw[0] == '"' {
		var text string
		_ = json.Unmarshal(raw, &text)
		return text
	}
	var compact bytes.Buffer
	_ = json.Compact(&compact, raw)
	return compact.String()
}

// decodeExactly decodes JSON as json.Unmarshal does, but for numbers that this would change or refuse. Absent is nil.
func decodeExactly(raw json.RawMessage) any {
	if !isPresent(raw) {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var decoded any
	_ = decoder.Decode(&decoded)
	return withFloats(decoded)
}

// withFloats turns each json.Number within v, in place, into what Go programs expect.
func withFloats(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			v[name] = withFloats(member)
		}
	case []any:
		for i, item := range v {
			v[i] = withFloats(item)
		}
	case json.Number:
		return variants.Number(string(v))
	}
	return v
}
