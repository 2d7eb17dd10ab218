package experimenttest_test

import (
	"encoding/base64"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
)

func TestSetVariants_AreServed(t *testing.T) {
	server := start(t, nil)
	variants := experiment.Variants{
		"a": {Key: "on", Value: "on", Payload: map[string]any{"text": "<&>"},
			Metadata: map[string]any{"segmentName": "all"}},
		"b": {Key: "off", Metadata: map[string]any{"default": true}},
	}
	require.NoError(t, server.SetVariants(variants))
	require.NoError(t, server.SetUserVariants("vip", experiment.Variants{"a": {Key: "vip"}}))
	delete(variants, "a") // the Server has a copy

	const a = `{"key":"on","value":"on","payload":{"text":"<&>"},"metadata":{"segmentName":"all"}}`
	const b = `{"key":"off","metadata":{"default":true}}`
	const keysAandC = "WyJhIiwiYyJd"
	for _, tt := range []struct{ name, user, flagKeys, want string }{
		{"for everyone", `{"user_id":"u"}`, "", `{"a":` + a + `,"b":` + b + `}`},
		{"for an anonymous user", `{}`, "", `{"a":` + a + `,"b":` + b + `}`},
		{"for one user", `{"user_id":"vip"}`, "", `{"a":{"key":"vip"}}`},
		{"only the requested ones", `{"user_id":"u"}`, keysAandC, `{"a":` + a + `}`},
		{"for one user, only the requested ones", `{"user_id":"vip"}`, "WyJiIl0", `{}`},
		{"all, if none are requested", `{"user_id":"vip"}`, "W10", `{"a":{"key":"vip"}}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			header := http.Header{}
			if tt.flagKeys != "" {
				header.Set("X-Amp-Exp-Flag-Keys", tt.flagKeys)
			}
			post := send(t, server, "POST", "/sdk/v2/vardata", header, tt.user)
			assert.Equal(t, 200, post.status)
			assert.Equal(t, "application/json", post.header.Get("Content-Type"))
			assert.Equal(t, tt.want, post.body)

			header.Set("X-Amp-Exp-User", base64.StdEncoding.EncodeToString([]byte(tt.user)))
			assert.Equal(t, tt.want, send(t, server, "GET", "/sdk/v2/vardata", header, "").body)
		})
	}
}

func TestVardata_AcceptsAnyBase64(t *testing.T) {
	server := start(t, nil)
	const user = `{"user_id":"ÿ?>"}` // has both characters on which the alphabets differ
	require.NoError(t, server.SetUserVariants("ÿ?>", experiment.Variants{"f": {Key: "on"}}))
	for name, encoding := range map[string]*base64.Encoding{
		"standard": base64.StdEncoding, "standard unpadded": base64.RawStdEncoding,
		"URL-safe": base64.URLEncoding, "URL-safe unpadded": base64.RawURLEncoding,
	} {
		t.Run(name, func(t *testing.T) {
			header := http.Header{"X-Amp-Exp-User": {encoding.EncodeToString([]byte(user))}}
			got := send(t, server, "GET", "/sdk/v2/vardata", header, "")
			assert.Equal(t, `{"f":{"key":"on"}}`, got.body)
		})
	}
}

func TestSetVariants_FailsWithoutChange(t *testing.T) {
	server := start(t, nil)
	require.NoError(t, server.SetVariants(experiment.Variants{"f": {Key: "on"}}))
	bad := experiment.Variants{"g": {Key: "on", Payload: func() {}}}
	require.EqualError(t, server.SetVariants(bad),
		`setting variants: encoding the variant of flag "g": json: unsupported type: func()`)
	require.EqualError(t, server.SetUserVariants("u", bad),
		`setting variants of a user: encoding the variant of flag "g": json: unsupported type: func()`)
	assert.Equal(t, `{"f":{"key":"on"}}`, send(t, server, "POST", "/sdk/v2/vardata", nil, `{"user_id":"u"}`).body)
}

func TestSetUserVariants_EmptyAndNilDiffer(t *testing.T) {
	server := start(t, nil)
	require.NoError(t, server.SetVariants(experiment.Variants{"f": {Key: "on"}}))
	require.NoError(t, server.SetUserVariants("u", experiment.Variants{}))
	assert.Equal(t, `{}`, send(t, server, "POST", "/sdk/v2/vardata", nil, `{"user_id":"u"}`).body)
	require.NoError(t, server.SetUserVariants("u", nil))
	assert.Equal(t, `{"f":{"key":"on"}}`, send(t, server, "POST", "/sdk/v2/vardata", nil, `{"user_id":"u"}`).body)
}
