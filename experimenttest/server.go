package experimenttest

import (
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/amplitude/experiment-go-server/internal/snapshot"
)

// The keys that a Server expects unless its Config has others. They open
// nothing but fakes.
const (
	DefaultDeploymentKey = "server-fake-deployment-key"
	DefaultAPIKey        = "fake-api-key"
	DefaultSecretKey     = "fake-secret-key"
)

// Config holds what a Server starts with. The zero Config is useful: no flags,
// the default keys, a free port.
type Config struct {
	// Flags is a document of flag configs, as for Server.SetFlags. Default: no
	// flags.
	Flags []byte

	// DeploymentKey is the key that flags, streams and vardata require. Default:
	// DefaultDeploymentKey.
	DeploymentKey string

	// APIKey and SecretKey are the project's keys, which cohorts require.
	// Default: DefaultAPIKey and DefaultSecretKey.
	APIKey    string
	SecretKey string

	// Address is the TCP address to listen on. Default: 127.0.0.1 and a free
	// port.
	Address string

	// TLS makes the Server speak HTTPS, with HTTP/2 for clients that want it. It
	// needs a certificate. Default: nil, which means HTTP.
	TLS *tls.Config

	// NoStream makes the Server one without streams, as Amplitude's evaluation
	// proxy is: the response is a 404.
	NoStream bool

	// Keepalive is how long a stream may be silent before it sends a keepalive.
	// Default: 15 seconds, as the service's.
	Keepalive time.Duration

	// NoGzip sends cohorts uncompressed to all clients. Default: they are
	// compressed for clients that accept it.
	NoGzip bool
}

// Server is a fake service. It listens from NewServer until Close. Any number
// of goroutines may use it.
//
// A Server is also an http.Handler, for use with TLS or middleware, as in
// httptest.NewTLSServer(server). Close then ends the handler too, but not the
// server around it.
//
// A Server bounds what a request can cost. It ends a connection whose header
// does not arrive within 10 seconds. If a body then takes more than 10 seconds,
// the response is a 408; if it is larger than 4 MiB, a 413. Requests describes
// how much of the requests the Server keeps.
type Server struct {
	// URL is where the Server listens, such as "http://127.0.0.1:38417",
	// without a trailing slash.
	URL string

	// DeploymentKey, APIKey and SecretKey are the keys that the Server expects.
	DeploymentKey string
	APIKey        string
	SecretKey     string

	http      *http.Server
	noStream  bool
	noGzip    bool
	keepalive time.Duration
	// lifetime ends when the Server closes, and closing is its Done.
	lifetime context.Context
	end      context.CancelFunc
	closing  <-chan struct{}
	// bodyTimeout limits how long the body of a request may take to arrive.
	bodyTimeout time.Duration
	// running counts the goroutine that accepts connections and the requests
	// that are being served.
	running sync.WaitGroup

	// mu guards the fields below.
	mu           sync.Mutex
	closed       bool
	flags        flagsDocument
	evaluator    *snapshot.Snapshot // nil in a binary that cannot evaluate
	variants     map[string]json.RawMessage
	userVariants map[string]map[string]json.RawMessage
	cohorts      map[string]*cohortDocument
	faults       map[Endpoint][]Fault
	chaos        *chaos // nil without Chaos
	recorded     recorder
	// changed is closed, and replaced, when streams may have to send something.
	changed chan struct{}
	// cleared is closed, and replaced, by ClearFaults.
	cleared chan struct{}
}

// NewServer starts a fake service. A nil config means the zero Config; the
// caller's config is not changed. NewServer returns an error if the flags are
// invalid or it cannot listen on the address. The caller must close the Server.
func NewServer(config *Config) (*Server, error) {
	if config == nil {
		config = &Config{}
	}
	s := &Server{
		DeploymentKey: cmp.Or(config.DeploymentKey, DefaultDeploymentKey),
		APIKey:        cmp.Or(config.APIKey, DefaultAPIKey),
		SecretKey:     cmp.Or(config.SecretKey, DefaultSecretKey),
		noStream:      config.NoStream,
		noGzip:        config.NoGzip,
		keepalive:     cmp.Or(max(config.Keepalive, 0), defaultKeepalive),
		bodyTimeout:   10 * time.Second,
		userVariants:  map[string]map[string]json.RawMessage{},
		cohorts:       map[string]*cohortDocument{},
		faults:        map[Endpoint][]Fault{},
		recorded:      newRecorder(),
		changed:       make(chan struct{}),
		cleared:       make(chan struct{}),
	}
	flags := config.Flags
	if flags == nil {
		flags = []byte("[]")
	}
	if err := s.SetFlags(flags); err != nil {
		return nil, fmt.Errorf("starting the fake service: %w", err)
	}
	if config.TLS != nil && len(config.TLS.Certificates) == 0 && config.TLS.GetCertificate == nil {
		return nil, errors.New("starting the fake service: Config.TLS has no certificate; set its Certificates")
	}
	if err := s.listen(cmp.Or(config.Address, "127.0.0.1:0"), config.TLS); err != nil {
		return nil, fmt.Errorf("starting the fake service: %w", err)
	}
	return s, nil
}

