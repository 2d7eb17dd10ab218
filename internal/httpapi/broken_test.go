package httpapi_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

// brokenServer is a TCP server that speaks HTTP badly.
type brokenServer struct {
	URL  string
	stop chan struct{} // closed when the test ends
}

// serveBroken starts a server that passes each connection to behave, and closes
// the connection afterwards. It is closed when the test ends.
func serveBroken(t *testing.T, behave func(conn net.Conn, stop <-chan struct{})) *brokenServer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := &brokenServer{URL: "http://" + listener.Addr().String(), stop: make(chan struct{})}
	var all sync.WaitGroup
	all.Add(1)
	go func() {
		defer all.Done()
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			all.Add(1)
			go func() {
				defer all.Done()
				defer conn.Close()
				behave(conn, s.stop)
			}()
		}
	}()
	t.Cleanup(func() {
		close(s.stop)
		_ = listener.Close()
		all.Wait()
	})
	return s
}

// thenHang returns a behavior that writes some bytes after the request, and
// then nothing.
func thenHang(text string) func(net.Conn, <-chan struct{}) {
	return func(conn net.Conn, stop <-chan struct{}) {
		_, _ = conn.Read(make([]byte, 4096))
		_, _ = io.WriteString(conn, text)
		<-stop
	}
}

// thenRepeat returns a behavior that writes some bytes after the request, and
// then others forever, with a pause after each.
func thenRepeat(first, repeated string, pause time.Duration) func(net.Conn, <-chan struct{}) {
	return func(conn net.Conn, stop <-chan struct{}) {
		_, _ = conn.Read(make([]byte, 4096))
		_, err := io.WriteString(conn, first)
		for err == nil {
			select {
			case <-stop:
				return
			case <-time.After(pause):
			}
			_, err = io.WriteString(conn, repeated)
		}
	}
}

const (
	drip = 10 * time.Millisecond
	ok   = "HTTP/1.1 200 OK\r\n"
)

