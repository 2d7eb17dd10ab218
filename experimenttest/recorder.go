package experimenttest

import (
	"context"
	"fmt"
	"slices"
)

// Requests returns the requests that have arrived so far, in order. The Server
// always keeps the latest ten thousand and may drop older ones. The caller owns
// the slice; what its elements refer to is shared and read-only.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.recorded.requests)
}

// AwaitRequests waits until n requests to the endpoint have arrived since the
// Server started. It returns an error if the context ends or the Server closes
// first.
func (s *Server) AwaitRequests(ctx context.Context, endpoint Endpoint, n int) error {
	for {
		s.mu.Lock()
		count, arrived := s.recorded.counts[endpoint], s.recorded.arrived
		s.mu.Unlock()
		if count >= n {
			return nil
		}
		select {
		case <-arrived:
		case <-ctx.Done():
			return fmt.Errorf("awaiting %d requests to %s, of which %d arrived: %w", n, endpoint, count, ctx.Err())
		case <-s.closing:
			return fmt.Errorf("awaiting %d requests to %s, of which %d arrived: the server was closed",
				n, endpoint, count)
		}
	}
}

// recorder keeps requests. The Server's mutex guards it.
type recorder struct {
	requests []Request
	// dropped is how many requests arrived before requests[0].
	dropped int
	counts  map[Endpoint]int
	// arrived is closed, and replaced, when a request arrives.
	arrived chan struct{}
}

// maxRecorded bounds the memory of a Server that runs for long, as in xpmt.
const maxRecorded = 10_000

func newRecorder() recorder {
	return recorder{counts: map[Endpoint]int{}, arrived: make(chan struct{})}
}

// add records a request and returns its number, counted from the Server's
// first.
func (r *recorder) add(request Request) int {
	// Dropping a tenth at a time keeps the copying rare.
	if len(r.requests) == maxRecorded+maxRecorded/10 {
		r.dropped += maxRecorded / 10
		r.requests = slices.Delete(r.requests, 0, maxRecorded/10)
	}
	r.requests = append(r.requests, request)
	r.counts[request.Endpoint]++
	close(r.arrived)
	r.arrived = make(chan struct{})
	return r.dropped + len(r.requests) - 1
}

// setStatus sets the status of a request, unless the request was dropped.
func (r *recorder) setStatus(number, status int) {
	if i := number - r.dropped; i >= 0 {
		r.requests[i].Status = status
	}
}