// listen starts to serve requests. A secure Server has a TLS config.
func (s *Server) listen(address string, secure *tls.Config) error {
	tcp, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	s.lifetime, s.end = context.WithCancel(context.Background())
	s.closing = s.lifetime.Done()
	s.http = &http.Server{
		Handler:           s,
		ConnContext:       withConnection,
		TLSConfig:         secure.Clone(), // of nil it is nil
		ReadHeaderTimeout: 10 * time.Second,
		// Tests let clients go away on purpose; nobody wants to read about it.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	serve, scheme := s.http.Serve, "http://"
	if secure != nil {
		scheme = "https://"
		serve = func(l net.Listener) error { return s.http.ServeTLS(l, "", "") }
	}
	s.URL = scheme + tcp.Addr().String()
	s.running.Add(1)
	go func() {
		defer s.running.Done()
		_ = serve(listener{tcp}) // always returns an error, here after Close
	}()
	return nil
}

// Close ends every connection at once, even in the middle of a response, as a
// crash of the service would. It waits until all requests are over. Closing a
// Server again does nothing.
func (s *Server) Close() {
	s.mu.Lock()
	first := !s.closed
	s.closed = true
	s.mu.Unlock()
	if first {
		s.end()
		_ = s.http.Close() // only closing a socket can fail
	}
	s.running.Wait()
}

// maxBody limits the body of a request, in bytes. Users are far smaller.
const maxBody = 4 << 20

// ServeHTTP responds to a request as the service would. After Close it ends the
// connection without a response.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.begin() {
		panic(http.ErrAbortHandler) // net/http's way to end a connection
	}
	defer s.running.Done()
	if r.Method == http.MethodOptions {
		(&exchange{w: w}).send(preflightResponse())
		return
	}

	// The body is read first, whatever the response will be: only after that
	// does net/http notice that a client has gone away.
	authorized := s.authorized(r)
	body, bodyErr := s.readBody(w, r, authorized)
	req := newRequest(r, body, authorized)
	fault, number, order := s.record(req)
	e := &exchange{w: w, r: r, control: http.NewResponseController(w), fault: fault, closing: s.closing}
	defer e.unblock(s.lifetime)()

	if !e.hold() {
		panic(http.ErrAbortHandler)
	}
	if fault.Drop {
		e.breakOff()
		panic(http.ErrAbortHandler)
	}
	resp := fault.respond(func() response {
		if bodyErr != nil {
			return bodyErrorResponse(bodyErr)
		}
		return s.respond(req)
	})
	s.recordStatus(number, resp.status)
	if req.Endpoint == EndpointStream && resp.status == http.StatusOK && !fault.replaces() {
		e.start(resp)
		(&stream{exchange: e, server: s, number: order}).run()
		return
	}
	e.send(resp)
}

// readBody reads the body of a request. It returns only the first bytes of the
// body of an unauthorized request: anyone can send such requests.
func (s *Server) readBody(w http.ResponseWriter, r *http.Request, authorized bool) ([]byte, error) {
	control := http.NewResponseController(w)
	// This fails for a ResponseWriter without deadlines, as httptest's. The
	// server around it then has its own timeouts, or needs none.
	_ = control.SetReadDeadline(time.Now().Add(s.bodyTimeout))
	limited := http.MaxBytesReader(w, r.Body, maxBody)
	var kept io.Reader = limited
	if !authorized {
		kept = io.LimitReader(limited, maxUnauthorizedBytes+1)
	}
	body, err := io.ReadAll(kept)
	if err == nil {
		_, err = io.Copy(io.Discard, limited)
	}
	if err == nil {
		// While a Fault holds the response back, net/http would take the
		// deadline for the end of the client. After an error the deadline
		// stays, because net/http still tries to read the rest.
		_ = control.SetReadDeadline(time.Time{})
	}
	return body, err
}

// begin counts a request as running and returns true. It returns false if the
// Server is closed: Close would not wait for the request.
func (s *Server) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.running.Add(1)
	return true
}

// record records a request. It returns its fault, its number among all requests
// and its number among those to its endpoint. One lock covers all, so that
// faults apply in the order of the records.
func (s *Server) record(req request) (fault Fault, number, order int) {
	recorded := req.Request
	if !req.Authorized && (req.bodySize > maxUnauthorizedBytes || recorded.size() > maxUnauthorizedBytes) {
		recorded = recorded.shortened()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	order = s.recorded.counts[recorded.Endpoint] + 1
	return s.nextFault(recorded.Endpoint, order), s.recorded.add(recorded), order
}

// recordStatus records the status of the response to a request.
func (s *Server) recordStatus(number, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.recorded.setStatus(number, status)
}

// respond returns the service's response to a request without a fault.
func (s *Server) respond(req request) response {
	switch req.Endpoint {
	case EndpointFlags:
		return s.flagsResponse(req)
	case EndpointStream:
		if !s.noStream {
			return s.streamResponse(req)
		}
	case EndpointVardata:
		return s.vardataResponse(req)
	case EndpointCohort:
		return s.cohortResponse(req)
	}
	paths := []string{flagsPath, streamPath, vardataPath}
	if s.noStream {
		paths = []string{flagsPath, vardataPath}
	}
	return errorResponse(http.StatusNotFound, "there is no %s here; this fake service has %s and %s{id}",
		req.Path, strings.Join(paths, ", "), cohortPath)
}

// bodyErrorResponse returns the response to a request whose body could not be
// read.
func bodyErrorResponse(err error) response {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return errorResponse(http.StatusRequestEntityTooLarge, "the body is larger than %d bytes", tooLarge.Limit)
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return errorResponse(http.StatusRequestTimeout, "the body did not arrive in time")
	}
	return errorResponse(http.StatusBadRequest, "reading the body: %v", err)
}
