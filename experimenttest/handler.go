package experimenttest

import (
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

// maxBody limits the body of a request, in bytes. Users are far smaller.
const maxBody = 4 << 20

// ServeHTTP responds to a request as the service would. After Close it ends the
// connection without a response.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.begin() {
		panic(http.ErrAbortHandler) // net/http's way to end a connection
	}
	defer s.running.Done()
	if r.Method == http.MethodOptions {
		(&exchange{w: w}).send(preflightResponse())
		return
	}

	// The body is read first, whatever the response will be: only after that
	// does net/http notice that a client has gone away.
	authorized := s.authorized(r)
	body, bodyErr := s.readBody(w, r, authorized)
	req := newRequest(r, body, authorized)
	fault, number, order := s.record(req)
	e := &exchange{w: w, r: r, control: http.NewResponseController(w), fault: fault, closing: s.closing}
	defer e.unblock(s.lifetime)()

	if !e.hold() {
		panic(http.ErrAbortHandler)
	}
	if fault.Drop {
		e.breakOff()
		panic(http.ErrAbortHandler)
	}
	resp := fault.respond(func() response {
		if bodyErr != nil {
			return bodyErrorResponse(bodyErr)
		}
		return s.respond(req)
	})
	s.recordStatus(number, resp.status)
	if req.Endpoint == EndpointStream && resp.status == http.StatusOK && !fault.replaces() {
		e.start(resp)
		(&stream{exchange: e, server: s, number: order}).run()
		return
	}
	e.send(resp)
}

// readBody reads the body of a request. It returns only the first bytes of the
// body of an unauthorized request: anyone can send such requests.
func (s *Server) readBody(w http.ResponseWriter, r *http.Request, authorized bool) ([]byte, error) {
	control := http.NewResponseController(w)
	// This fails for a ResponseWriter without deadlines, as httptest's. The
	// server around it then has its own timeouts, or needs none.
	_ = control.SetReadDeadline(time.Now().Add(s.bodyTimeout))
	limited := http.MaxBytesReader(w, r.Body, maxBody)
	var kept io.Reader = limited
	if !authorized {
		kept = io.LimitReader(limited, maxUnauthorizedBytes+1)
	}
	body, err := io.ReadAll(kept)
	if err == nil {
		_, err = io.Copy(io.Discard, limited)
	}
	if err == nil {
		// While a Fault holds the response back, net/http would take the
		// deadline for the end of the client. After an error the deadline
		// stays, because net/http still tries to read the rest.
		_ = control.SetReadDeadline(time.Time{})
	}
	return body, err
}

// begin counts a request as running and returns true. It returns false if the
// Server is closed: Close would not wait for the request.
func (s *Server) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.running.Add(1)
	return true
}

// record records a request. It returns its fault, its number among all requests
// and its number among those to its endpoint. One lock covers all, so that
// faults apply in the order of the records.
func (s *Server) record(req request) (fault Fault, number, order int) {
	recorded := req.Request
	if !req.Authorized && (req.bodySize > maxUnauthorizedBytes || recorded.size() > maxUnauthorizedBytes) {
		recorded = recorded.shortened()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	order = s.recorded.counts[recorded.Endpoint] + 1
	return s.nextFault(recorded.Endpoint, order), s.recorded.add(recorded), order
}

// recordStatus records the status of the response to a request.
func (s *Server) recordStatus(number, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.recorded.setStatus(number, status)
}

// respond returns the service's response to a request without a fault.
func (s *Server) respond(req request) response {
	switch req.Endpoint {
	case EndpointFlags:
		return s.flagsResponse(req)
	case EndpointStream:
		if !s.noStream {
			return s.streamResponse(req)
		}
	case EndpointVardata:
		return s.vardataResponse(req)
	case EndpointCohort:
		return s.cohortResponse(req)
	}
	paths := []string{flagsPath, streamPath, vardataPath}
	if s.noStream {
		paths = []string{flagsPath, vardataPath}
	}
	return errorResponse(http.StatusNotFound, "there is no %s here; this fake service has %s and %s{id}",
		req.Path, strings.Join(paths, ", "), cohortPath)
}

// bodyErrorResponse returns the response to a request whose body could not be
// read.
func bodyErrorResponse(err error) response {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return errorResponse(http.StatusRequestEntityTooLarge, "the body is larger than %d bytes", tooLarge.Limit)
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return errorResponse(http.StatusRequestTimeout, "the body did not arrive in time")
	}
	return errorResponse(http.StatusBadRequest, "reading the body: %v", err)
}
