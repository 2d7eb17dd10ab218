package experimenttest_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experimenttest"
)

func TestSetFlags_ServesTheDocument(t *testing.T) {
	const flag = `{"key":"f", "variants":{},"segments":[],"metadata":{"n":1.0}}`
	for _, tt := range []struct{ name, document, want string }{
		{"an array, byte for byte", " [\n" + flag + " ]\n", " [\n" + flag + " ]\n"},
		{"an empty array", "[]", "[]"},
		{"an object, as an array of its members in order",
			`{"z":` + flag + `, "a" : {"key":"a","variants":{},"segments":[]}}`,
			`[` + flag + `,{"key":"a","variants":{},"segments":[]}]`},
		{"an empty object", " {}", "[]"},
		{"a malformed flag among others", `[7,` + flag + `]`, `[7,` + flag + `]`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := start(t, &experimenttest.Config{Flags: []byte(tt.document)})
			assert.Equal(t, tt.want, send(t, server, "GET", "/sdk/v2/flags", nil, "").body)
		})
	}
}

func TestSetFlags_KeepsACopy(t *testing.T) {
	document := []byte(`[{"key":"f","variants":{},"segments":[]}]`)
	server := start(t, nil)
	require.NoError(t, server.SetFlags(document))
	clear(document)
	assert.Equal(t, `[{"key":"f","variants":{},"segments":[]}]`, send(t, server, "GET", "/sdk/v2/flags", nil, "").body)
}

func TestSetFlags_FailsWithoutChange(t *testing.T) {
	server := start(t, &experimenttest.Config{Flags: []byte(`[ ]`)})
	require.EqualError(t, server.SetFlags(nil), "setting flags: decoding the document: unexpected end of JSON input")
	require.EqualError(t, server.SetFlags([]byte("null")),
		"setting flags: the document is not a JSON array or object of flags")
	assert.Equal(t, "[ ]", send(t, server, "GET", "/sdk/v2/flags", nil, "").body)
}

func TestFlags_ETagChangesWithFlags(t *testing.T) {
	server := start(t, nil)
	first := send(t, server, "GET", "/sdk/v2/flags", nil, "")
	etag := first.header.Get("ETag")
	assert.Regexp(t, `^"[0-9a-f]{64}"$`, etag)

	for _, tt := range []struct {
		ifNoneMatch []string
		status      int
	}{
		{[]string{etag}, 304},
		{[]string{"W/" + etag}, 304},
		{[]string{`"other", ` + etag}, 304},
		{[]string{`"other"`, etag}, 304},
		{[]string{"*"}, 304},
		{[]string{`"other"`}, 200},
		{[]string{""}, 200},
	} {
		got := send(t, server, "GET", "/sdk/v2/flags", http.Header{"If-None-Match": tt.ifNoneMatch}, "")
		assert.Equal(t, tt.status, got.status, tt.ifNoneMatch)
		assert.Equal(t, etag, got.header.Get("ETag"), tt.ifNoneMatch)
		assert.Equal(t, tt.status == 304, got.body == "", tt.ifNoneMatch)
	}

	require.NoError(t, server.SetFlags([]byte(`[{"key":"f","variants":{},"segments":[]}]`)))
	changed := send(t, server, "GET", "/sdk/v2/flags", http.Header{"If-None-Match": {etag}}, "")
	assert.Equal(t, 200, changed.status)
	assert.NotEqual(t, etag, changed.header.Get("ETag"))

	require.NoError(t, server.SetFlags([]byte(`[]`)))
	assert.Equal(t, 304, send(t, server, "GET", "/sdk/v2/flags", http.Header{"If-None-Match": {etag}}, "").status)
}
