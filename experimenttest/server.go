package experimenttest

import (
	"cmp"
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

// The keys that a Server expects unless its Config has others. They open nothing but fakes.
const (
	DefaultDeploymentKey = "server-fake-deployment-key"
	DefaultAPIKey        = "fake-api-key"
	DefaultSecretKey     = "fake-secret-key"
)

// Config says what a Server starts with. The zero Config is useful: no flags, the default keys, a free port.
type Config struct {
	// Flags is the flag configs, as for Server.SetFlags. Default: none.
	Flags []byte

	// DeploymentKey is the key that flags and vardata ask for. Default: DefaultDeploymentKey.
	DeploymentKey string

	// APIKey and SecretKey are the project's keys, which cohorts ask for. Default: DefaultAPIKey and DefaultSecretKey.
	APIKey    string
	SecretKey string

	// Address is the TCP address to listen on. Default: 127.0.0.1 and a port that is free.
	Address string
}

// Server is a fake of the service. It listens from NewServer to Close, and any number of goroutines may use it.
//
// A Server is also an http.Handler, for those who want it behind TLS or middleware of their own, as in
// httptest.NewTLSServer(server); Close ends it there too, but not the server around it.
type Server struct {
	// URL is where the Server listens, such as "http://127.0.0.1:38417", without a slash at the end.
	URL string

	// DeploymentKey, APIKey and SecretKey are the keys that the Server expects.
	DeploymentKey string
	APIKey        string
	SecretKey     string

	http    *http.Server
	closing chan struct{}
	// running is the goroutine that accepts connections, and every request under way.
	running sync.WaitGroup

	// mu guards what follows.
	mu           sync.Mutex
	closed       bool
	flags        flagsDocument
	evaluator    *snapshot.Snapshot // nil in a binary that cannot evaluate
	variants     map[string]json.RawMessage
	userVariants map[string]map[string]json.RawMessage
	cohorts      map[string]cohortDocument
	faults       map[Endpoint][]Fault
	recorded     recorder
}

// NewServer starts a fake of the service; nil is the zero Config, which is not changed. The error says what is wrong with
// the flags or why the address cannot be listened on. The caller closes the Server.
func NewServer(config *Config) (*Server, error) {
	if config == nil {
		config = &Config{}
	}
	s := &Server{
		DeploymentKey: cmp.Or(config.DeploymentKey, DefaultDeploymentKey),
		APIKey:        cmp.Or(config.APIKey, DefaultAPIKey),
		SecretKey:     cmp.Or(config.SecretKey, DefaultSecretKey),
		closing:       make(chan struct{}),
		userVariants:  map[string]map[string]json.RawMessage{},
		cohorts:       map[string]cohortDocument{},
		faults:        map[Endpoint][]Fault{},
		recorded:      newRecorder(),
	}
	flags := config.Flags
	if flags == nil {
		flags = []byte("[]")
	}
	if err := s.SetFlags(flags); err != nil {
		return nil, fmt.Errorf("starting the fake service: %w", err)
	}
	listener, err := net.Listen("tcp", cmp.Or(config.Address, "127.0.0.1:0"))
	if err != nil {
		return nil, fmt.Errorf("starting the fake service: %w", err)
	}
	s.URL = "http://" + listener.Addr().String()
	s.http = &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 10 * time.Second,
		// Clients that go away are part of what tests do; nobody wants to read of it.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	s.running.Add(1)
	go func() {
		defer s.running.Done()
		_ = s.http.Serve(listener) // always an error: that Close was called
	}()
	return s, nil
}

// Close ends every connection at once, also those in the middle of an answer, as a crash of the service would, and waits
// for all requests to be over. To close a Server again does nothing.
func (s *Server) Close() {
	s.mu.Lock()
	first := !s.closed
	s.closed = true
	s.mu.Unlock()
	if first {
		close(s.closing)
		_ = s.http.Close() // what could fail is closing a socket
	}
	s.running.Wait()
}

// maxBody limits the users that are accepted, in bytes; the service's clients send far less.
const maxBody = 4 << 20

// ServeHTTP answers a request as the service would. After Close it ends the connection without an answer.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.begin() {
		panic(http.ErrAbortHandler) // net/http's way to end a connection
	}
	defer s.running.Done()

	// The body comes first, whatever the answer will be: net/http notices that a client went away only once it is read.
	body, bodyErr := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	in := s.receive(r, body)
	fault, number := s.arrive(in.Request)

	if !fault.wait(r.Context(), s.closing) || fault.Drop {
		panic(http.ErrAbortHandler)
	}
	out := fault.answer(func() answer {
		if bodyErr != nil {
			return refuseBody(bodyErr)
		}
		return s.answer(in)
	})
	s.answered(number, out.status)
	out.send(w, fault.CutAfter)
}

// begin counts a request as under way, unless the Server is closed: then no request may begin that Close would not wait for.
func (s *Server) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.running.Add(1)
	return true
}

// arrive records a request and tells which fault it meets and which number it has.
func (s *Server) arrive(request Request) (Fault, int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.nextFault(request.Endpoint), s.recorded.add(request)
}

func (s *Server) answered(number, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.recorded.answered(number, status)
}

// answer is what the service would say to a request that meets no fault.
func (s *Server) answer(in incoming) answer {
	switch in.Endpoint {
	case EndpointFlags:
		return s.answerFlags(in)
	case EndpointVardata:
		return s.answerVardata(in)
	case EndpointCohort:
		return s.answerCohort(in)
	}
	return refuse(http.StatusNotFound, "there is no %s here; this fake of the service has %s, %s and %s{id}",
		in.Path, flagsPath, vardataPath, cohortPath)
}

func refuseBody(err error) answer {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return refuse(http.StatusRequestEntityTooLarge, "the body is larger than %d bytes", tooLarge.Limit)
	}
	return refuse(http.StatusBadRequest, "the body did not arrive: %v", err)
}
