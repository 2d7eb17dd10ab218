package datasource_test

import (
	"context"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/datasource"
	"github.com/amplitude/experiment-go-server/internal/testservice"
)

// stalls are responses that never bring a first document.
var stalls = map[string]http.HandlerFunc{
	"before the header": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
	"after the header":  stallAfter(""),
	"after keepalives":  stallAfter(keepalive + keepalive),
	"within the event":  stallAfter("data: [1]\n"),
	"drips":             drip("x"),
	"drips comments":    drip(": x\n"),
	"drips keepalives":  drip(keepalive),
}

// stallAfter returns a response that begins a stream with the text and then
// sends nothing.
func stallAfter(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, text)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}
}

// drip returns a stream that repeats the text, fast for the short limits of
// tests.
func drip(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for r.Context().Err() == nil {
			_, _ = io.WriteString(w, text)
			_ = http.NewResponseController(w).Flush()
			time.Sleep(time.Millisecond)
		}
	}
}

func TestStreamConnect_EndsAfterTheConnectTimeout(t *testing.T) {
	for name, respond := range stalls {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := testservice.New(t)
			stream := newStream(t, service.URL, func(o *datasource.StreamOptions) { o.ConnectTimeout = short })
			outcome := connect(t, t.Context(), stream)
			service.Next(t).Respond(respond)
			require.EqualError(t, testservice.Receive(t, outcome).err,
				"no flags arrived within the connect timeout of 30ms")
		})
	}
}

func TestStreamConnect_EndsWithTheContext(t *testing.T) {
	for name, respond := range stalls {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := testservice.New(t)
			ctx, cancel := context.WithCancel(t.Context())
			outcome := connect(t, ctx, newStream(t, service.URL))
			service.Next(t).Respond(respond)
			cancel()
			require.Equal(t, context.Canceled, testservice.Receive(t, outcome).err)
		})
	}
}

// A byte a second, from a broken server or a proxy, must not keep a connection
// that brings nothing.
func TestConnectionNext_FailsIfNothingIsComplete(t *testing.T) {
	for _, tt := range []struct{ name, text string }{
		{"silence", ""},
		{"a drip of bytes", "x"},
		{"a drip of lines", "data: x\n"},
		{"a drip of blank lines", "\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, server := connected(t, func(o *datasource.StreamOptions) { o.KeepaliveLimit = short })
			failed := nextFails(c)
			for open := tt.text != ""; open; {
				select {
				case server.text <- tt.text:
				case <-server.gone:
					open = false
				}
			}
			require.EqualError(t, testservice.Receive(t, failed), "the service sent nothing for 30ms")
			server.requireGone()
		})
	}
}

func TestConnectionNext_IsKeptAliveByEventsAndComments(t *testing.T) {
	for _, tt := range []struct{ name, text string }{
		{"comments", ": x\n"},
		{"comments with a blank line", ":\n\n"},
		{"named events", "event: x\ndata: x\n\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			const limit = 500 * time.Millisecond
			c, server := connected(t, func(o *datasource.StreamOptions) { o.KeepaliveLimit = limit })
			failed := nextFails(c)
			for began := time.Now(); time.Since(began) < 3*limit; {
				server.send(tt.text)
				time.Sleep(limit / 50)
			}
			assert.Empty(t, failed)
			c.Interrupt(io.EOF)
			require.Equal(t, io.EOF, testservice.Receive(t, failed))
		})
	}
}

func TestConnectionNext_CountsNoSilenceBetweenCalls(t *testing.T) {
	const limit = 300 * time.Millisecond
	c, server := connected(t, func(o *datasource.StreamOptions) { o.KeepaliveLimit = limit })
	time.Sleep(limit + short) // the receiver takes its time
	server.send(keepalive)
	assert.Empty(t, c.next(t))
}
