//go:build cgo

package updater_test

import (
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/testservice"
)

func TestPoll_KeepsTheLastGoodFlagsAndWarnsOncePerOutage(t *testing.T) {
	badFlags := testservice.Flags("bad", "f")
	for _, tt := range []struct {
		name     string
		response http.HandlerFunc
	}{
		{"status 500", testservice.Status(500)},
		{"status 401", testservice.Status(401)},
		{"status 204", testservice.Status(204)},
		{"status 500 with flags", func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(500)
			badFlags(w, r)
		}},
		{"status 202 with flags", func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(202)
			badFlags(w, r)
		}},
		{"unexpected status 304", testservice.Status(304)},
		{"empty", testservice.Body("")},
		{"null", testservice.Body("null")},
		{"not JSON", testservice.Body("<html>")},
		{"half a document", testservice.Body(testservice.Document("bad", "f")[:40])},
		{"truncated body", testservice.Truncated},
		{"oversized", testservice.Oversized},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := testservice.New(t)
			options, log := logged(optionsFor(t, s))
			u := newUpdater(t, options)
			poll := start(t, s, u, testservice.Flags("good", "f"))
			poll = poll.RespondAndNext(t, tt.response)
			poll = poll.RespondAndNext(t, tt.response)
			assert.Equal(t, "good", value(t, u, "f"))
			assert.Equal(t, []string{"polling for flags failed; the last good flags stay in use"},
				log.Messages(t, slog.LevelWarn), "one warning, however many polls fail")

			poll = poll.RespondAndNext(t, testservice.Flags("better", "f"))
			assert.Equal(t, "better", value(t, u, "f"))
			assert.Equal(t, []string{"polling for flags works again"}, log.Messages(t, slog.LevelInfo))

			poll.RespondAndNext(t, tt.response)
			assert.Len(t, log.Messages(t, slog.LevelWarn), 2, "a failure after a success is new")
			assert.NotContains(t, log.String(), deploymentKey)
		})
	}
}

func TestPoll_PublishesNothingIfTheBytesAreUnchanged(t *testing.T) {
	s := testservice.New(t)
	options, log := logged(optionsFor(t, s))
	u := newUpdater(t, options)
	good := testservice.Document("1", "f")
	document := good[:len(good)-1] + `,{"key":"malformed","segments":7}]`
	poll := start(t, s, u, testservice.Body(document))
	before := u.Current()
	poll = poll.RespondAndNext(t, testservice.Body(document))
	poll.RespondAndNext(t, testservice.BodyWithETag(document, `"1"`))
	assert.Same(t, before, u.Current())
	published := 0
	for _, message := range log.Messages(t, slog.LevelDebug) {
		if message == "using new flags" {
			published++
		}
	}
	assert.Equal(t, 1, published)
	assert.Len(t, log.Messages(t, slog.LevelWarn), 1, "a problem in the flags is not reported again")
}

func TestPoll_KeepsWhatWasDecodedOfUnchangedFlags(t *testing.T) {
	s := testservice.New(t)
	u := newUpdater(t, optionsFor(t, s))
	poll := start(t, s, u, testservice.Flags("1", "f"))
	current, decoded := u.Current(), variant(t, u, "f")
	poll.RespondAndNext(t, testservice.Flags("1", "f", "g"))
	assert.NotSame(t, current, u.Current())
	assert.Same(t, decoded, variant(t, u, "f"))
}

func TestPoll_SendsTheETagOfTheFlagsInUse(t *testing.T) {
	s := testservice.New(t)
	u := newUpdater(t, optionsFor(t, s))
	result := startInBackground(t, u)
	load := s.Next(t)
	assert.NotContains(t, load.Header, "If-None-Match")
	load.Respond(testservice.BodyWithETag(testservice.Document("1", "f"), `"one"`))
	require.NoError(t, testservice.Receive(t, result))

	poll := s.Next(t)
	assert.Equal(t, `"one"`, poll.Header.Get("If-None-Match"))
	poll = poll.RespondAndNext(t, testservice.Status(http.StatusNotModified))
	assert.Equal(t, "1", value(t, u, "f"))
	assert.Equal(t, `"one"`, poll.Header.Get("If-None-Match"), "304 keeps it")
	poll = poll.RespondAndNext(t, testservice.BodyWithETag("<html>", `"bad"`))
	assert.Equal(t, `"one"`, poll.Header.Get("If-None-Match"), "the ETag of a bad document is not kept")
	poll = poll.RespondAndNext(t, testservice.Status(500))
	assert.Equal(t, `"one"`, poll.Header.Get("If-None-Match"), "a failure keeps it")
	poll = poll.RespondAndNext(t, testservice.BodyWithETag(testservice.Document("1", "f"), `"two"`))
	assert.Equal(t, `"two"`, poll.Header.Get("If-None-Match"), "a new ETag for the same bytes")
	poll = poll.RespondAndNext(t, testservice.Flags("3", "f"))
	assert.Equal(t, "3", value(t, u, "f"))
	assert.NotContains(t, poll.Header, "If-None-Match")
}

func TestPoll_DoesNotSendTheETagOfABadFirstDocument(t *testing.T) {
	s := testservice.New(t)
	u := newUpdater(t, bootstrapped(t, optionsFor(t, s), "bootstrap", "f"))
	poll := start(t, s, u, testservice.BodyWithETag("null", `"bad"`))
	assert.NotContains(t, poll.Header, "If-None-Match")
}

func TestPoll_DoesNotOverlapWithTheNext(t *testing.T) {
	s := testservice.New(t)
	options := optionsFor(t, s)
	options.Interval = time.Microsecond
	u := newUpdater(t, options)
	poll := start(t, s, u, testservice.Flags("1", "f"))
	for range 20 {
		select {
		case <-s.Requests():
			require.FailNow(t, "a second poll came before the response to the first")
		case <-time.After(time.Millisecond): // a thousand intervals
		}
	}
	poll.RespondAndNext(t, testservice.Flags("2", "f"))
	assert.Equal(t, "2", value(t, u, "f"))
}
