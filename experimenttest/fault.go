package experimenttest

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"time"
)

// UntilCleared as a Fault's Times makes it meet every request until Server.ClearFaults.
const UntilCleared = -1

// Fault is something that goes wrong with the answer to a request. The zero Fault changes nothing, so that a queue can
// let a request pass between two that fail.
type Fault struct {
	// Times is how many requests meet the fault, one after the other. Default: 1. UntilCleared: all that come.
	Times int

	// Status replaces the answer by one of this status, from 200 to 599, with Header and Body. Default: the endpoint's own
	// answer or, with a Body, 200.
	Status int

	// Header is added to the answer, or replaces what it has of the same name.
	Header http.Header

	// Body replaces the body of the answer; what is in it is not checked. Default: the endpoint's own, or none with a Status.
	Body []byte

	// Delay is how long the answer is held back. Default: not at all. It ends early when the client goes away or the Server
	// is closed.
	Delay time.Duration

	// Wait holds the answer back until the channel is closed or sends, before the Delay. Default: nil, not at all. It ends
	// early as the Delay does.
	Wait <-chan struct{}

	// CutAfter ends the connection after so many bytes of the body, though the answer's Content-Length promises all of it.
	// Default: 0, nothing is cut. Negative: right after the header. A body that is no longer than this is not cut.
	CutAfter int

	// Drop ends the connection without an answer, after Wait and Delay.
	Drop bool
}

// Fail queues faults for an endpoint: each request there, also one with wrong keys, meets the first of the queue, until
// that has met its Times and the next one's turn comes. After the queue the endpoint works again. Later calls add to the
// queue. The error says which fault has a value out of range; then none is queued. The caller must not change a Header or a
// Body afterwards.
func (s *Server) Fail(endpoint Endpoint, faults ...Fault) error {
	switch endpoint {
	case EndpointFlags, EndpointVardata, EndpointCohort:
	default:
		return fmt.Errorf("queueing faults: endpoint %q is unknown", endpoint)
	}
	for i, fault := range faults {
		if fault.Status != 0 && (fault.Status < 200 || fault.Status > 599) {
			return fmt.Errorf("queueing faults: fault %d: status %d is not from 200 to 599", i, fault.Status)
		}
		if fault.Times < UntilCleared {
			return fmt.Errorf("queueing faults: fault %d: times is %d; only UntilCleared (%d) may be negative",
				i, fault.Times, UntilCleared)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[endpoint] = append(s.faults[endpoint], faults...)
	return nil
}

// ClearFaults empties the queues of all endpoints. Answers that a fault holds back at that time stay held back.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.faults)
}

// nextFault takes from the queue what the next request meets. The caller holds s.mu.
func (s *Server) nextFault(endpoint Endpoint) Fault {
	queue := s.faults[endpoint]
	if len(queue) == 0 {
		return Fault{}
	}
	switch {
	case queue[0].Times > 1:
		queue[0].Times--
		return queue[0]
	case queue[0].Times == UntilCleared:
		return queue[0]
	}
	s.faults[endpoint] = queue[1:]
	return queue[0]
}

// wait holds an answer back. It is false if nobody waits for the answer any more.
func (f Fault) wait(ctx context.Context, closing <-chan struct{}) bool {
	if f.Wait != nil {
		select {
		case <-f.Wait:
		case <-ctx.Done():
			return false
		case <-closing:
			return false
		}
	}
	if f.Delay > 0 {
		timer := time.NewTimer(f.Delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			return false
		case <-closing:
			return false
		}
	}
	return true
}

// answer is the one the fault puts in place of the endpoint's own.
func (f Fault) answer(own func() answer) answer {
	var out answer
	switch {
	case f.Status != 0:
		out = answer{f.Status, http.Header{}, f.Body}
	case f.Body != nil:
		out = answer{http.StatusOK, http.Header{}, f.Body}
	default:
		out = own()
	}
	maps.Copy(out.header, canonical(f.Header))
	return out
}

// canonical lets names that were written into the map directly, as in Header{"retry-after": …}, replace what they mean.
func canonical(header http.Header) http.Header {
	names := make(http.Header, len(header))
	for name, values := range header {
		for _, value := range values {
			names.Add(name, value)
		}
	}
	return names
}
