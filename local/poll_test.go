//go:build cgo

package local_test

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/local"
)

func TestAnAnswerThatIsNoDocumentKeepsTheLastGoodFlags(t *testing.T) {
	for _, tt := range []struct {
		name   string
		answer http.HandlerFunc
	}{
		{"status 500", status(500)},
		{"status 401", status(401)},
		{"status 204", status(204)},
		{"status 500 with flags", func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(500)
			flags(document("bad", "f"))(w, r)
		}},
		{"status 202 with flags", func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(202)
			flags(document("bad", "f"))(w, r)
		}},
		{"status 304 unasked", status(304)},
		{"empty", flags("")},
		{"null", flags("null")},
		{"no JSON", flags("<html>")},
		{"half a document", flags(document("bad", "f")[:40])},
		{"cut body", cut},
		{"oversized", oversized},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newService(t)
			c := config(s)
			logger, log := newLog()
			c.Logger = logger
			client := initialize(t, c)
			poll := start(t, s, client, flags(document("good", "f")))
			poll = poll.answer(t, s, tt.answer)
			poll = poll.answer(t, s, tt.answer)
			assert.Equal(t, "good", value(t, client, "f"))
			assert.Equal(t, []string{"polling for flags failed; the last good flags stay in use"}, log.of(t, slog.LevelWarn),
				"one warning, however many polls fail")

			poll = poll.answer(t, s, flags(document("better", "f")))
			assert.Equal(t, "better", value(t, client, "f"))
			assert.Equal(t, []string{"polling for flags works again"}, log.of(t, slog.LevelInfo))

			poll.answer(t, s, tt.answer)
			assert.Len(t, log.of(t, slog.LevelWarn), 2, "a failure after a success is new")
			assert.NotContains(t, log.String(), deploymentKey)
		})
	}
}

func TestTheServiceGoingAwayKeepsTheLastGoodFlags(t *testing.T) {
	s := newService(t)
	c := config(s)
	logger, log := newLog()
	c.Logger = logger
	client := initialize(t, c)
	poll := start(t, s, client, flags(document("good", "f")))
	poll.reply <- flags(document("good", "f"))
	require.NoError(t, s.Listener.Close())
	s.CloseClientConnections()
	require.Eventually(t, func() bool { return len(log.of(t, slog.LevelWarn)) > 0 }, patience, time.Millisecond)
	assert.Equal(t, "good", value(t, client, "f"))
}

func TestAnEmptyDocumentIsADocument(t *testing.T) {
	s := newService(t)
	client := initialize(t, config(s))
	start(t, s, client, flags(document("1", "f"))).answer(t, s, flags("[]"))
	variants, err := client.Evaluate(nobody)
	require.NoError(t, err)
	assert.Empty(t, variants)
}

func TestUnchangedBytesChangeNothing(t *testing.T) {
	s := newService(t)
	c := config(s)
	logger, log := newLog()
	c.Logger = logger
	client := initialize(t, c)
	good := document("1", "f")
	text := good[:len(good)-1] + `,{"key":"malformed","segments":7}]`
	poll := start(t, s, client, flags(text))
	before, _ := client.Variant(nobody, "f")
	poll = poll.answer(t, s, flags(text))
	poll.answer(t, s, tagged(text, `"1"`))
	after, _ := client.Variant(nobody, "f")
	assert.Equal(t, before, after)
	loads := 0
	for _, message := range log.of(t, slog.LevelDebug) {
		if message == "using new flags" {
			loads++
		}
	}
	assert.Equal(t, 1, loads)
	assert.Len(t, log.of(t, slog.LevelWarn), 1, "what is wrong with the flags is not said again")
}

func TestTheETagOfTheFlagsInUseIsSent(t *testing.T) {
	s := newService(t)
	client := initialize(t, config(s))
	none := func(e *exchange) {
		t.Helper()
		assert.NotContains(t, e.Header, "If-None-Match")
	}
	result := started(t, client)
	first := s.next(t)
	none(first)
	first.reply <- tagged(document("1", "f"), `"one"`)
	require.NoError(t, receive(t, result))

	poll := s.next(t)
	assert.Equal(t, `"one"`, poll.Header.Get("If-None-Match"))
	poll = poll.answer(t, s, status(http.StatusNotModified))
	assert.Equal(t, "1", value(t, client, "f"))
	assert.Equal(t, `"one"`, poll.Header.Get("If-None-Match"), "304 keeps it")
	poll = poll.answer(t, s, tagged("<html>", `"bad"`))
	assert.Equal(t, `"one"`, poll.Header.Get("If-None-Match"), "that of an answer that cannot be used is not kept")
	poll = poll.answer(t, s, status(500))
	assert.Equal(t, `"one"`, poll.Header.Get("If-None-Match"), "a failure keeps it")
	poll = poll.answer(t, s, tagged(document("1", "f"), `"two"`))
	assert.Equal(t, `"two"`, poll.Header.Get("If-None-Match"), "a new name for the same bytes")
	poll = poll.answer(t, s, flags(document("3", "f")))
	assert.Equal(t, "3", value(t, client, "f"))
	none(poll)
}

func TestTheETagOfARefusedFirstDocumentIsForgotten(t *testing.T) {
	s := newService(t)
	c := config(s)
	c.Bootstrap = []byte(document("bootstrap", "f"))
	client := initialize(t, c)
	poll := start(t, s, client, tagged("null", `"bad"`))
	assert.NotContains(t, poll.Header, "If-None-Match")
}

func TestPollsDoNotOverlap(t *testing.T) {
	s := newService(t)
	c := config(s)
	c.FlagConfigPollingInterval = time.Microsecond
	client := initialize(t, c)
	poll := start(t, s, client, flags(document("1", "f")))
	for range 20 {
		select {
		case <-s.requests:
			require.FailNow(t, "a second poll came before the first was answered")
		case <-time.After(time.Millisecond): // a thousand intervals; nothing tells that nothing happens
		}
	}
	poll.answer(t, s, flags(document("2", "f")))
	assert.Equal(t, "2", value(t, client, "f"))
}

func TestAMalformedFlagIsReportedAndSpoilsNoOther(t *testing.T) {
	s := newService(t)
	c := config(s)
	logger, log := newLog()
	c.Logger = logger
	client := initialize(t, c)
	good := document("1", "f")
	text := good[:len(good)-1] + `,{"key":"broken","segments":"none","variants":{}}]`
	poll := start(t, s, client, flags(text))
	assert.Equal(t, "1", value(t, client, "f"))
	_, ok := client.Variant(nobody, "broken")
	assert.False(t, ok)
	assert.Equal(t, []string{"problem in a flag config"}, log.of(t, slog.LevelWarn))
	assert.Contains(t, log.String(), `"flag":"broken"`)
	poll.answer(t, s, flags(text+" "))
	assert.Len(t, log.of(t, slog.LevelWarn), 2, "once for each document")
}

func TestManyMalformedFlagsAreSummedUp(t *testing.T) {
	logger, log := newLog()
	malformed := strings.TrimSuffix(strings.Repeat(`{"key":"broken"},`, 50), ",")
	initialize(t, &local.Config{Logger: logger, Bootstrap: []byte("[" + malformed + "]")})
	warnings := log.of(t, slog.LevelWarn)
	require.Len(t, warnings, 21)
	assert.Equal(t, "more problems in flag configs", warnings[20])
	assert.Contains(t, log.String(), `"number":30`)
}

var nobody = &experiment.User{}
