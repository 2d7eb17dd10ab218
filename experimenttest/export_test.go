package experimenttest

import "time"

// SetBodyTimeout changes how long the body of a request may take to arrive. It
// must be called before the first request.
func (s *Server) SetBodyTimeout(timeout time.Duration) { s.bodyTimeout = timeout }