// brokenServers never end their response.
var brokenServers = map[string]func(net.Conn, <-chan struct{}){
	"accepts and never responds":        func(_ net.Conn, stop <-chan struct{}) { <-stop },
	"hangs in the status line":          thenHang("HTTP/1.1 20"),
	"hangs in the header":               thenHang(ok + "Content-Le"),
	"hangs in the body":                 thenHang(ok + "Content-Length: 100\r\n\r\n{"),
	"announces 32 MiB":                  thenHang(ok + "Content-Length: 33554432\r\n\r\n{"),
	"hangs in a chunk":                  thenHang(ok + "Transfer-Encoding: chunked\r\n\r\n64\r\n{"),
	"hangs before the last chunk":       thenHang(ok + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"),
	"hangs in a trailer":                thenHang(ok + "Transfer-Encoding: chunked\r\nTrailer: T\r\n\r\n0\r\nT: "),
	"hangs in a gzip header":            thenHang(ok + "Content-Encoding: gzip\r\n\r\n\x1f\x8b"),
	"never closes":                      thenHang(ok + "\r\n{}"),
	"drips a status line":               thenRepeat("HTTP/1.1 200 ", "O", drip),
	"drips a header":                    thenRepeat(ok+"X: ", "x", drip),
	"drips a body":                      thenRepeat(ok+"\r\n", " ", drip),
	"drips a redirect's header":         thenRepeat("HTTP/1.1 307 x\r\nLocation: /", "x", drip),
	"sends 1xx forever":                 thenRepeat("", "HTTP/1.1 103 Early Hints\r\n\r\n", drip),
	"sends 100 Continue forever":        thenRepeat("", "HTTP/1.1 100 Continue\r\n\r\n", drip),
	"drips empty chunks of white space": thenRepeat(ok+"Transfer-Encoding: chunked\r\n\r\n", "1\r\n \r\n", drip),
}

func TestDo_EndsWithEveryBrokenServer(t *testing.T) {
	t.Parallel()
	ends := map[string]func(t *testing.T, url string, request *httpapi.Request) error{
		"after the timeout": func(t *testing.T, _ string, request *httpapi.Request) error {
			_, err := httpapi.New(httpapi.Options{Timeout: 100 * time.Millisecond}).Do(t.Context(), request)
			return err
		},
		"with the context": func(t *testing.T, _ string, request *httpapi.Request) error {
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			_, err := httpapi.New(httpapi.Options{Retries: 3}).Do(ctx, request)
			assert.ErrorIs(t, err, ctx.Err())
			return err
		},
	}
	for name, behave := range brokenServers {
		for when, do := range ends {
			t.Run(name+", "+when, func(t *testing.T) {
				t.Parallel()
				s := serveBroken(t, behave)
				err := do(t, s.URL, get(s.URL))
				require.ErrorIs(t, err, context.DeadlineExceeded)
			})
		}
	}
	for when, do := range ends {
		t.Run("hangs in the TLS handshake, "+when, func(t *testing.T) {
			t.Parallel()
			s := serveBroken(t, brokenServers["accepts and never responds"])
			url := "https" + strings.TrimPrefix(s.URL, "http")
			require.ErrorIs(t, do(t, url, get(url)), context.DeadlineExceeded)
		})
		t.Run("never reads the request, "+when, func(t *testing.T) {
			t.Parallel()
			s := serveBroken(t, brokenServers["accepts and never responds"])
			request := &httpapi.Request{Method: http.MethodPost, URL: s.URL, Body: make([]byte, 32<<20)}
			require.ErrorIs(t, do(t, s.URL, request), context.DeadlineExceeded)
		})
	}
}

// The status is the result, and nobody needs the body: an unwanted body must
// not delay it, even if there is neither a timeout nor a deadline.
func TestDo_DoesNotWaitForAnUnwantedBody(t *testing.T) {
	t.Parallel()
	const chunked = "Transfer-Encoding: chunked\r\n\r\n"
	for _, tt := range []struct {
		name, want string
		behave     func(net.Conn, <-chan struct{})
	}{
		{"101 that hangs", "status 101 Switching Protocols",
			thenHang("HTTP/1.1 101 x\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")},
		{"101 that sends forever", "status 101 Switching Protocols",
			thenRepeat("HTTP/1.1 101 x\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n", "x", drip)},
		{"401 that hangs", "status 401 ", thenHang("HTTP/1.1 401 x\r\nContent-Length: 100\r\n\r\nno")},
		{"401 that drips", "status 401 ", thenRepeat("HTTP/1.1 401 x\r\n\r\n", "x", drip)},
		{"401 that sends forever", "status 401 ",
			thenRepeat("HTTP/1.1 401 x\r\n"+chunked, "400\r\n"+strings.Repeat("x", 0x400)+"\r\n", 0)},
		{"401 that announces much", "status 401 ", thenHang("HTTP/1.1 401 x\r\nContent-Length: 1000000\r\n\r\nno")},
		{"404 in gzip", "status 404 ", thenHang("HTTP/1.1 404 x\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b")},
		{"500, which is retried", "gave up after 3 attempts: status 500 ",
			thenHang("HTTP/1.1 500 x\r\n" + chunked + "64\r\nno")},
		{"redirects within the origin", "stopped after 10 redirects",
			thenHang("HTTP/1.1 307 x\r\nLocation: /again\r\nContent-Length: 100\r\n\r\nno")},
		{"a redirect elsewhere", "status 302 ",
			thenHang("HTTP/1.1 302 x\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 100\r\n\r\nno")},
		{"header without end", "server response headers exceeded 262144 bytes",
			thenRepeat(ok, "X-More: "+strings.Repeat("x", 4096)+"\r\n", 0)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			s := serveBroken(t, tt.behave)
			_, err := httpapi.New(httpapi.Options{Retries: 2}).Do(ctx, get(s.URL))
			require.ErrorContains(t, err, tt.want)
			require.NotErrorIs(t, err, context.DeadlineExceeded)
		})
	}
}

func TestDo_DoesNotWaitForAnUnwantedBodyOverHTTP2(t *testing.T) {
	t.Parallel()
	s := serveHTTP2(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, "no")
		_ = http.NewResponseController(w).Flush()
		hang(w, r)
	})
	_, err := s.client(httpapi.Options{}).Do(t.Context(), get(s.URL))
	require.ErrorContains(t, err, "status 401 ")
}

func TestDo_EndsABodyWithoutEndAtTheLimit(t *testing.T) {
	t.Parallel()
	s := serveBroken(t, thenRepeat(ok+"\r\n", strings.Repeat("x", 1<<16), 0))
	_, err := httpapi.New(httpapi.Options{Retries: 2}).Do(t.Context(), get(s.URL))
	var tooLarge *httpapi.BodyTooLargeError
	require.True(t, errors.As(err, &tooLarge), "%v", err)
}

// zipped returns size zeros, compressed with gzip.
func zipped(t *testing.T, size int) []byte {
	t.Helper()
	var buffer bytes.Buffer
	writer, err := gzip.NewWriterLevel(&buffer, gzip.BestSpeed)
	require.NoError(t, err)
	_, err = writer.Write(make([]byte, size))
	require.NoError(t, err)
	require.NoError(t, writer.Close())
	return buffer.Bytes()
}
