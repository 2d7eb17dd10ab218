//go:build cgo

package experimenttest_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/experimenttest"
)

// flags has a flag for a user, a flag for a group, an undeployed flag that
// another one depends on, and a cycle.
const flags = `[
 {"key":"beta","metadata":{"flagVersion":3},
  "variants":{"on":{"key":"on","value":"on","payload":{"n":12345678901234567}},
              "off":{"key":"off","metadata":{"default":true}}},
  "segments":[{"metadata":{"segmentName":"testers"},"variant":"on",
               "conditions":[[{"selector":["context","user","user_properties","tester"],
                               "op":"is","values":["12345678901234567"]}]]},
              {"variant":"off"}]},
 {"key":"hidden","metadata":{"deployed":false},"variants":{"on":{"key":"on"}},"segments":[{"variant":"on"}]},
 {"key":"child","dependencies":["hidden"],"variants":{"yes":{"key":"yes"}},
  "segments":[{"conditions":[[{"selector":["result","hidden","key"],"op":"is","values":["on"]}]],"variant":"yes"}]},
 {"key":"org","variants":{"acme":{"key":"acme"}},
  "segments":[{"conditions":[[{"selector":["context","groups","org","group_name"],"op":"is","values":["acme"]}]],
               "variant":"acme"}]},
 {"key":"loop","dependencies":["loop"],"variants":{"on":{"key":"on"}},"segments":[{"variant":"on"}]}
]`

func TestVardata_EvaluatesFlags(t *testing.T) {
	server := start(t, &experimenttest.Config{Flags: []byte(flags)})
	const off = `{"key":"off","metadata":{"default":true,"flagVersion":3}}`
	const on = `{"key":"on","value":"on","payload":{"n":12345678901234567},` +
		`"metadata":{"flagVersion":3,"segmentName":"testers"}}`
	const hidden = `{"key":"on","metadata":{"deployed":false}}`
	for _, tt := range []struct{ name, user, flagKeys, want string }{
		{"with default and undeployed variants", `{"user_id":"u"}`, "",
			`{"beta":` + off + `,"child":{"key":"yes"},"hidden":` + hidden + `}`},
		{"a property, digit for digit", `{"user_properties":{"tester":12345678901234567}}`, "WyJiZXRhIl0",
			`{"beta":` + on + `}`},
		{"a group", `{"groups":{"org":["acme"]}}`, "WyJvcmciXQ", `{"org":{"key":"acme"}}`},
		{"only the requested flags, not their dependencies", `{}`, "WyJjaGlsZCIsIm5vbmUiXQ", `{"child":{"key":"yes"}}`},
		{"nothing, if all requested flags are unknown", `{}`, "WyJub25lIl0", `{}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			header := http.Header{}
			if tt.flagKeys != "" {
				header.Set("X-Amp-Exp-Flag-Keys", tt.flagKeys)
			}
			got := send(t, server, "POST", "/sdk/v2/vardata", header, tt.user)
			assert.Equal(t, 200, got.status)
			assert.Equal(t, tt.want, got.body)
		})
	}
}

func TestVardata_RejectsFlagOnCycle(t *testing.T) {
	server := start(t, &experimenttest.Config{Flags: []byte(flags)})
	got := send(t, server, "POST", "/sdk/v2/vardata", http.Header{"X-Amp-Exp-Flag-Keys": {"WyJsb29wIl0"}}, `{}`)
	assert.Equal(t, 400, got.status)
	assert.Contains(t, got.body, `400 Bad Request: evaluating flags: `)
	assert.Contains(t, got.body, `"loop" → "loop"`)
}

func TestVardata_FollowsSetFlagsAndSetVariants(t *testing.T) {
	server := start(t, nil)
	vardata := func() string { return send(t, server, "POST", "/sdk/v2/vardata", nil, `{"user_id":"u"}`).body }
	assert.Equal(t, `{}`, vardata())
	const f = `{"key":"f","variants":{"on":{"key":"on"}},"segments":[{"variant":"on"}]}`
	require.NoError(t, server.SetFlags([]byte(`{"f":`+f+`}`)))
	assert.Equal(t, `{"f":{"key":"on"}}`, vardata())
	require.NoError(t, server.SetVariants(experiment.Variants{"f": {Key: "set"}}))
	assert.Equal(t, `{"f":{"key":"set"}}`, vardata())
	require.NoError(t, server.SetVariants(nil))
	assert.Equal(t, `{"f":{"key":"on"}}`, vardata())
}
