package datasource_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/datasource"
	"github.com/amplitude/experiment-go-server/internal/httpapi"
	"github.com/amplitude/experiment-go-server/internal/testservice"
)

// connection is the outcome of a Connect.
type connection struct {
	*datasource.Connection
	document datasource.Document
	err      error
}

// connect connects on another goroutine. The end of the test closes the
// connection.
func connect(t testing.TB, ctx context.Context, stream *datasource.Stream) <-chan connection {
	outcome := make(chan connection, 1)
	go func() {
		var c connection
		c.Connection, c.document, c.err = stream.Connect(ctx)
		if c.err == nil {
			t.Cleanup(c.Close)
		}
		outcome <- c
	}()
	return outcome
}

// connected returns an open connection and the server's side of it. The first
// document is "[0]".
func connected(t *testing.T, change ...func(*datasource.StreamOptions)) (connection, *openStream) {
	t.Helper()
	service := testservice.New(t)
	outcome := connect(t, t.Context(), newStream(t, service.URL, change...))
	server := respondStream(t, service.Next(t), event("[0]"))
	c := testservice.Receive(t, outcome)
	require.NoError(t, c.err)
	require.Equal(t, "[0]", string(c.document.Body))
	return c, server
}

// next returns the document of the next event, or "" if it has none.
func (c connection) next(t testing.TB) string {
	t.Helper()
	document, changed, err := c.Next()
	require.NoError(t, err)
	require.Equal(t, changed, document.Body != nil)
	return string(document.Body)
}

func TestStreamConnect_SendsWhatTheServiceExpects(t *testing.T) {
	service := testservice.New(t)
	outcome := connect(t, t.Context(), newStream(t, service.URL))
	request := service.Next(t)
	respondStream(t, request, event("[]"))
	require.NoError(t, testservice.Receive(t, outcome).err)
	assert.Equal(t, http.MethodGet, request.Method)
	assert.Equal(t, "/prefix/sdk/stream/v1/flags", request.RequestURI)
	assert.Equal(t, []string{"Api-Key server-secret"}, request.Header["Authorization"])
	assert.Equal(t, []string{"text/event-stream"}, request.Header["Accept"])
	assert.Equal(t, []string{"experiment-go-server/" + experiment.Version}, request.Header["X-Amp-Exp-Library"])
}

func TestStreamConnect_WaitsForTheFirstDocument(t *testing.T) {
	service := testservice.New(t)
	outcome := connect(t, t.Context(), newStream(t, service.URL))
	server := respondStream(t, service.Next(t), ": hello\n\n"+keepalive)
	server.send("data: [1,\n")
	server.send("data: 2]\n")
	require.Empty(t, outcome)
	server.send("\n")
	c := testservice.Receive(t, outcome)
	require.NoError(t, c.err)
	assert.Equal(t, datasource.Document{Body: []byte("[1,\n2]")}, c.document)
}

func TestConnectionNext_ReturnsDocumentsAndConfirmations(t *testing.T) {
	c, server := connected(t)
	server.send(keepalive + event("[1]") + event("[2]"))
	assert.Empty(t, c.next(t))
	assert.Equal(t, "[1]", c.next(t))
	assert.Equal(t, "[2]", c.next(t))
	server.send("event: other\ndata: [3]\n\n: comment\n\n" + "event: message\ndata: <html>\n\n")
	assert.Equal(t, "<html>", c.next(t), "the receiver decides whether a document is usable")
}

func TestConnectionNext_ReturnsALargeDocument(t *testing.T) {
	c, server := connected(t)
	document := largeDocument(18 << 20)
	server.send(event(document))
	got := c.next(t)
	require.Len(t, got, len(document))
	assert.True(t, got == document)
}

func TestConnectionNext_FailsWhenTheStreamEnds(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"between events", keepalive, "the service ended the stream"},
		{"within an event", keepalive + "data: [1]\n", "the service ended the stream in the middle of an event"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, server := connected(t)
			server.send(tt.text)
			server.end()
			assert.Empty(t, c.next(t))
			for range 2 {
				_, _, err := c.Next()
				require.EqualError(t, err, tt.want)
			}
		})
	}
}

func TestStreamConnect_FailsWithoutAStream(t *testing.T) {
	for _, tt := range []struct {
		name     string
		response http.HandlerFunc
		want     string
	}{
		{"404", testservice.Status(404),
			"the service has no stream: status 404 Not Found: is the path in StreamServerURL right?"},
		{"405", testservice.Status(405), "the service has no stream: status 405 Method Not Allowed"},
		{"406", testservice.Status(406), "the service has no stream: status 406 Not Acceptable"},
		{"410", testservice.Status(410), "the service has no stream: status 410 Gone"},
		{"501", testservice.Status(501), "the service has no stream: status 501 Not Implemented"},
		{"JSON", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, "[]")
		}, `the service has no stream: the response has the content type "application/json"`},
		{"no content type", func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Type"] = nil
			_, _ = io.WriteString(w, event("[]"))
		}, `the service has no stream: the response has the content type ""`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := httptest.NewServer(tt.response)
			defer server.Close()
			_, _, err := newStream(t, server.URL).Connect(t.Context())
			var none *datasource.NoStreamError
			require.ErrorAs(t, err, &none)
			assert.EqualError(t, err, tt.want)
		})
	}
}

