package httpapi

import (
	"fmt"
	"io"
	"net/http"
	"time"
)

// DefaultMaxBodyBytes is the largest response body that is read unless the
// Options say otherwise: 32 MiB, far above any response seen.
const DefaultMaxBodyBytes = 32 << 20

// BodyTooLargeError means that a response body is larger than the limit. The
// rest of it was not read.
type BodyTooLargeError struct {
	Limit int64 // in bytes
}

func (e *BodyTooLargeError) Error() string {
	return fmt.Sprintf("the body is larger than the limit of %d bytes", e.Limit)
}

const (
	firstBodyBytes = 4 << 10 // of the buffer for a body of unknown length
	trustedBytes   = 1 << 20 // of a Content-Length, before anything has arrived
)

// readBody reads and closes the whole body. If the body is as long as expected,
// or up to a 32nd longer, the buffer does not grow. Otherwise it grows
// with the bytes that arrive, to the limit at most, so that a server cannot
// make the client allocate much more than it sends.
func readBody(resp *http.Response, limit, expected int64) ([]byte, error) {
	defer resp.Body.Close()
	announced := resp.ContentLength
	if announced > limit {
		return nil, &BodyTooLargeError{Limit: limit}
	}
	size := expected + expected/32 // a changed document is a little longer or shorter
	switch {
	case announced >= 0:
		size = min(announced, max(expected, trustedBytes))
	case size == 0:
		size = firstBodyBytes
	}
	body := make([]byte, 0, min(size, limit))
	var probe [1]byte // takes the byte after a full buffer, if there is one
	for {
		room := body[len(body):cap(body)]
		if len(room) == 0 {
			room = probe[:]
		}
		n, err := resp.Body.Read(room)
		if n > 0 && len(body) == cap(body) {
			if int64(len(body)) == limit {
				return nil, &BodyTooLargeError{Limit: limit}
			}
			body = append(grow(body, limit, announced), probe[0])
		} else {
			body = body[:len(body)+n]
		}
		switch {
		case err == io.EOF:
			return body, nil
		case err != nil:
			return nil, fmt.Errorf("reading the body: %w", err)
		}
	}
}

// grow returns a full body in a larger buffer: twice as large or, if an eighth
// of an announced length has arrived, as large as announced; but not above the
// limit.
func grow(body []byte, limit, announced int64) []byte {
	size := int64(len(body))
	larger := max(2*size, firstBodyBytes)
	if announced > size {
		larger = min(8*size, announced)
	}
	grown := make([]byte, size, min(larger, limit))
	copy(grown, body)
	return grown
}

const (
	maxDiscardBytes = 4 << 10
	maxDiscardTime  = 100 * time.Millisecond
)

// discard closes the body of a response that is not accepted. It first reads a
// little of the body, for a short time, because the connection is reused if
// that was all. See RATIONALE.md, "How much of an unwanted body is read?".
func discard(resp *http.Response) {
	body := resp.Body
	resp.Body = http.NoBody
	if mayDrain(resp) {
		timer := time.AfterFunc(maxDiscardTime, func() { _ = body.Close() })
		defer timer.Stop()
		_, _ = io.CopyN(io.Discard, body, maxDiscardBytes+1)
	}
	_ = body.Close()
}

// mayDrain reports whether to read a little of an unwanted body. The body of a
// 101 is the connection itself, which has no end. The Close of a body that
// net/http decompresses waits for a Read that is still waiting for the header
// of the gzip format.
func mayDrain(resp *http.Response) bool {
	return resp.StatusCode >= 200 && resp.ContentLength <= maxDiscardBytes && !resp.Uncompressed
}
