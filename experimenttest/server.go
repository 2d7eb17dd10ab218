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
	"sync"
	"time"

	"github.com/amplitude/experiment-go-server/internal/snapshot"
)

// Server is a fake service. It listens from NewServer until Close. Any number
// of goroutines may use it.
//
// A Server is also an http.Handler, for use with middleware or another server,
// as in httptest.NewTLSServer(server). Close then ends the handler too, but not
// the server around it. The connections are that server's: EndByReset only
// closes one, and EndByBlackHole is no more than EndByStalling.
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
	if config.TLS != nil && !hasCertificate(config.TLS) {
		return nil, errors.New("starting the fake service: Config.TLS has no certificate; set its Certificates")
	}
	if err := s.listen(cmp.Or(config.Address, "127.0.0.1:0"), config.TLS); err != nil {
		return nil, fmt.Errorf("starting the fake service: %w", err)
	}
	return s, nil
}

// hasCertificate reports whether a TLS config may have a certificate.
func hasCertificate(config *tls.Config) bool {
	return len(config.Certificates) > 0 || config.GetCertificate != nil || config.GetConfigForClient != nil
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
