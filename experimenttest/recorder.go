package experimenttest

import (
	"context"
	"fmt"
	"slices"
)

// Requests returns the requests that have arrived so far, in order. The Server
// always keeps the latest ten thousand and may drop older ones. The caller owns
// the slice; what its elements refer to is shared and read-only.
//
// The Server keeps about 16 MiB of what clients sent. When there is more, it
// shortens the oldest records that it has not shortened yet. It shortens the
// record of an unauthorized request above 4 KiB at once. A shortened record has
// Shortened set.
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
	// shortened is how many of the requests, from the first, have been
	// shortened.
	shortened int
	// size is the sum of the sizes of the requests.
	size   int
	counts map[Endpoint]int
	// arrived is closed, and replaced, when a request arrives.
	arrived chan struct{}
}

// These bound the memory of a Server that runs for long, as in xpmt.
const (
	maxRecorded          = 10_000   // requests
	maxRecordedBytes     = 16 << 20 // what clients sent, as Request.size counts
	maxUnauthorizedBytes = 4 << 10  // what a client sent without the keys
)

func newRecorder() recorder {
	return recorder{counts: map[Endpoint]int{}, arrived: make(chan struct{})}
}

// add records a request and returns its number, counted from the Server's
// first.
func (r *recorder) add(request Request) int {
	// Dropping a tenth at a time keeps the copying rare.
	if len(r.requests) == maxRecorded+maxRecorded/10 {
		r.drop(maxRecorded / 10)
	}
	r.requests = append(r.requests, request)
	r.size += request.size()
	for ; r.size > maxRecordedBytes; r.shortened++ {
		oldest := &r.requests[r.shortened]
		r.size -= oldest.size()
		*oldest = oldest.shortened()
	}
	r.counts[request.Endpoint]++
	close(r.arrived)
	r.arrived = make(chan struct{})
	return r.dropped + len(r.requests) - 1
}

// drop drops the n oldest requests.
func (r *recorder) drop(n int) {
	for _, request := range r.requests[:n] {
		r.size -= request.size()
	}
	r.requests = slices.Delete(r.requests, 0, n)
	r.dropped += n
	r.shortened = max(0, r.shortened-n)
}

// setStatus sets the status of a request, unless the request was dropped.
func (r *recorder) setStatus(number, status int) {
	if i := number - r.dropped; i >= 0 {
		r.requests[i].Status = status
	}
}
