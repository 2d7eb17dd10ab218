//go:build cgo

package local_test

import (
	"log/slog"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplitude/experiment-go-server/internal/testlog"
	"github.com/amplitude/experiment-go-server/internal/testservice"
)

func TestStartInBackground_WarnsOnceThatTheStreamFails(t *testing.T) {
	s := testservice.New(t)
	logger, log := testlog.New()
	options := config(s)
	options.Logger, options.StreamUpdates, options.StreamServerURL = logger, true, s.URL
	client := initialize(t, options)
	client.StartInBackground()
	down := testservice.Status(http.StatusBadRequest)
	s.Next(t).RespondAndNext(t, down).RespondAndNext(t, down).RespondAndNext(t, down)
	assert.Equal(t, []string{
		"the stream of flags failed; flags are polled until it works again",
		"cannot load flags; there are none yet, and loading them is retried",
	}, log.Messages(t, slog.LevelWarn))
	closeNow(t, client)
}
