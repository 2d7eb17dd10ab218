package datasource_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/datasource"
	"github.com/amplitude/experiment-go-server/internal/httpapi"
	"github.com/amplitude/experiment-go-server/internal/testservice"
)

// baseAndKey returns what the options of a Poller and a Stream need.
func baseAndKey(t testing.TB, serverURL string) (*url.URL, httpapi.Key) {
	t.Helper()
	base, err := url.Parse(serverURL + "/prefix/")
	require.NoError(t, err)
	key, err := httpapi.Authorization("server-secret")
	require.NoError(t, err)
	return base, key
}

// newStream returns a Stream for a server. The end of the test closes its idle
// connections.
func newStream(t testing.TB, serverURL string, change ...func(*datasource.StreamOptions)) *datasource.Stream {
	t.Helper()
	var options datasource.StreamOptions
	options.Base, options.Authorization = baseAndKey(t, serverURL)
	options.ConnectTimeout = testservice.Timeout
	for _, c := range change {
		c(&options)
	}
	stream := datasource.NewStream(options)
	t.Cleanup(stream.CloseIdleConnections)
	return stream
}

// event returns the bytes of an event.
func event(data string) string { return "data: " + data + "\n\n" }

// keepalive is the event that the service sends when nothing has changed.
const keepalive = "data:  \n\n"

// openStream is the server's side of an open stream.
type openStream struct {
	t    testing.TB
	text chan string
	gone chan struct{} // closed when the client has closed the stream
}

// respondStream responds with a stream, which begins with the text.
func respondStream(t testing.TB, request *testservice.Request, text string) *openStream {
	t.Helper()
	s := &openStream{t, make(chan string), make(chan struct{})}
	request.Respond(s.serve)
	s.send(text)
	return s
}

func (s *openStream) serve(w http.ResponseWriter, r *http.Request) {
	defer close(s.gone)
	w.Header().Set("Content-Type", "text/event-stream")
	for {
		select {
		case <-r.Context().Done():
			return
		case text, ok := <-s.text:
			if !ok {
				return
			}
			_, _ = io.WriteString(w, text)
			_ = http.NewResponseController(w).Flush()
		}
	}
}

// send sends bytes. It fails the test if the client does not take them.
func (s *openStream) send(text string) {
	s.t.Helper()
	select {
	case s.text <- text:
	case <-s.gone:
		require.FailNow(s.t, "the client has closed the stream")
	}
}

// end ends the stream.
func (s *openStream) end() { close(s.text) }

// requireGone waits until the client has closed the stream.
func (s *openStream) requireGone() {
	s.t.Helper()
	testservice.Receive(s.t, s.gone)
}

// largeDocument returns a document of about size bytes.
func largeDocument(size int) string {
	const flag = `{"key":"flag","segments":[{"variant":"on"}],"variants":{"on":{"key":"on","value":"on"}}},`
	return "[" + strings.Repeat(flag, size/len(flag)) + "{}]"
}
