package experimenttest_test

import (
	"io"
	"net/http"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experimenttest"
)

func TestFault_EndsAStream(t *testing.T) {
	const event = "data: [1]\n\n"
	cut := experimenttest.CutStream
	for _, tt := range []struct {
		name  string
		fault experimenttest.Fault
		want  []string
		err   error
	}{
		{"cut before the first document", cut(0), []string{""}, io.ErrUnexpectedEOF},
		{"cut after the first document", cut(1), []string{event, ""}, io.ErrUnexpectedEOF},
		{"cut after the second document", cut(2), []string{event, "data: [2]\n\n", ""}, io.ErrUnexpectedEOF},
		{"cut within a document", experimenttest.Fault{CutAfter: 8}, []string{"data: [1"}, io.ErrUnexpectedEOF},
		{"cut between the line breaks", experimenttest.Fault{CutAfter: len(event) - 1},
			[]string{"data: [1]\n"}, io.ErrUnexpectedEOF},
		{"cut right after a document", experimenttest.Fault{CutAfter: len(event)},
			[]string{event, ""}, io.ErrUnexpectedEOF},
		{"ended within a document", experimenttest.Fault{CutAfter: 8, Ending: experimenttest.EndCleanly},
			[]string{"data: [1"}, io.EOF},
		{"ended before the first document", experimenttest.EndStream(0), []string{""}, io.EOF},
		{"ended after the first document", experimenttest.EndStream(1), []string{event, ""}, io.EOF},
		{"reset", experimenttest.Fault{CutEvents: 1, Ending: experimenttest.EndByReset},
			[]string{event, ""}, syscall.ECONNRESET},
		{"garbage", experimenttest.GarbageEvent(), []string{"data: [{\"key\":\xff <html>\n\n", ""}, io.EOF},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := start(t, &experimenttest.Config{Flags: []byte("[1]")})
			require.NoError(t, server.Fail(experimenttest.EndpointStream, tt.fault))
			stream := open(t, server)
			assert.Equal(t, "text/event-stream", stream.Header.Get("Content-Type"))
			for i, want := range tt.want {
				if i == 1 {
					require.NoError(t, server.SetFlags([]byte("[2]")))
				}
				got, err := stream.event()
				assert.Equal(t, want, got)
				if i == len(tt.want)-1 {
					require.ErrorIs(t, err, tt.err)
				}
			}
			open(t, server).requireEvent(t, map[bool]string{true: event, false: "data: [2]\n\n"}[len(tt.want) == 1])
		})
	}
}

func TestFault_ReplacesAStream(t *testing.T) {
	server := start(t, nil)
	require.NoError(t, server.Fail(experimenttest.EndpointStream, experimenttest.Fault{Status: 503},
		experimenttest.Fault{Header: http.Header{"Content-Type": {"text/html"}}}))
	assert.Equal(t, 503, send(t, server, "GET", "/sdk/stream/v1/flags", nil, "").status)
	stream := open(t, server)
	assert.Equal(t, "text/html", stream.Header.Get("Content-Type"))
	stream.requireEvent(t, "data: []\n\n")
}

func TestSilenceStream_SendsNothingMore(t *testing.T) {
	server := start(t, &experimenttest.Config{Keepalive: time.Millisecond})
	require.NoError(t, server.Fail(experimenttest.EndpointStream, experimenttest.SilenceStream(1)))
	silent, other := open(t, server), open(t, server)
	silent.requireEvent(t, "data: []\n\n")
	other.requireEvent(t, "data: []\n\n")
	for range 5 {
		other.requireEvent(t, "data:  \n\n")
	}
	require.NoError(t, server.SetFlags([]byte("[1]")))
	server.ClearFaults()
	rest, err := silent.event()
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	assert.Empty(t, rest)
}

func TestClearFaults_LetsAStreamGoOn(t *testing.T) {
	server := start(t, nil)
	require.NoError(t, server.Fail(experimenttest.EndpointStream, experimenttest.CutStream(2)))
	stream := open(t, server)
	stream.requireEvent(t, "data: []\n\n")
	server.ClearFaults()
	for range 3 {
		require.NoError(t, server.SetFlags([]byte("[1]")))
		stream.requireEvent(t, "data: [1]\n\n")
	}
}
