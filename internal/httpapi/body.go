package httpapi

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
)

// DefaultMaxBodyBytes is how much of a body is read unless the Options say otherwise: 32 MiB, far above any answer seen.
const DefaultMaxBodyBytes = 32 << 20

// BodyTooLargeError means that an answer is larger than the limit, and so was not read to its end.
type BodyTooLargeError struct {
	Limit int64 // in bytes
}

func (e *BodyTooLargeError) Error() string {
	return fmt.Sprintf("the body is larger than the limit of %d bytes", e.Limit)
}

// readBody reads and closes the whole body, which is likely to be of the length
// expected: then it takes no memory but the body's.
func readBody(resp *http.Response, limit, expected int64) ([]byte, error) {
	defer resp.Body.Close()
	if resp.ContentLength > limit {
		return nil, &BodyTooLargeError{Limit: limit}
	}
	if resp.ContentLength >= 0 {
		expected = resp.ContentLength
	}
	// Behind the last byte ReadFrom wants room to see that there is no more.
	body := bytes.NewBuffer(make([]byte, 0, min(expected, limit)+bytes.MinRead))
	if _, err := body.ReadFrom(io.LimitReader(resp.Body, limit+1)); err != nil {
		return nil, fmt.Errorf("reading the body: %w", err)
	}
	if int64(body.Len()) > limit {
		return nil, &BodyTooLargeError{Limit: limit}
	}
	return body.Bytes(), nil
}

// discard closes a body that nobody wants, after reading the little that lets the connection be used again.
func discard(body io.ReadCloser) {
	const little = 4 << 10
	_, _ = io.Copy(io.Discard, io.LimitReader(body, little))
	_ = body.Close()
}
