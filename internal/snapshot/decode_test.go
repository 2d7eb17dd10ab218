package snapshot

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
)

// outcomes is what the core may write, easy and not.
var outcomes = []string{
	`{"key":"on"}`,
	`{"key":"on","value":"on"}`,
	`{"key":"","value":"","payload":{},"metadata":{"a":1}}`,
	`{"key":"on","payload":[]}`,
	`{"key":"on","value":"on","payload":{"title":"a b","max":12,"ratio":-1.50,"list":[1,"x",null,true,[false],{}],"big":12345678901234567890},` +
		`"metadata":{"default":true,"deployed":false,"flagVersion":3,"segmentName":"All Other Users"}}`,
	`{"key":"\u00e9","value":"a\"b","payload":"\\","metadata":{"\n":"\t"}}`,
	`{"key":"é","value":"😀"}`,
	`{"key":"on","value":12}`,
	`{"key":"on","value":{"a": 1}}`,
	`{"key":"on","value":true,"payload":{ "a" : [ 1 , 2 ] }}`,
	`{"key":"on","payload":{"a":1,"a":{"b":2}}}`,
	`{"key":"on","payload":1e400,"metadata":{"f":1e-7}}`,
	`{"key":"on","payload":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`,
}

func TestDecodeVariantIsWhatJSONUnmarshalGives(t *testing.T) {
	for _, text := range outcomes {
		var want experiment.Variant
		require.NoError(t, json.Unmarshal([]byte(text), &want))
		got, err := decodeVariant([]byte(text))
		require.NoError(t, err)
		assert.Equal(t, want, got, text)
	}
}

func TestDecodeVariantErrors(t *testing.T) {
	for _, text := range []string{``, `{"key":"on"`, `{"key":"on"}}`, `{"key":"on","payload":[1,]}`, `{"key":1}`, `[]`} {
		_, err := decodeVariant([]byte(text))
		assert.Error(t, err, text)
	}
}

func FuzzDecodeVariant(f *testing.F) {
	for _, text := range outcomes {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var want experiment.Variant
		if !utf8.Valid(text) || !json.Valid(text) || json.Unmarshal(text, &want) != nil {
			t.Skip("the core writes none of this")
		}
		got, err := decodeVariant(text)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	})
}

func BenchmarkDecodeVariant(b *testing.B) {
	text := []byte(outcomes[4])
	b.ReportAllocs()
	for b.Loop() {
		if _, err := decodeVariant(text); err != nil {
			b.Fatal(err)
		}
	}
}
