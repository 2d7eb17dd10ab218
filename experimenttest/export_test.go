package experimenttest

import (
	"fmt"
	"time"
)

// SetBodyTimeout changes how long the body of a request may take to arrive. It
// must be called before the first request.
func (s *Server) SetBodyTimeout(timeout time.Duration) { s.bodyTimeout = timeout }

// Draw describes the fault that Chaos draws for a request, counted from 1.
func (s *Server) Draw(endpoint Endpoint, number int) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return fmt.Sprintf("%+v", s.chaos.drawFault(endpoint, number))
}

// DrawStrike describes the fault that Chaos draws for a turn of an open stream.
func (s *Server) DrawStrike(number, turn int) string {
	fault, ok := s.drawStrike(number, turn, 100)
	return fmt.Sprint(fault.CutAfter, fault.Ending, ok)
}

// CheckDraw returns an error if Chaos draws a fault that Fail rejects.
func (s *Server) CheckDraw(endpoint Endpoint, number int) error {
	always := &chaos{seed: 1, rate: 1, endpoints: endpoints}
	return always.drawFault(endpoint, number).check(endpoint)
}
