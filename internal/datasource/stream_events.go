package datasource

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unsafe"

	"github.com/tmaxmax/go-sse"
)

// maxEventBytes is the largest event that is read: a document, and the field
// names on its lines.
const maxEventBytes = MaxBodyBytes + MaxBodyBytes/64

// readBufferBytes is the size of the buffer that an open stream keeps.
const readBufferBytes = 32 << 10

var errEnded = errors.New("the service ended the stream")

// eventReader is what package sse reads a stream through. A Read returns bytes
// of one event only, and all of them or as many as have room. All line ends
// become LF, and blank lines between events are left out.
//
// After each Read, package sse scans the event from its beginning. So it scans
// an event a few times, not once for each packet. The end of the stream is an
// error and never io.EOF, because package sse takes what precedes io.EOF for an
// event, even if the event is cut. See RATIONALE.md, "Why is a stream read
// event by event?".
type eventReader struct {
	source *bufio.Reader
	limit  int
	alive  func() // is called after each whole event and each comment

	size    int  // of the current event so far, in bytes
	line    int  // length of the current line so far
	comment bool // whether the current line is a comment
	afterCR bool // whether a LF would belong to the line end before it
	err     error
}

func newEventReader(body io.Reader, limit int, alive func()) *eventReader {
	return &eventReader{source: bufio.NewReaderSize(body, readBufferBytes), limit: limit, alive: alive}
}

// next returns the data of the next event without a name, which is "" if it has
// none. Named events are for other readers, as in a browser, where "message"
// stands for no name.
func (r *eventReader) next() (string, error) {
	// There is a new sse.Read for each event, so that the buffer of a large
	// event is not kept.
	for {
		for event, err := range sse.Read(r, &sse.ReadConfig{MaxEventSize: r.limit + 1}) {
			switch {
			case r.err != nil:
				return "", r.err
			case err != nil:
				return "", err
			case event.Type == "" || event.Type == "message":
				return event.Data, nil
			}
			break
		}
		if r.err != nil {
			return "", r.err
		}
	}
}

// Read implements io.Reader. It never returns io.EOF.
func (r *eventReader) Read(p []byte) (n int, err error) {
	for n < len(p) && r.err == nil {
		chunk := r.peek(len(p) - n)
		if len(chunk) == 0 {
			break
		}
		if r.afterCR && chunk[0] == '\n' {
			r.afterCR = false
			_, _ = r.source.Discard(1)
			continue
		}
		r.afterCR = false
		text, ended := cutLine(chunk)
		if r.line == 0 {
			r.comment = bytes.HasPrefix(text, []byte(":"))
		}
		n += copy(p[n:], text)
		r.line += len(text)
		r.size += len(text)
		if ended {
			r.afterCR = chunk[len(text)] == '\r'
			_, _ = r.source.Discard(len(text) + 1)
			if r.line == 0 && r.size == 0 {
				continue // a blank line between events
			}
			p[n] = '\n'
			n++
			r.size++
			if r.endLine() {
				return n, nil
			}
		} else {
			_, _ = r.source.Discard(len(text))
		}
		if r.size > r.limit {
			r.err = fmt.Errorf("an event of the stream is larger than the limit of %d bytes", r.limit)
		}
	}
	return n, r.err
}

// endLine begins the next line. It reports whether the line was blank, which
// ends the event.
func (r *eventReader) endLine() bool {
	blank := r.line == 0
	r.line = 0
	if blank {
		r.size = 0
	}
	if blank || r.comment {
		r.alive()
	}
	return blank
}

// peek returns up to limit bytes, and waits for them only if there is none. It
// returns none after an error.
func (r *eventReader) peek(limit int) []byte {
	if _, err := r.source.Peek(1); err != nil {
		switch {
		case err == io.EOF && r.size == 0:
			r.err = errEnded
		case err == io.EOF:
			r.err = fmt.Errorf("%w in the middle of an event", errEnded)
		default:
			r.err = fmt.Errorf("reading the stream: %w", err)
		}
		return nil
	}
	chunk, _ := r.source.Peek(min(r.source.Buffered(), limit))
	return chunk
}

// cutLine returns the bytes before the first line end, and whether there is
// one.
func cutLine(chunk []byte) (text []byte, ended bool) {
	text, _, ended = bytes.Cut(chunk, []byte("\n"))
	if cr := bytes.IndexByte(text, '\r'); cr >= 0 {
		return text[:cr], true
	}
	return text, ended
}

// isKeepalive reports whether the data of an event has no document.
func isKeepalive(data string) bool { return strings.Trim(data, " \n") == "" }

// bytesOf returns the bytes of data without a copy. Nobody else has the string:
// package sse builds one for each event.
func bytesOf(data string) []byte {
	return unsafe.Slice(unsafe.StringData(data), len(data))
}
