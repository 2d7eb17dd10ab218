package experiment_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
)

func TestVariantUnmarshalJSON_DecodesEveryMember(t *testing.T) {
	for _, tt := range []struct {
		name, json string
		want       experiment.Variant
	}{
		{"empty", `{}`, experiment.Variant{}},
		{"all members", `{"key":"k","value":"v","payload":{"n":1},"metadata":{"default":false}}`, experiment.Variant{
			Key: "k", Value: "v", Payload: map[string]any{"n": 1.0}, Metadata: map[string]any{"default": false}}},
		{"unknown members", `{"key":"k","expKey":"e","x":[{}]}`, experiment.Variant{Key: "k"}},
		{"null members", `{"key":null,"value":null,"payload":null,"metadata":null}`, experiment.Variant{}},
		{"value true", `{"value":true}`, experiment.Variant{Value: "true"}},
		{"value false", `{"value":false}`, experiment.Variant{Value: "false"}},
		{"value number", `{"value":1.50}`, experiment.Variant{Value: "1.50"}},
		{"value long number", `{"value":12345678901234567890}`, experiment.Variant{Value: "12345678901234567890"}},
		{"value object", `{"value":{ "b" : 1,` + "\n" + `"a":"<x> y" }}`,
			experiment.Variant{Value: `{"b":1,"a":"<x> y"}`}},
		{"value array", `{"value":[ 1 , "two" ]}`, experiment.Variant{Value: `[1,"two"]`}},
		{"value escaped", `{"value":"a\"\u00e9\n"}`, experiment.Variant{Value: "a\"é\n"}},
		{"value lone surrogate", `{"value":"\ud800"}`, experiment.Variant{Value: "\uFFFD"}},
		{"payload false", `{"payload":false}`, experiment.Variant{Payload: false}},
		{"payload empty string", `{"payload":""}`, experiment.Variant{Payload: ""}},
		{"payload floats", `{"payload":[0,-1,0.1,1e3,9007199254740992]}`,
			experiment.Variant{Payload: []any{0.0, -1.0, 0.1, 1000.0, 9007199254740992.0}}},
		{"payload numbers that a float64 would change",
			`{"payload":{"id":9007199254740993,"far":1e999,"long":-12345678901234567890}}`,
			experiment.Variant{Payload: map[string]any{
				"id":   json.Number("9007199254740993"),
				"far":  json.Number("1e999"),
				"long": json.Number("-12345678901234567890"),
			}}},
		{"metadata empty", `{"metadata":{}}`, experiment.Variant{Metadata: map[string]any{}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := experiment.Variant{
				Key: "left over", Value: "left over", Payload: 1, Metadata: map[string]any{"left": "over"}}
			require.NoError(t, json.Unmarshal([]byte(tt.json), &got))
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestVariantUnmarshalJSON_SaysWhatIsWrong(t *testing.T) {
	for _, tt := range []struct{ name, json, want string }{
		{"array", `[]`, "it is a JSON array, not an object, at byte 1"},
		{"key", `{"key":{}}`, "key is a JSON object, not a string, at byte 8"},
		{"metadata", `{"metadata":"m"}`, "metadata is not a JSON object"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := experiment.Variant{Key: "kept"}
			assert.EqualError(t, json.Unmarshal([]byte(tt.json), &got), tt.want)
			assert.Equal(t, experiment.Variant{Key: "kept"}, got)
		})
	}
}

func TestVariantUnmarshalJSON_LeavesTheVariantAsItWasForNull(t *testing.T) {
	got := experiment.Variant{Key: "kept"}
	require.NoError(t, json.Unmarshal([]byte(`null`), &got))
	assert.Equal(t, experiment.Variant{Key: "kept"}, got)
}

func TestVariant_MarshalsAsTheServiceWritesIt(t *testing.T) {
	for want, variant := range map[string]experiment.Variant{
		`{}`: {},
		`{"key":"k","value":"v","payload":{"n":1},"metadata":{"default":true}}`: {
			Key: "k", Value: "v", Payload: map[string]any{"n": 1}, Metadata: map[string]any{"default": true}},
		`{"payload":false}`:            {Payload: false},
		`{"payload":9007199254740993}`: {Payload: json.Number("9007199254740993")},
	} {
		got, err := json.Marshal(variant)
		require.NoError(t, err)
		assert.Equal(t, want, string(got))
	}
}

func TestUnmarshalPayload_DecodesIntoATypeOfTheCaller(t *testing.T) {
	type settings struct {
		Color string
		ID    int64
	}
	var variant experiment.Variant
	require.NoError(t, json.Unmarshal([]byte(`{"key":"on","payload":{"color":"red","id":9007199254740993}}`), &variant))
	var got settings
	require.NoError(t, variant.UnmarshalPayload(&got))
	assert.Equal(t, settings{Color: "red", ID: 9007199254740993}, got)

	var flag bool
	require.NoError(t, experiment.Variant{Payload: true}.UnmarshalPayload(&flag))
	assert.True(t, flag)
}

func TestUnmarshalPayload_SaysWhatIsWrong(t *testing.T) {
	var text string
	assert.EqualError(t, experiment.Variant{Key: "on"}.UnmarshalPayload(&text),
		`decoding the payload of variant "on": there is no payload`)
	on := experiment.Variant{Key: "on", Payload: map[string]any{"a": 1.0}}
	assert.EqualError(t, on.UnmarshalPayload(&text),
		`decoding the payload of variant "on": json: cannot unmarshal object into Go value of type string`)
	assert.EqualError(t, on.UnmarshalPayload(nil), `decoding the payload of variant "on": json: Unmarshal(nil)`)
	assert.EqualError(t, on.UnmarshalPayload(text),
		`decoding the payload of variant "on": json: Unmarshal(non-pointer string)`)
	assert.EqualError(t, experiment.Variant{Key: "on", Payload: make(chan int)}.UnmarshalPayload(&text),
		`decoding the payload of variant "on": json: unsupported type: chan int`)
}

func TestVariantIsDefault_ReadsMetadata(t *testing.T) {
	for _, tt := range []struct {
		name     string
		metadata map[string]any
		want     bool
	}{
		{"no metadata", nil, false},
		{"neither", map[string]any{"segmentName": "All Other Users"}, false},
		{"default", map[string]any{"default": true}, true},
		{"not default", map[string]any{"default": false}, false},
		{"undeployed", map[string]any{"deployed": false}, true},
		{"deployed", map[string]any{"deployed": true}, false},
		{"default and deployed", map[string]any{"default": true, "deployed": true}, true},
		{"not default, undeployed", map[string]any{"default": false, "deployed": false}, true},
		{"default as a string", map[string]any{"default": "true"}, false},
		{"deployed null", map[string]any{"deployed": nil}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, experiment.Variant{Metadata: tt.metadata}.IsDefault())
		})
	}
}
