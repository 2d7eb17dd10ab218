// Package testservice is a flag service for tests. Each request waits until the
// test responds to it. Tests need no sleeps: polls do not overlap, so the next
// request arrives only after the client has dealt with the previous response.
//
// Only tests import it.
package testservice

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// Timeout bounds each wait for something that happens at once if the tested
// code is right.
const Timeout = 20 * time.Second

// Service is an HTTP server whose requests wait until the test responds to
// them.
type Service struct {
	*httptest.Server
	requests chan *Request
	gone     chan struct{} // closed at the end of the test
}

// Request is a request that waits for its response.
type Request struct {
	*http.Request
	service  *Service
	response chan http.HandlerFunc
}

// New starts a Service, which the end of the test closes.
func New(t testing.TB) *Service {
	s := &Service{requests: make(chan *Request), gone: make(chan struct{})}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request := &Request{r, s, make(chan http.HandlerFunc, 1)}
		for offer := s.requests; ; offer = nil {
			select {
			case offer <- request:
			case respond := <-request.response:
				respond(w, r)
				return
			case <-r.Context().Done():
				return
			case <-s.gone:
				return
			}
		}
	}))
	t.Cleanup(func() {
		close(s.gone)
		s.Close()
	})
	return s
}

// Requests returns the channel that the requests arrive on, for a select.
func (s *Service) Requests() <-chan *Request { return s.requests }

// Gone returns a channel that is closed at the end of the test.
func (s *Service) Gone() <-chan struct{} { return s.gone }

// Next waits for a request and returns it.
func (s *Service) Next(t testing.TB) *Request {
	t.Helper()
	return Receive(t, s.requests)
}

// RequireNoRequest fails the test if a request is waiting.
func (s *Service) RequireNoRequest(t testing.TB) {
	t.Helper()
	select {
	case <-s.requests:
		t.Fatal("a request came")
	default:
	}
}

// RespondToAll responds to every request in the same way until the test ends.
func (s *Service) RespondToAll(response http.HandlerFunc) {
	for {
		select {
		case request := <-s.requests:
			request.Respond(response)
		case <-s.gone:
			return
		}
	}
}

// Respond lets the response be written. It does not wait for that.
func (r *Request) Respond(response http.HandlerFunc) { r.response <- response }

// RespondAndNext responds and then waits for the next request, which it
// returns.
func (r *Request) RespondAndNext(t testing.TB, response http.HandlerFunc) *Request {
	t.Helper()
	r.Respond(response)
	return r.service.Next(t)
}

// Receive returns the next value of a channel. It fails the test if none
// arrives within Timeout.
func Receive[T any](t testing.TB, from <-chan T) T {
	t.Helper()
	select {
	case value := <-from:
		return value
	case <-time.After(Timeout):
		t.Fatal("timed out")
		panic("unreachable")
	}
}
