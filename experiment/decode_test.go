package experiment

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// variantsToDecode are variants as the core or the service may write them.
// decodeFast decodes the fast ones and leaves the others to encoding/json.
var variantsToDecode = []struct {
	json string
	fast bool
}{
	{`{"key":"on"}`, true},
	{`{"key":"on","value":"on"}`, true},
	{`{"value":"on","metadata":{},"key":"on"}`, true},
	{`{"key":"","value":"","payload":{},"metadata":{"a":1}}`, true},
	{`{"key":"on","payload":[]}`, true},
	{`{"key":"on","payload":null}`, true},
	{`{"key":"on","value":"on","payload":{"title":"a b","max":12,"ratio":-1.50,"list":[1,"x",null,true,[false],{}],` +
		`"big":12345678901234567890},"metadata":{"default":true,"deployed":false,"flagVersion":3,` +
		`"segmentName":"All Other Users"}}`, true},
	{`{"key":"é","value":"😀"}`, true},
	{`{"key":"on","payload":{"a":1,"a":{"b":2}}}`, true},
	{`{"key":"on","key":"off","payload":1e400,"metadata":{"f":1e-7},"metadata":{"g":0}}`, true},
	{`{}`, false},
	{`{"key":"\u00e9","value":"a\"b","payload":"\\","metadata":{"\n":"\t"}}`, false},
	{`{"key":null,"metadata":null}`, false},
	{`{"key":"on","value":12}`, false},
	{`{"key":"on","value":{"a": 1}}`, false},
	{`{"key":"on","value":true,"payload":{ "a" : [ 1 , 2 ] }}`, false},
	{`{"key":"on","expKey":"e"}`, false},
	{`{"KEY":"on"}`, false},
	{`{"key":"on","payload":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`, false},
	{"{\"key\":\"\xff\"}", false},
}

func TestDecodeFast_AgreesWithEncodingJSON(t *testing.T) {
	for _, tt := range variantsToDecode {
		got, ok := decodeFast([]byte(tt.json))
		require.Equal(t, tt.fast, ok, tt.json)
		if ok {
			assert.Equal(t, decodeSlowly(t, tt.json), got, tt.json)
		}
	}
}

// decodeSlowly decodes a variant with a space before it, at which
// decodeFast gives up.
func decodeSlowly(t testing.TB, variant string) Variant {
	var v Variant
	spaced := " " + variant
	_, ok := decodeFast([]byte(spaced))
	require.False(t, ok)
	require.NoError(t, v.UnmarshalJSON([]byte(spaced)), variant)
	return v
}

func TestVariantUnmarshalJSON_RejectsWhatIsNotAVariant(t *testing.T) {
	for _, data := range []string{
		``, `{"key":"on"`, `{"key":"on"}}`, `{"key":"on",}`, `{"key":"on","payload":[1,]}`, `{"key":1}`, `[]`,
		`{"key":"on","metadata":[]}`,
	} {
		v := Variant{Key: "as before"}
		assert.Error(t, v.UnmarshalJSON([]byte(data)), data)
		assert.Equal(t, Variant{Key: "as before"}, v, data)
	}
}

// FuzzDecodeVariant checks that decodeFast decodes a variant as encoding/json
// does, or not at all.
func FuzzDecodeVariant(f *testing.F) {
	for _, seed := range variantsToDecode {
		f.Add([]byte(seed.json))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var slow Variant
		if !json.Valid(data) || slow.UnmarshalJSON(append([]byte(" "), data...)) != nil {
			t.Skip("no service writes this")
		}
		got, ok := decodeFast(data)
		if !ok {
			return
		}
		require.True(t, utf8.Valid(data))
		require.Equal(t, slow, got)
	})
}

func BenchmarkDecodeVariant(b *testing.B) {
	data := []byte(variantsToDecode[6].json)
	b.ReportAllocs()
	for b.Loop() {
		var v Variant
		if err := v.UnmarshalJSON(data); err != nil {
			b.Fatal(err)
		}
	}
}
