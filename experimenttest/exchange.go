package experimenttest

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// exchange is one request that is being served, and how its response is sent
// under a fault.
type exchange struct {
	w       http.ResponseWriter
	r       *http.Request
	control *http.ResponseController
	fault   Fault
	closing <-chan struct{} // closed when the Server closes
	// left is how many bytes of the body are left before the cut. It is
	// negative if there is no cut.
	left int
}

var (
	// errEnded ends a body that the fault ends cleanly.
	errEnded = errors.New("the fault ends the body")
	errGone  = errors.New("nobody waits for the response")
)

// unblock ends writes of the exchange when the Server closes, even if the
// client reads nothing. The caller calls the function that it returns when the
// exchange is over.
func (e *exchange) unblock(lifetime context.Context) (over func()) {
	unblocked := make(chan struct{})
	stop := context.AfterFunc(lifetime, func() {
		defer close(unblocked)
		// A ResponseWriter without deadlines, as httptest's, never blocks.
		_ = e.control.SetWriteDeadline(time.Now())
	})
	return func() {
		if !stop() {
			<-unblocked
		}
	}
}

// wait waits for the duration, without a limit if it is 0, or until the channel
// sends or is closed. It returns false as soon as the client has gone away or
// the Server is closing: then nobody waits for the response.
func (e *exchange) wait(duration time.Duration, released <-chan struct{}) bool {
	var over <-chan time.Time
	if duration > 0 {
		timer := time.NewTimer(duration)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case <-over:
		return true
	case <-released:
		return true
	case <-e.r.Context().Done():
		return false
	case <-e.closing:
		return false
	}
}

// hold waits as Wait and Delay demand. It returns false if nobody waits for the
// response any more.
func (e *exchange) hold() bool {
	if e.fault.Wait != nil && !e.wait(0, e.fault.Wait) {
		return false
	}
	if e.fault.Delay <= 0 {
		return true
	}
	var cleared <-chan struct{}
	if e.fault.drawn {
		cleared = e.fault.cleared
	}
	return e.wait(e.fault.Delay, cleared)
}

// breakOff breaks the exchange as the fault's Ending demands. The caller then
// panics with http.ErrAbortHandler, which is net/http's way to end a response
// that is not complete.
func (e *exchange) breakOff() {
	conn := connectionOf(e.r.Context())
	switch e.fault.Ending {
	case EndByReset:
		conn.reset()
	case EndByStalling:
		e.wait(0, e.fault.cleared)
	case EndByBlackHole:
		conn.swallow()
		e.wait(0, e.fault.cleared)
		conn.close()
	}
}
