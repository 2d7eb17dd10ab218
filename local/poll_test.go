//go:build cgo

package local_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/testlog"
	"github.com/amplitude/experiment-go-server/internal/testservice"
)

// Package updater tests how polls treat responses, failures and ETags.

func TestPoll_KeepsTheLastGoodFlagsWhenTheServiceGoesAway(t *testing.T) {
	s := testservice.New(t)
	c := config(s)
	logger, log := testlog.New()
	c.Logger = logger
	client := initialize(t, c)
	poll := start(t, s, client, testservice.Flags("good", "f"))
	poll.Respond(testservice.Flags("good", "f"))
	require.NoError(t, s.Listener.Close())
	s.CloseClientConnections()
	warned := func() bool { return len(log.Messages(t, slog.LevelWarn)) > 0 }
	require.Eventually(t, warned, testservice.Timeout, time.Millisecond)
	assert.Equal(t, "good", value(t, client, "f"))
}

func TestPoll_AcceptsAnEmptyDocument(t *testing.T) {
	s := testservice.New(t)
	client := initialize(t, config(s))
	start(t, s, client, testservice.Flags("1", "f")).RespondAndNext(t, testservice.Body("[]"))
	variants, err := client.Evaluate(nobody)
	require.NoError(t, err)
	assert.Empty(t, variants)
}

func TestPoll_ReportsAMalformedFlagAndKeepsTheOthers(t *testing.T) {
	s := testservice.New(t)
	c := config(s)
	logger, log := testlog.New()
	c.Logger = logger
	client := initialize(t, c)
	good := testservice.Document("1", "f")
	document := good[:len(good)-1] + `,{"key":"broken","segments":"none","variants":{}}]`
	poll := start(t, s, client, testservice.Body(document))
	assert.Equal(t, "1", value(t, client, "f"))
	_, ok := client.Variant(nobody, "broken")
	assert.False(t, ok)
	assert.Equal(t, []string{"problem in a flag config"}, log.Messages(t, slog.LevelWarn))
	assert.Contains(t, log.String(), `"flag":"broken"`)
	poll.RespondAndNext(t, testservice.Body(document+" "))
	assert.Len(t, log.Messages(t, slog.LevelWarn), 2, "once for each document")
}
