package httpapi

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// rejectedBodyError is an error of Request.Read that the body did not cause.
type rejectedBodyError struct{ cause error }

func (e *rejectedBodyError) Error() string { return e.cause.Error() }
func (e *rejectedBodyError) Unwrap() error { return e.cause }

// passBody lets read have the body, and closes it. An error of read counts as
// the body's if the body failed before.
func passBody(resp *http.Response, limit int64, read func(io.Reader) error) error {
	defer resp.Body.Close()
	if resp.ContentLength > limit {
		return &BodyTooLargeError{Limit: limit}
	}
	plain, err := decompressed(resp)
	if err != nil {
		return fmt.Errorf("reading the body: %w", err)
	}
	body := &passedBody{from: plain, limit: limit, left: limit}
	err = read(body)
	if err == nil {
		// The end of the body lets the connection be reused, and a failure
		// may show only there.
		_, _ = io.CopyN(io.Discard, body, maxDiscardBytes)
	}
	switch {
	case body.failed != nil:
		return body.failed
	case err != nil:
		return &rejectedBodyError{err}
	}
	return nil
}

// decompressed returns the body without the compression that net/http has left
// in place: it removes gzip only if it has asked for it itself. An evaluation
// proxy sends cohorts in gzip whether asked or not.
func decompressed(resp *http.Response) (io.Reader, error) {
	if !strings.EqualFold(resp.Header.Get("Content-Encoding"), "gzip") {
		return resp.Body, nil
	}
	return gzip.NewReader(resp.Body)
}

// passedBody limits a body and remembers how it failed.
type passedBody struct {
	from        io.Reader
	limit, left int64
	failed      error // the error of Read, unless it is the end of the body
}

func (b *passedBody) Read(p []byte) (int, error) {
	if b.failed != nil {
		return 0, b.failed
	}
	if int64(len(p)) > b.left+1 { // one more, to see whether the body is longer
		p = p[:b.left+1]
	}
	n, err := b.from.Read(p)
	if int64(n) > b.left {
		n, b.failed = int(b.left), &BodyTooLargeError{Limit: b.limit}
	} else if err != nil && err != io.EOF {
		b.failed = fmt.Errorf("reading the body: %w", err)
	}
	b.left -= int64(n)
	if b.failed != nil {
		return n, b.failed
	}
	return n, err
}
