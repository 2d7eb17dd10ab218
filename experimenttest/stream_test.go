package experimenttest_test

import (
	"bufio"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experimenttest"
)

// openStream is a stream that a test reads.
type openStream struct {
	*http.Response
	reader *bufio.Reader
}

// open opens a stream and closes it when the test ends.
func open(t *testing.T, server *experimenttest.Server) openStream {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), "GET", server.URL+"/sdk/stream/v1/flags", http.NoBody)
	require.NoError(t, err)
	request.Header.Set("Authorization", "Api-Key "+server.DeploymentKey)
	request.Header.Set("Accept", "text/event-stream")
	got, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	t.Cleanup(func() { _ = got.Body.Close() })
	return openStream{got, bufio.NewReader(got.Body)}
}

// event returns the next event, byte for byte and with its blank line. At the
// end of the stream it returns the rest and the error.
func (s openStream) event() (string, error) {
	var event strings.Builder
	for {
		line, err := s.reader.ReadString('\n')
		event.WriteString(line)
		if err != nil || line == "\n" {
			return event.String(), err
		}
	}
}

// requireEvent requires the next event to be this one.
func (s openStream) requireEvent(t *testing.T, want string) {
	t.Helper()
	got, err := s.event()
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestStream_SendsFlagsAtOnceAndOnEachChange(t *testing.T) {
	server := start(t, &experimenttest.Config{Flags: []byte(`[{"key":"a"}]`)})
	stream := open(t, server)
	assert.Equal(t, 200, stream.StatusCode)
	assert.Equal(t, "text/event-stream", stream.Header.Get("Content-Type"))
	stream.requireEvent(t, "data: [{\"key\":\"a\"}]\n\n")
	assert.Equal(t, 200, server.Requests()[0].Status, "recorded while the stream is open")
	assert.Equal(t, experimenttest.EndpointStream, server.Requests()[0].Endpoint)

	require.NoError(t, server.SetFlags([]byte("{\"b\": {\r\n\t\"key\": \"b \\n\"}}\n")))
	stream.requireEvent(t, "data: [{\"key\":\"b \\n\"}]\n\n")
	require.NoError(t, server.SetFlags([]byte("[ ]")))
	stream.requireEvent(t, "data: [ ]\n\n")
	require.NoError(t, server.SetFlags([]byte("[ ]")))
	stream.requireEvent(t, "data: [ ]\n\n")

	server.Close()
	_, err := stream.event()
	require.Error(t, err)
}

func TestStream_SendsKeepalives(t *testing.T) {
	server := start(t, &experimenttest.Config{Keepalive: 10 * time.Millisecond})
	stream := open(t, server)
	stream.requireEvent(t, "data: []\n\n")
	stream.requireEvent(t, "data:  \n\n")
	stream.requireEvent(t, "data:  \n\n")
}

func TestStream_Rejects(t *testing.T) {
	server := start(t, nil)
	got := send(t, server, "GET", "/sdk/stream/v1/flags", http.Header{"Authorization": {"Api-Key other"}}, "")
	assert.Equal(t, 401, got.status)
	assert.Equal(t, "text/plain; charset=utf-8", got.header.Get("Content-Type"))
	assert.Equal(t, 405, send(t, server, "POST", "/sdk/stream/v1/flags", nil, "").status)
}

func TestConfig_NoStreamRespondsNotFound(t *testing.T) {
	server := start(t, &experimenttest.Config{NoStream: true})
	got := send(t, server, "GET", "/sdk/stream/v1/flags", nil, "")
	assert.Equal(t, 404, got.status)
	assert.Equal(t, "404 Not Found: there is no /sdk/stream/v1/flags here; "+
		"this fake service has /sdk/v2/flags, /sdk/v2/vardata and /sdk/v1/cohort/{id}\n", got.body)
	assert.Equal(t, experimenttest.EndpointStream, server.Requests()[0].Endpoint)
}

// The client doesn't read while more is sent than the buffers of a connection
// hold. SetFlags would hang if it waited for the stream.
func TestSetFlags_DoesNotWaitForASlowStream(t *testing.T) {
	document := func(mark string) []byte {
		return []byte(`[{"key":"` + strings.Repeat(mark, 8<<20) + `"}]`)
	}
	server := start(t, &experimenttest.Config{Flags: document("a")})
	stream := open(t, server)
	for _, mark := range []string{"b", "c", "d"} {
		require.NoError(t, server.SetFlags(document(mark)))
	}
	var marks []byte
	for len(marks) == 0 || marks[len(marks)-1] != 'd' {
		event, err := stream.event()
		require.NoError(t, err)
		marks = append(marks, event[len(`data: [{"key":"`)])
		assert.Equal(t, "data: "+string(document(string(marks[len(marks)-1])))+"\n\n", event)
	}
	assert.Equal(t, "ad", string(marks), "the documents in between are skipped")
}

func TestClose_EndsStreamsThatNobodyReads(t *testing.T) {
	server := start(t, &experimenttest.Config{Flags: []byte(`["` + strings.Repeat("a", 8<<20) + `"]`)})
	open(t, server)
	around := aroundTLS(t, server)
	got := getWith(t, around.Client(), around.URL+"/sdk/stream/v1/flags", server)
	assert.Equal(t, 2, got.ProtoMajor)
	server.Close() // would wait for ever
	_, err := io.Copy(io.Discard, got.Body)
	require.Error(t, err)
}

func TestStream_ServesManyClients(t *testing.T) {
	server := start(t, nil)
	const clients = 300
	var first, second sync.WaitGroup
	first.Add(clients)
	for range clients {
		second.Add(1)
		go func() {
			defer second.Done()
			stream := open(t, server)
			event, err := stream.event()
			first.Done()
			assert.NoError(t, err)
			assert.Equal(t, "data: []\n\n", event)
			event, err = stream.event()
			assert.NoError(t, err)
			assert.Equal(t, "data: [1]\n\n", event)
		}()
	}
	first.Wait()
	require.NoError(t, server.SetFlags([]byte("[1]")))
	second.Wait()
}

// BenchmarkStream_18MB measures how long a document takes to arrive after
// SetFlags, which is not measured: it compiles the flags first.
func BenchmarkStream_18MB(b *testing.B) {
	server, err := experimenttest.NewServer(nil)
	require.NoError(b, err)
	defer server.Close()
	request, err := http.NewRequestWithContext(b.Context(), "GET", server.URL+"/sdk/stream/v1/flags", http.NoBody)
	require.NoError(b, err)
	request.Header.Set("Authorization", "Api-Key "+server.DeploymentKey)
	got, err := http.DefaultClient.Do(request)
	require.NoError(b, err)
	defer got.Body.Close()
	flag := `{"key":"f","variants":{"on":{"key":"on"}},"segments":[{"variant":"on","conditions":[[{"selector":` +
		`["context","user","user_id"],"op":"is","values":["` + strings.Repeat(`0123456789","`, 450) + `"]}]]}]}`
	document := []byte("[" + strings.Repeat(flag+",", 18<<20/len(flag)) + flag + "]")
	reader := bufio.NewReaderSize(got.Body, 64<<10)
	await := func(n int) {
		_, err := reader.Discard(n + len("data: \n\n"))
		require.NoError(b, err)
	}
	await(len("[]"))
	b.SetBytes(int64(len(document)))
	for b.Loop() {
		b.StopTimer()
		require.NoError(b, server.SetFlags(document))
		b.StartTimer()
		await(len(document))
	}
}
