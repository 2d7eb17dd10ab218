//go:build cgo

package updater_test

import (
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/testservice"
)

// badDocuments are JSON that is not a document of flags, with the error.
var badDocuments = []struct{ name, document, want string }{
	{"empty object", `{}`, "the document is a JSON object, not an array of flags"},
	{"message", ` {"message":"maintenance"}`, "the document is a JSON object, not an array of flags"},
	{
		"flags by key", `{"f":{"key":"f","segments":[],"variants":{}}}`,
		"the document is a JSON object, not an array of flags",
	},
	{"string", `"maintenance"`, "the document is a JSON string, not an array of flags"},
	{"null", `null`, "the document is a JSON null, not an array of flags"},
	{"array of a string", `["error"]`, `its only flag is not usable: flag "" (entry 0, byte 1): `},
	{"array of null", `[null]`, `its only flag is not usable: flag "" (entry 0, byte 1): `},
	{
		"malformed flags", `[{"key":"a"},{"key":"b"},{"key":"c","segments":7}]`,
		`none of its 3 flags is usable: flag "a" (entry 0, byte `,
	},
	{
		"a cycle", `[{"key":"a","dependencies":["a"],"segments":[],"variants":{}}]`,
		`its only flag is not usable: flag "a" is on, or depends on, the dependency cycle "a" → "a"`,
	},
}

func TestStart_FailsIfTheDocumentHasNoUsableFlag(t *testing.T) {
	for _, tt := range badDocuments {
		t.Run(tt.name, func(t *testing.T) {
			s := testservice.New(t)
			u := newUpdater(t, optionsFor(t, s))
			result := startInBackground(t, u)
			s.Next(t).Respond(testservice.Body(tt.document))
			require.ErrorContains(t, testservice.Receive(t, result), tt.want)
			assert.Nil(t, u.Current())
		})
	}
}

func TestStart_KeepsTheBootstrapIfTheDocumentHasNoUsableFlag(t *testing.T) {
	for _, tt := range badDocuments {
		t.Run(tt.name, func(t *testing.T) {
			s := testservice.New(t)
			options, log := logged(bootstrapped(t, optionsFor(t, s), "bootstrap", "f"))
			u := newUpdater(t, options)
			start(t, s, u, testservice.Body(tt.document))
			assert.Equal(t, "bootstrap", value(t, u, "f"))
			assert.Equal(t, []string{"cannot load flags; the flags of the Bootstrap stay in use"},
				log.Messages(t, slog.LevelWarn))
		})
	}
}

func TestPoll_KeepsTheLastGoodFlagsIfTheDocumentHasNoUsableFlag(t *testing.T) {
	for _, tt := range badDocuments {
		t.Run(tt.name, func(t *testing.T) {
			s := testservice.New(t)
			options, log := logged(optionsFor(t, s))
			u := newUpdater(t, options)
			poll := start(t, s, u, testservice.BodyWithETag(testservice.Document("good", "f"), `"good"`))
			poll = poll.RespondAndNext(t, testservice.BodyWithETag(tt.document, `"bad"`))
			assert.Equal(t, "good", value(t, u, "f"))
			assert.Equal(t, `"good"`, poll.Header.Get("If-None-Match"))
			assert.Equal(t, []string{"polling for flags failed; the last good flags stay in use"},
				log.Messages(t, slog.LevelWarn))
		})
	}
}

// A Bootstrap may be an object of flags by key, a document of the service not.
func TestStart_RejectsTheBytesOfABootstrapByKey(t *testing.T) {
	const byKey = `{"f":{"key":"f","segments":[{"variant":"v"}],"variants":{"v":{"key":"v","value":"bootstrap"}}}}`
	s := testservice.New(t)
	options, log := logged(optionsFor(t, s))
	options.Bootstrap = compile(t, byKey)
	u := newUpdater(t, options)
	start(t, s, u, testservice.Body(byKey))
	assert.Equal(t, "bootstrap", value(t, u, "f"))
	assert.Len(t, log.Messages(t, slog.LevelWarn), 1)
}

func TestPoll_AcceptsAnEmptyArray(t *testing.T) {
	for _, document := range []string{"[]", " [ ] "} {
		s := testservice.New(t)
		options, log := logged(optionsFor(t, s))
		u := newUpdater(t, options)
		start(t, s, u, testservice.Flags("1", "f")).RespondAndNext(t, testservice.Body(document))
		assert.Zero(t, u.Current().NumFlags())
		assert.Empty(t, log.Messages(t, slog.LevelWarn))
	}
}
