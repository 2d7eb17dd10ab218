package experimenttest

import (
	"errors"
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
// that fail. Functions such as Reset and Garbage return the usual faults.
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

	// Drop ends the request without a response, after Wait and Delay, as Ending
	// says.
	Drop bool

	// CutAfter ends the response after this many bytes of the body, as Ending
	// says, although Content-Length promises the whole body. A body that is no
	// longer than CutAfter is not cut. Default: 0, which does not cut.
	// Negative: cut right after the header.
	CutAfter int

	// CutEvents ends a stream after this many documents, as Ending says.
	// Default: 0, which does not end it. Negative: end it right after the
	// header. The fault of another endpoint must not have it.
	CutEvents int

	// Ending is how Drop, CutAfter and CutEvents end the request. Default:
	// EndByClosing.
	Ending Ending

	// DripBytes sends the body in pieces of this many bytes, one every
	// DripInterval. Default: 0, which sends it at once.
	DripBytes    int
	DripInterval time.Duration

	// LengthOffset makes Content-Length wrong: it is the length of the body
	// plus LengthOffset, and at least 0. A client waits in vain for the bytes
	// above the body's length, until the connection is closed. Bytes above
	// Content-Length follow on the connection, where no response is expected;
	// with TLS they are not sent. An open stream has no length and ignores it.
	// Default: 0, the right length.
	LengthOffset int

	// Endless repeats the body until the client goes away, without a
	// Content-Length. An empty body becomes spaces without end. A stream is
	// endless anyway and ignores it, unless the fault has a Body.
	Endless bool

	// cleared is closed by the next ClearFaults.
	cleared <-chan struct{}
	// drawn reports whether Chaos drew the fault.
	drawn bool
}

// Ending is how a Fault ends a request.
type Ending int

// The endings of a request. Those that leave the connection open last until the
// client goes away, the Server is closed, or ClearFaults ends them.
const (
	// EndByClosing closes the connection.
	EndByClosing Ending = iota

	// EndByReset closes the connection with a TCP reset.
	EndByReset

	// EndByStalling sends nothing more and leaves the connection open. Other
	// requests on the same HTTP/2 connection are not affected.
	EndByStalling

	// EndByBlackHole leaves the connection open, but the Server no longer sees
	// what arrives on it, and nothing that it writes leaves. With HTTP/2 this
	// includes pings and all other requests of the connection.
	EndByBlackHole

	// EndCleanly ends the body as if it were complete: Content-Length is the
	// shorter length, and a stream ends without an error.
	EndCleanly
)

// check returns an error if a value is out of range for the endpoint.
func (f Fault) check(endpoint Endpoint) error {
	switch {
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		return fmt.Errorf("status %d is not from 200 to 599", f.Status)
	case f.Times < UntilCleared:
		return fmt.Errorf("times is %d; only UntilCleared (%d) may be negative", f.Times, UntilCleared)
	case f.Ending < EndByClosing || f.Ending > EndCleanly:
		return fmt.Errorf("there is no ending %d", f.Ending)
	case f.Drop && f.Ending == EndCleanly:
		return errors.New("a dropped request has no body that could end cleanly; use another ending")
	case f.CutEvents != 0 && endpoint != EndpointStream:
		return fmt.Errorf("only the endpoint %q has events to cut; use CutAfter", EndpointStream)
	case f.DripBytes < 0 || f.DripInterval < 0 || (f.DripBytes > 0) != (f.DripInterval > 0):
		return fmt.Errorf("it drips %d bytes every %v; set neither, or both above 0", f.DripBytes, f.DripInterval)
	}
	return nil
}

// isCleared reports whether ClearFaults was called after the fault was taken.
func (f Fault) isCleared() bool {
	select {
	case <-f.cleared:
		return true
	default: // also for the zero Fault, whose channel is nil
		return false
	}
}

// replaces reports whether the fault replaces the response of the endpoint.
func (f Fault) replaces() bool { return f.Status != 0 || f.Body != nil }

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
