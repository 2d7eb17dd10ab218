package experimenttest

import (
	"fmt"
	"slices"
)

// Fail queues faults for an endpoint. The first fault of the queue applies to
// each request to the endpoint, even with wrong keys, until it has applied
// Times times; then the next fault follows. When the queue is empty, the
// endpoint works again, except for faults that Chaos draws. Another call adds
// to the queue.
//
// Fail returns an error that names the fault with a value out of range, and
// then queues none. The caller must not change a Header or a Body afterwards.
func (s *Server) Fail(endpoint Endpoint, faults ...Fault) error {
	if !slices.Contains(endpoints, endpoint) {
		return fmt.Errorf("queueing faults: unknown endpoint %q", endpoint)
	}
	for i, fault := range faults {
		if err := fault.check(endpoint); err != nil {
			return fmt.Errorf("queueing faults: fault %d: %w", i, err)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[endpoint] = append(s.faults[endpoint], faults...)
	return nil
}

// ClearFaults empties the queues of all endpoints and ends Chaos, so that
// everything works again at once. It ends requests that a fault keeps open with
// an Ending or an Endless body, sends the rest of a body that drips, and lets
// streams go on whose fault has not struck yet. A Delay that Chaos drew is
// over. Responses that a Wait or a Delay of a queued fault is holding back stay
// held back.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.faults)
	s.chaos = nil
	close(s.cleared)
	s.cleared = make(chan struct{})
}

// nextFault takes the fault of the next request from the queue, or draws one if
// the queue is empty. The caller holds s.mu.
func (s *Server) nextFault(endpoint Endpoint, number int) Fault {
	queue := s.faults[endpoint]
	var fault Fault
	switch {
	case len(queue) == 0:
		fault = s.chaos.drawFault(endpoint, number)
	case queue[0].Times > 1:
		queue[0].Times--
		fault = queue[0]
	case queue[0].Times == UntilCleared:
		fault = queue[0]
	default:
		s.faults[endpoint] = queue[1:]
		fault = queue[0]
	}
	fault.cleared = s.cleared
	return fault
}
