package experimenttest

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"time"
)

// UntilCleared is a value of Fault.Times: the fault applies to every request
// until Server.ClearFaults.
const UntilCleared = -1

// Fault is something that goes wrong with the response to a request. The zero
// Fault changes nothing, so that a queue can let a request succeed between two
// that fail.
type Fault struct {
	// Times is how many requests in a row the fault applies to. Default: 1.
	// UntilCleared: all of them.
	Times int

	// Status, from 200 to 599, replaces the endpoint's response by one that has
	// only this status, Header and Body. Default: the response of the endpoint,
	// or 200 if there is a Body.
	Status int

	// Header is added to the response. It replaces fields of the same name.
	Header http.Header

	// Body replaces the body of the response. Its content is not checked.
	// Default: the body of the endpoint, or no body if there is a Status.
	Body []byte

	// Delay is how long the response is held back. Default: not at all. The
	// delay ends early when the client goes away or the Server is closed.
	Delay time.Duration

	// Wait holds the response back, before the Delay, until the channel sends
	// or is closed. Default: nil, which does not wait. The wait ends early when
	// the client goes away or the Server is closed.
	Wait <-chan struct{}

	// CutAfter ends the connection after this many bytes of the body, although
	// Content-Length promises the whole body. A body that is no longer than
	// CutAfter is not cut. Default: 0, which does not cut. Negative: cut right
	// after the header.
	CutAfter int

	// Drop ends the connection without a response, after Wait and Delay.
	Drop bool
}

// Fail queues faults for an endpoint. The first fault of the queue applies to
// each request to the endpoint, even with wrong keys, until it has applied
// Times times; then the next fault follows. When the queue is empty, the
// endpoint works again. Another call adds to the queue.
//
// Fail returns an error that names the fault with a value out of range, and
// then queues none. The caller must not change a Header or a Body afterwards.
func (s *Server) Fail(endpoint Endpoint, faults ...Fault) error {
	switch endpoint {
	case EndpointFlags, EndpointVardata, EndpointCohort:
	default:
		return fmt.Errorf("queueing faults: unknown endpoint %q", endpoint)
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

// ClearFaults empties the queues of all endpoints. Responses that a fault is
// holding back stay held back.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.faults)
}

// nextFault takes the fault of the next request from the queue. The caller
// holds s.mu.
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

// hold waits as Wait and Delay demand. It returns false as soon as the client
// has gone away or the Server is closing: then nobody waits for the response.
func (f Fault) hold(ctx context.Context, closing <-chan struct{}) bool {
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

// respond returns the response that the fault leaves of the endpoint's own. It
// calls own only if the fault does not replace that response.
func (f Fault) respond(own func() response) response {
	var resp response
	switch {
	case f.Status != 0:
		resp = response{f.Status, http.Header{}, f.Body}
	case f.Body != nil:
		resp = response{http.StatusOK, http.Header{}, f.Body}
	default:
		resp = own()
	}
	maps.Copy(resp.header, canonical(f.Header))
	return resp
}

// canonical returns a copy of header with canonical names. Without it, a name
// that was written into the map directly, as in Header{"retry-after": …}, would
// not replace the field that it means.
func canonical(header http.Header) http.Header {
	names := make(http.Header, len(header))
	for name, values := range header {
		for _, value := range values {
			names.Add(name, value)
		}
	}
	return names
}
