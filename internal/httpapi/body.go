package httpapi

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
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

// readBody reads and closes the whole body. If the body is as long as expected,
// it allocates no more than the body.
func readBody(resp *http.Response, limit, expected int64) ([]byte, error) {
	defer resp.Body.Close()
	if resp.ContentLength > limit {
		return nil, &BodyTooLargeError{Limit: limit}
	}
	if resp.ContentLength >= 0 {
		expected = resp.ContentLength
	}
	// ReadFrom wants room after the last byte, to see that there is no more.
	body := bytes.NewBuffer(make([]byte, 0, min(expected, limit)+bytes.MinRead))
	if _, err := body.ReadFrom(io.LimitReader(resp.Body, limit+1)); err != nil {
		return nil, fmt.Errorf("reading the body: %w", err)
	}
	if int64(body.Len()) > limit {
		return nil, &BodyTooLargeError{Limit: limit}
	}
	return body.Bytes(), nil
}

// maxDiscard is how much of an unwanted body is read, in bytes.
const maxDiscard = 4 << 10

// discard closes an unwanted body. It first reads a little of it, which lets
// the connection be reused if that was all.
func discard(body io.ReadCloser) {
	_, _ = io.Copy(io.Discard, io.LimitReader(body, maxDiscard))
	_ = body.Close()
}
