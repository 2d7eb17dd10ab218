package httpapi_test

import (
	"context"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/backoff"
	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

// http2Server is a server over HTTP/2 and TLS.
type http2Server struct{ *httptest.Server }

// serveHTTP2 starts a server over HTTP/2. It is closed when the test ends.
func serveHTTP2(t *testing.T, handler http.HandlerFunc) *http2Server {
	t.Helper()
	s := httptest.NewUnstartedServer(handler)
	s.EnableHTTP2 = true
	s.StartTLS()
	t.Cleanup(s.Close)
	return &http2Server{s}
}

// client returns a client with a pool of its own that trusts the server.
func (s *http2Server) client(options httpapi.Options) *httpapi.Client {
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	c := httpapi.New(options)
	c.Trust(roots)
	return c
}

// proxy forwards TCP connections to a server, until they are swallowed.
type proxy struct {
	address  string
	accepted atomic.Int32
	mu       sync.Mutex
	swallow  []*atomic.Bool // of each connection
}

// serveProxy starts a proxy. It is closed when the test ends.
func serveProxy(t *testing.T, target string) *proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &proxy{address: listener.Addr().String()}
	var all sync.WaitGroup
	all.Add(1)
	go func() {
		defer all.Done()
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			p.accepted.Add(1)
			swallow := &atomic.Bool{}
			p.mu.Lock()
			p.swallow = append(p.swallow, swallow)
			p.mu.Unlock()
			all.Add(1)
			go func() {
				defer all.Done()
				forward(conn, target, swallow)
			}()
		}
	}()
	t.Cleanup(func() {
		_ = listener.Close()
		all.Wait()
	})
	return p
}

// swallowAll makes the proxy read the bytes of all its connections, in both
// directions, without forwarding them. The connections stay open, and new ones
// work.
func (p *proxy) swallowAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, swallow := range p.swallow {
		swallow.Store(true)
	}
}

// forward copies bytes in both directions until the client closes, and forgets
// them while swallow is true.
func forward(client net.Conn, target string, swallow *atomic.Bool) {
	defer client.Close()
	server, err := net.Dial("tcp", target)
	if err != nil {
		return
	}
	var both sync.WaitGroup
	both.Add(1)
	go func() {
		defer both.Done()
		copyUnless(swallow, client, server)
	}()
	copyUnless(swallow, server, client)
	_ = server.Close()
	both.Wait()
}

func copyUnless(swallow *atomic.Bool, to io.Writer, from io.Reader) {
	buffer := make([]byte, 16<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		if !swallow.Load() {
			_, _ = to.Write(buffer[:n])
		}
	}
}

// short is a backoff in which net/http can clean up.
var short = backoff.Exponential{Min: 200 * time.Millisecond, Max: 200 * time.Millisecond, Factor: 1}

func TestDo_LeavesADeadConnection(t *testing.T) {
	t.Parallel()
	s := serveHTTP2(t, func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, 2, r.ProtoMajor)
		_, _ = io.WriteString(w, "ok")
	})
	for _, tt := range []struct {
		name    string
		options httpapi.Options
		each    time.Duration // the deadline of a caller
		most    int           // failed calls
	}{
		{"while a call waits", httpapi.Options{Retries: 1}, time.Minute, 0},
		{"while callers have short deadlines", httpapi.Options{}, 500 * time.Millisecond, 30},
		// The retry's timeout is too short for a ping to help.
		{"after a timeout", httpapi.Options{
			Timeout: 200 * time.Millisecond, RetryTimeout: 3 * time.Second, Retries: 1, Backoff: short,
		}, time.Minute, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := serveProxy(t, s.Listener.Addr().String())
			c := s.client(tt.options)
			defer c.CloseIdleConnections()
			do := func() error {
				ctx, cancel := context.WithTimeout(t.Context(), tt.each)
				defer cancel()
				_, err := c.Do(ctx, get("https://"+p.address))
				return err
			}
			for range 3 {
				require.NoError(t, do())
			}
			require.Equal(t, int32(1), p.accepted.Load())
			p.swallowAll()
			failures := 0
			for err := do(); err != nil; err = do() {
				failures++
				require.LessOrEqual(t, failures, tt.most, "%v", err)
			}
			assert.Equal(t, int32(2), p.accepted.Load())
		})
	}
}

func TestDo_LeavesDeadConnectionsOfHTTP1(t *testing.T) {
	t.Parallel()
	const connections = 8
	var all sync.WaitGroup
	all.Add(connections)
	var first atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if first.Add(1) <= connections {
			all.Done()
			all.Wait() // so that each request has a connection of its own
		}
	}))
	defer s.Close()
	p := serveProxy(t, s.Listener.Addr().String())
	c := httpapi.New(httpapi.Options{Timeout: 500 * time.Millisecond, RetryTimeout: time.Minute, Retries: 1})
	defer c.CloseIdleConnections()
	url := "http://" + p.address
	var done sync.WaitGroup
	for range connections {
		done.Add(1)
		go func() {
			defer done.Done()
			_, err := c.Do(t.Context(), get(url))
			assert.NoError(t, err)
		}()
	}
	done.Wait()
	require.Equal(t, int32(connections), p.accepted.Load())
	p.swallowAll()
	_, err := c.Do(t.Context(), get(url))
	require.NoError(t, err, "the retry does not use one of the other dead connections")
	assert.Equal(t, int32(connections+1), p.accepted.Load())
}

func TestDo_KeepsConnectionsIfACallerIsInAHurry(t *testing.T) {
	both := make(chan struct{})
	var first sync.WaitGroup
	first.Add(2)
	together := func(http.ResponseWriter, *http.Request) {
		first.Done()
		first.Wait()
	}
	s := serve(t, together, together, hang, respond(200, ""))
	c := httpapi.New(httpapi.Options{})
	go func() {
		defer close(both)
		_, err := c.Do(t.Context(), get(s.URL))
		assert.NoError(t, err)
	}()
	_, err := c.Do(t.Context(), get(s.URL))
	require.NoError(t, err)
	<-both
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err = c.Do(ctx, get(s.URL))
	require.ErrorIs(t, err, context.DeadlineExceeded)
	_, err = c.Do(t.Context(), get(s.URL))
	require.NoError(t, err)
	assert.Equal(t, int32(2), s.connections.Load())
}
