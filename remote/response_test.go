package remote

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
)

func TestDecodeVariants_SaysWhatIsWrong(t *testing.T) {
	const notAVariant = "decoding the response: none of its 1 members is a variant: "
	const notJSON = "decoding the response: it is not JSON: "
	for _, tt := range []struct{ name, body, want string }{
		{"empty", "", notJSON + "unexpected end of JSON input at byte 0"},
		{"HTML", "<html>", notJSON + "invalid character '<' looking for beginning of value at byte 1"},
		{"truncated", `{"flag":{"key":`, notJSON + "unexpected end of JSON input at byte 15"},
		{"trailing", `{}{`, notJSON + "invalid character '{' after top-level value at byte 3"},
		{"invalid within a variant", `{"flag":{"key":on}}`,
			notJSON + "invalid character 'o' looking for beginning of value at byte 16"},
		{"null", "null", "decoding the response: it is null, not a JSON object of variants by flag key"},
		{"array", `[{}]`, "decoding the response: it is a JSON array, not an object, at byte 1"},
		{"string", ` "no"`, "decoding the response: it is a JSON string, not an object, at byte 5"},
		{"number", `1`, "decoding the response: it is a JSON number, not an object, at byte 1"},
		{"error", `{"error":"x"}`, notAVariant + `"error": it is a JSON string, not an object, at byte 3`},
		{"maintenance", `{"message":"maintenance"}`,
			notAVariant + `"message": it is a JSON string, not an object, at byte 13`},
		{"error object", `{"error":{"code":503}}`,
			notAVariant + `"error": it has neither a key nor a value, payload or metadata`},
		{"null member", `{"f":null}`, notAVariant + `"f": it is null, not a JSON object`},
		{"several members", `{"z":1,"status":503,"error":{}}`, "decoding the response: none of its 3 members is " +
			`a variant: "error": it has neither a key nor a value, payload or metadata`},
		{"too deep", strings.Repeat(`{"a":`, 10001),
			notJSON + "invalid character '{' exceeded max depth at byte 50001"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := decodeVariants([]byte(tt.body), func(flagKey string, err error) {
				t.Errorf("flag %q was reported: %v", flagKey, err)
			})
			assert.Nil(t, got)
			assert.EqualError(t, err, tt.want)
		})
	}
}

func TestDecodeVariants_LeavesOutOnlyMalformedVariants(t *testing.T) {
	for _, tt := range []struct{ name, entry, want string }{
		{"null", `null`, "it is null, not a JSON object"},
		{"string", `"on"`, "it is a JSON string, not an object, at byte 4"},
		{"array", `[]`, "it is a JSON array, not an object, at byte 1"},
		{"number", `1`, "it is a JSON number, not an object, at byte 1"},
		{"key is a number", `{"key":1}`, "key is a JSON number, not a string, at byte 8"},
		{"metadata is an array", `{"key":"on","metadata":[]}`, "metadata is not a JSON object"},
		{"metadata is a boolean", `{"key":"on","metadata":false}`, "metadata is not a JSON object"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			body := `{"good":{"key":"on"},"bad":` + tt.entry + `,"also good":{}}`
			reports := map[string]string{}
			got, err := decodeVariants([]byte(body), func(flagKey string, err error) {
				reports[flagKey] = err.Error()
			})
			require.NoError(t, err)
			assert.Equal(t, experiment.Variants{"good": {Key: "on"}, "also good": {}}, got)
			assert.Equal(t, map[string]string{"bad": tt.want}, reports)
		})
	}
}

// FuzzDecodeVariants checks that no response makes decodeVariants panic, that
// an error comes without variants, and that encoding and decoding the variants
// once more does not change them.
func FuzzDecodeVariants(f *testing.F) {
	for _, seed := range []string{
		``, `null`, `[]`, `{}`, `{"a":null}`, `{"a":{"key":"on","value":"on","payload":{"n":[1,2.5,"x",null,true]}}}`,
		`{"a":{"value":{"b" : [1, 2]},"metadata":{"default":true}}}`, `{"a":{"payload":12345678901234567890}}`,
		`{"a":{"payload":1e999}}`, `{"a":{},"a":{"key":"\ud800"}}`, `{"a":{"key":1},"b":{"unknown":[]}}`,
		`{"a":{"value":`, "\xff", "{\"\xff\":{}}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		report := func(flagKey string, err error) { require.Error(t, err, flagKey) }
		got, err := decodeVariants(body, report)
		if err != nil {
			require.Nil(t, got)
			return
		}
		encoded, err := json.Marshal(got)
		require.NoError(t, err)
		again, err := decodeVariants(encoded, func(flagKey string, err error) { t.Errorf("%q: %v", flagKey, err) })
		require.NoError(t, err)
		encodedAgain, err := json.Marshal(again)
		require.NoError(t, err)
		// If the body is not UTF-8, encoded may have a value's invalid bytes as
		// an escape, which encodedAgain has as U+FFFD.
		if utf8.Valid(body) {
			require.Equal(t, string(encoded), string(encodedAgain))
		}
	})
}
