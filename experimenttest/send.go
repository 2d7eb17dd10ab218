package experimenttest

import (
	"bytes"
	"maps"
	"net/http"
	"strconv"
)

// start writes the status and the header of a response.
func (e *exchange) start(resp response) {
	// A Fault may replace this field too.
	e.w.Header().Set("Access-Control-Allow-Origin", "*")
	maps.Copy(e.w.Header(), resp.header)
	e.w.WriteHeader(resp.status)
}

// cutAfter sets the cut of a body from a Fault's CutAfter.
func (e *exchange) cutAfter(n int) {
	e.left = -1
	if n != 0 {
		e.left = max(n, 0)
	}
}

// send writes a response. It panics with http.ErrAbortHandler if the fault ends
// the response before its end.
func (e *exchange) send(resp response) {
	if resp.status == http.StatusNoContent || resp.status == http.StatusNotModified {
		e.start(resp)
		return
	}
	body := resp.body
	e.cutAfter(e.fault.CutAfter)
	if e.fault.Endless {
		e.start(resp)
		e.repeat(body)
		return
	}
	if e.left >= len(body) && e.left > 0 {
		e.left = -1
	}
	if e.left >= 0 && e.fault.Ending == EndCleanly {
		body, e.left = body[:e.left], -1
	}
	length := max(len(body)+e.fault.LengthOffset, 0)
	resp.header.Set("Content-Length", strconv.Itoa(length))
	e.start(resp)
	if length >= len(body) {
		_ = e.write(body) // fails when the client is gone
		return
	}
	if e.write(body[:length]) == nil && e.control.Flush() == nil && e.r.ProtoMajor == 1 && e.r.TLS == nil {
		if conn := connectionOf(e.r.Context()); conn != nil {
			_, _ = conn.Write(body[length:]) // fails when the client is gone
		}
	}
}

// repeat writes the body again and again. It ends the exchange when the faults
// are cleared.
func (e *exchange) repeat(body []byte) {
	const pieceSize = 32 << 10
	if len(body) == 0 {
		body = []byte{' '}
	}
	if len(body) < pieceSize {
		body = bytes.Repeat(body, pieceSize/len(body))
	}
	for !e.fault.isCleared() {
		if e.write(body) != nil {
			return
		}
	}
	panic(http.ErrAbortHandler)
}

// write writes a part of the body. It returns an error if that was the last
// part, because the client is gone or the fault ends the body cleanly. Like
// send, it panics if the fault ends the body otherwise.
func (e *exchange) write(p []byte) error {
	cuts := e.left >= 0 && e.left <= len(p) && !e.fault.isCleared()
	if cuts {
		p = p[:e.left]
	}
	if err := e.drip(p); err != nil {
		return err
	}
	if cuts {
		return e.end()
	}
	if e.left >= 0 {
		e.left -= len(p) // negative if the cut was cleared
	}
	return nil
}

// drip writes p, in pieces if the fault demands it.
func (e *exchange) drip(p []byte) error {
	for e.fault.DripBytes > 0 && len(p) > e.fault.DripBytes && !e.fault.isCleared() {
		if _, err := e.w.Write(p[:e.fault.DripBytes]); err != nil {
			return err
		}
		if err := e.control.Flush(); err != nil {
			return err
		}
		p = p[e.fault.DripBytes:]
		if !e.wait(e.fault.DripInterval, e.fault.cleared) {
			return errGone
		}
	}
	_, err := e.w.Write(p)
	return err
}

// end ends a body early, as the fault's Ending says.
func (e *exchange) end() error {
	if e.fault.Ending == EndCleanly {
		return errEnded
	}
	_ = e.control.Flush() // what was written before arrives
	e.breakOff()
	panic(http.ErrAbortHandler)
}