func TestStreamConnect_ReturnsOtherStatusesAsTheyAre(t *testing.T) {
	for _, tt := range []struct {
		status int
		want   string
	}{
		{204, "status 204 No Content"},
		{401, "status 401 Unauthorized: the service does not know the deployment key; " +
			"is it a server deployment's key, and is ServerZone right?"},
		{429, "status 429 Too Many Requests"},
		{503, "status 503 Service Unavailable"},
	} {
		t.Run(fmt.Sprint(tt.status), func(t *testing.T) {
			requests := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				requests++
				w.WriteHeader(tt.status)
			}))
			defer server.Close()
			_, _, err := newStream(t, server.URL).Connect(t.Context())
			var status *httpapi.StatusError
			require.ErrorAs(t, err, &status)
			assert.EqualError(t, err, tt.want)
			assert.Equal(t, 1, requests, "Connect does not retry")
		})
	}
}

func TestStreamConnect_AcceptsParametersOfTheContentType(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "Text/Event-Stream; charset=utf-8")
		_, _ = io.WriteString(w, event("[]"))
	}))
	defer server.Close()
	c, document, err := newStream(t, server.URL).Connect(t.Context())
	require.NoError(t, err)
	c.Close()
	assert.Equal(t, "[]", string(document.Body))
}

func TestStreamConnect_LimitsTheSizeOfADocument(t *testing.T) {
	service := testservice.New(t)
	outcome := connect(t, t.Context(), newStream(t, service.URL))
	service.Next(t).Respond(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for chunk := strings.Repeat("x", 1<<20); r.Context().Err() == nil; {
			_, _ = io.WriteString(w, chunk)
		}
	})
	require.EqualError(t, testservice.Receive(t, outcome).err,
		"an event of the stream is larger than the limit of 68157440 bytes")
}

func TestStream_IsPrintedWithoutTheKey(t *testing.T) {
	stream := newStream(t, "http://127.0.0.1:1")
	_, _, err := stream.Connect(t.Context())
	require.Error(t, err)
	for _, value := range []any{stream, *stream, err} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
			printed := fmt.Sprintf(verb, value)
			assert.NotContains(t, printed, "server-secret")
			assert.NotContains(t, printed, fmt.Sprintf("%x", "server-secret"))
		}
	}
}

// nextFails waits for an event on another goroutine, and sends the error.
func nextFails(c connection) <-chan error {
	failed := make(chan error, 1)
	go func() {
		_, _, err := c.Next()
		failed <- err
	}()
	return failed
}

func TestConnectionInterrupt_EndsANext(t *testing.T) {
	c, server := connected(t)
	failed := nextFails(c)
	c.Interrupt(io.ErrClosedPipe)
	require.Equal(t, io.ErrClosedPipe, testservice.Receive(t, failed))
	server.requireGone()
	_, _, err := c.Next()
	require.Equal(t, io.ErrClosedPipe, err)
}

func TestConnection_OutlivesTheContextOfConnect(t *testing.T) {
	service := testservice.New(t)
	ctx, cancel := context.WithCancel(t.Context())
	outcome := connect(t, ctx, newStream(t, service.URL))
	server := respondStream(t, service.Next(t), event("[0]"))
	c := testservice.Receive(t, outcome)
	require.NoError(t, c.err)
	cancel()
	server.send(event("[1]"))
	assert.Equal(t, "[1]", c.next(t))
}

func TestStream_WorksOverHTTP2(t *testing.T) {
	service := testservice.New(t)
	overHTTP2 := httptest.NewUnstartedServer(service.Config.Handler)
	overHTTP2.EnableHTTP2 = true
	overHTTP2.StartTLS()
	defer overHTTP2.Close()
	stream := newStream(t, overHTTP2.URL, func(o *datasource.StreamOptions) { o.HTTPClient = overHTTP2.Client() })
	outcome := connect(t, t.Context(), stream)
	request := service.Next(t)
	require.Equal(t, 2, request.ProtoMajor)
	server := respondStream(t, request, event("[0]"))
	c := testservice.Receive(t, outcome)
	require.NoError(t, c.err)
	document := largeDocument(1 << 20)
	server.send(event(document))
	assert.Equal(t, document, c.next(t))
	failed := nextFails(c)
	c.Interrupt(io.ErrClosedPipe)
	require.Equal(t, io.ErrClosedPipe, testservice.Receive(t, failed))
	server.requireGone()
}

// short is a limit that passes at once.
const short = 30 * time.Millisecond
