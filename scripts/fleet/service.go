package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/amplitude/experiment-go-server/experimenttest"
)

// kind is what a request is for.
type kind int

const (
	poll kind = iota
	stream
)

// arrival is a request that has reached the service.
type arrival struct {
	client  int
	kind    kind
	refused bool          // the service was down
	at      time.Duration // since the phase began
}

// service is a fake service that knows which client sent a request: the first
// segment of the path is the client's number. It has outages, in which it
// refuses requests with a 503 and breaks open streams.
type service struct {
	url    string
	fake   *experimenttest.Server
	server http.Server
	served sync.WaitGroup

	mu       sync.Mutex
	began    time.Time     // the phase
	arrivals []arrival     // of the phase
	arrived  chan struct{} // closed, and replaced, when a request arrives
	down     bool
	up       context.Context // ends with the next outage, and breaks streams
	fail     context.CancelFunc
}

// newService starts a service. The caller must close it.
func newService(flags []byte) (*service, error) {
	fake, err := experimenttest.NewServer(&experimenttest.Config{Flags: flags})
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fake.Close()
		return nil, err
	}
	s := &service{url: "http://" + listener.Addr().String(), fake: fake, arrived: make(chan struct{})}
	s.begin(false)
	s.server.Handler = s
	s.server.ErrorLog = log.New(io.Discard, "", 0) // of connections that clients close
	s.served.Add(1)
	go func() {
		defer s.served.Done()
		_ = s.server.Serve(listener) // always returns an error, here after close
	}()
	return s, nil
}

func (s *service) close() {
	_ = s.server.Close() // only closing a socket can fail
	s.fake.Close()
	s.served.Wait()
}

// begin begins a phase, from whose beginning requests are recorded. If the
// service is down in it, it breaks all streams.
func (s *service) begin(down bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.began, s.arrivals = time.Now(), nil
	s.setDown(down)
}

// recover ends an outage, and returns when in the phase. The phase goes on.
func (s *service) recover() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.setDown(false)
	return time.Since(s.began)
}

// setDown begins or ends an outage.
func (s *service) setDown(down bool) {
	s.down = down
	switch {
	case down && s.fail != nil:
		s.fail()
	case !down && (s.up == nil || s.up.Err() != nil):
		s.up, s.fail = context.WithCancel(context.Background())
	}
}

// ServeHTTP records the request, and lets the fake service respond unless the
// service is down.
func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	first, path, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	client, err := strconv.Atoi(first)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	a := arrival{client: client}
	if strings.Contains(path, "/stream/") {
		a.kind = stream
	}
	up, ok := s.record(a)
	if !ok {
		http.Error(w, "an outage", http.StatusServiceUnavailable)
		return
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(up, cancel)()
	r = r.Clone(ctx)
	r.URL.Path = "/" + path
	s.fake.ServeHTTP(w, r)
	if up.Err() != nil {
		panic(http.ErrAbortHandler) // net/http's way to break a connection
	}
}

// record records a request. It returns false if the service is down, otherwise
// a context that ends with the next outage.
func (s *service) record(a arrival) (up context.Context, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a.at, a.refused = time.Since(s.began), s.down
	s.arrivals = append(s.arrivals, a)
	close(s.arrived)
	s.arrived = make(chan struct{})
	return s.up, !s.down
}

// await waits until every client has made this many matching requests in the
// phase, and returns all requests of the phase so far.
func (s *service) await(ctx context.Context, clients, each int, match func(arrival) bool) ([]arrival, error) {
	counts := make([]int, clients)
	lacking, seen := clients, 0
	for {
		s.mu.Lock()
		arrivals, arrived := s.arrivals, s.arrived
		s.mu.Unlock()
		for _, a := range arrivals[seen:] {
			if !match(a) {
				continue
			}
			if counts[a.client]++; counts[a.client] == each {
				lacking--
			}
		}
		if seen = len(arrivals); lacking == 0 {
			return arrivals, nil
		}
		select {
		case <-arrived:
		case <-ctx.Done():
			return nil, fmt.Errorf("awaiting requests: %d of %d clients have not sent %d of them: %w",
				lacking, clients, each, ctx.Err())
		}
	}
}
