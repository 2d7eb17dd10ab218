//go:build cgo

package updater_test

import (
	"context"
	"log/slog"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/testservice"
	"github.com/amplitude/experiment-go-server/internal/updater"
)

// hook is a log handler that calls a function at each record.
type hook struct{ call func(slog.Record) }

func (h hook) Enabled(context.Context, slog.Level) bool { return true }

func (h hook) Handle(_ context.Context, record slog.Record) error {
	h.call(record)
	return nil
}

func (h hook) WithAttrs([]slog.Attr) slog.Handler { return h }

func (h hook) WithGroup(string) slog.Handler { return h }

// A handler calls Close at the first record with this message. The responses
// cause the record in Start or in a poll.
func TestClose_MayBeCalledByTheLogHandler(t *testing.T) {
	good := testservice.Document("1", "f")
	for _, tt := range []struct {
		message   string
		bootstrap bool
		responses []http.HandlerFunc
		inStart   bool
	}{
		{"using new flags", false, []http.HandlerFunc{testservice.Body(good)}, true},
		{
			"problem in a flag config", false,
			[]http.HandlerFunc{testservice.Body(good[:len(good)-1] + `,{"key":"bad"}]`)}, true,
		},
		{
			"retrying a request to the experiment service", false,
			[]http.HandlerFunc{testservice.Status(503)}, true,
		},
		{
			"cannot load flags; the flags of the Bootstrap stay in use", true,
			[]http.HandlerFunc{testservice.Status(401)}, true,
		},
		{
			"polling for flags failed; the last good flags stay in use", false,
			[]http.HandlerFunc{testservice.Body(good), testservice.Status(500)}, false,
		},
		{
			"polling for flags failed again", false,
			[]http.HandlerFunc{testservice.Body(good), testservice.Status(500), testservice.Status(500)}, false,
		},
		{
			"polling for flags works again", false,
			[]http.HandlerFunc{testservice.Body(good), testservice.Status(500), testservice.Body(good)}, false,
		},
	} {
		t.Run(tt.message, func(t *testing.T) {
			s := testservice.New(t)
			var u *updater.Updater
			closed := make(chan struct{})
			var after atomic.Int64 // records after the one that closes
			options := optionsFor(t, s)
			if tt.bootstrap {
				options = bootstrapped(t, options, "bootstrap", "f")
			}
			logger := slog.New(hook{func(record slog.Record) {
				select {
				case <-closed:
					after.Add(1)
				default:
					if record.Message == tt.message {
						_ = u.Close()
						close(closed)
					}
				}
			}})
			options.Logger, options.Source.Logger = logger, logger
			u = newUpdater(t, options)
			result := startInBackground(t, u)
			for _, response := range tt.responses {
				s.Next(t).Respond(response)
			}
			testservice.Receive(t, closed)
			err := testservice.Receive(t, result)
			if tt.inStart {
				require.ErrorIs(t, err, updater.ErrClosed)
			} else {
				require.NoError(t, err)
			}
			closeNow(t, u)
			assert.Zero(t, after.Load(), "records after Close")
			s.RequireNoRequest(t)
		})
	}
}

// A handler that takes long, such as one that writes to a full pipe, does not
// hold up Close.
func TestClose_DoesNotWaitForTheLogHandler(t *testing.T) {
	s := testservice.New(t)
	logging, release := make(chan struct{}), make(chan struct{})
	options := optionsFor(t, s)
	options.Logger = slog.New(hook{func(record slog.Record) {
		if record.Level == slog.LevelWarn {
			close(logging)
			<-release
		}
	}})
	u := newUpdater(t, options)
	start(t, s, u, testservice.Flags("1", "f")).Respond(testservice.Status(500))
	testservice.Receive(t, logging)
	closeNow(t, u)
	close(release)
}

func TestLogger_KeepsItsAttributesAndGroups(t *testing.T) {
	s := testservice.New(t)
	options, log := logged(optionsFor(t, s))
	options.Logger = options.Logger.With("service", "shop").WithGroup("flags")
	u := newUpdater(t, options)
	start(t, s, u, testservice.Flags("1", "f")).RespondAndNext(t, testservice.Status(500))
	assert.Contains(t, log.String(), `"service":"shop","flags":{"flags":1}`)
	assert.Contains(t, log.String(), `"service":"shop","flags":{"error":"status 500`)
}
