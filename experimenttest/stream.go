package experimenttest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"time"
)

// eventStream is the content type of a stream.
const eventStream = "text/event-stream"

// defaultKeepalive is how often the service sends a keepalive.
const defaultKeepalive = 15 * time.Second

// oneLine returns a document without line breaks, as one line of an event's
// data. It returns the document itself if that has none.
func oneLine(document []byte) ([]byte, error) {
	if !bytes.ContainsAny(document, "\r\n") {
		return document, nil
	}
	var compact bytes.Buffer
	err := json.Compact(&compact, document)
	return compact.Bytes(), err
}

// streamResponse returns the response that starts a stream. If its status is
// not 200, it is the whole response.
func (s *Server) streamResponse(req request) response {
	if resp, ok := req.checkMethod(http.MethodGet); !ok {
		return resp
	}
	if !req.Authorized {
		return deploymentKeyRequired()
	}
	return response{status: http.StatusOK, header: http.Header{
		"Content-Type":  {eventStream},
		"Cache-Control": {"no-store"},
	}}
}

// stream is an open stream. It keeps no document while it waits: however slow
// its client reads, it next sends the newest one.
type stream struct {
	*exchange
	server *Server
	number int // of the request, from which Chaos draws
	// version is the version of the document that was sent last.
	version int
	// documents is how many documents were sent.
	documents int
}

// run sends documents and keepalives until the client goes away, the Server
// closes or a fault ends the stream.
func (s *stream) run() {
	s.cutAfter(s.fault.CutAfter)
	if s.fault.CutEvents < 0 {
		_ = s.end() // the only error is that the stream is over
		return
	}
	keepalive := time.NewTimer(s.server.keepalive)
	defer keepalive.Stop()
	isDue := false
	for turn := 0; ; turn++ {
		flags, changed := s.server.currentFlags()
		if turn > 0 && s.strike(turn, len(flags.body)) != nil || s.send(flags, isDue) != nil {
			return
		}
		keepalive.Reset(s.server.keepalive)
		select {
		case <-changed:
			isDue = false
		case <-keepalive.C:
			isDue = true
		case <-s.r.Context().Done():
			return
		case <-s.closing:
			return
		}
	}
}

// send sends the flags if they are new to the client, otherwise a keepalive if
// one is due. It returns an error if the stream is over.
func (s *stream) send(flags flagsDocument, isDue bool) error {
	switch {
	case flags.version != s.version:
		s.version = flags.version
		for _, part := range [][]byte{[]byte("data: "), flags.line, []byte("\n\n")} {
			if err := s.write(part); err != nil {
				return err
			}
		}
		if err := s.control.Flush(); err != nil {
			return err
		}
		s.documents++
		if s.documents == s.fault.CutEvents && !s.fault.isCleared() {
			return s.end()
		}
	case isDue:
		// The data is one space: the first one belongs to the field.
		if err := s.write([]byte("data:  \n\n")); err != nil {
			return err
		}
		return s.control.Flush()
	}
	return nil
}

// strike lets Chaos end the stream, at once or within the next n bytes. It
// returns an error if the stream is over.
func (s *stream) strike(turn, n int) error {
	fault, ok := s.server.drawStrike(s.number, turn, n)
	if !ok {
		return nil
	}
	s.fault = fault
	if fault.CutAfter == 0 {
		return s.end()
	}
	s.cutAfter(fault.CutAfter)
	return nil
}
