package cohort

import (
	"fmt"
	"io"
)

const (
	bufferSize = 64 << 10

	// maxText is how many bytes a string may have that is not skipped, as it is
	// written. The buffer has room for it and for the quote at its end.
	maxText = bufferSize - 1

	// maxBytes is how many bytes a body may have besides its members, with
	// maxBytesPerMember for each of these, so that an endless one ends.
	maxBytes          = 1 << 20
	maxBytesPerMember = 4 << 10
)

// scanner reads JSON from a stream. Its methods return errors that say at which
// byte of the stream the mistake is.
//
// See RATIONALE.md, "Why does a cohort have a JSON parser of its own?".
type scanner struct {
	r       io.Reader
	err     error // of r
	buffer  []byte
	pos     int    // the index of the next byte in the buffer
	end     int    // the index after the last byte in the buffer
	read    int64  // how many bytes r has given
	allowed int64  // how many it may give
	name    []byte // the last name of a member of an object
	scratch []byte // the last string with escapes, or the last number
}

func newScanner(r io.Reader) *scanner {
	return &scanner{r: r, buffer: make([]byte, bufferSize), allowed: maxBytes}
}

// offset returns the index of the next byte in the stream.
func (s *scanner) offset() int64 { return s.read - int64(s.end-s.pos) }

// fill moves the bytes from index keep on to the front of the buffer and reads
// at least one more. It returns io.EOF at the end of the stream. The buffer
// must not be full.
func (s *scanner) fill(keep int) error {
	s.pos -= keep
	s.end = copy(s.buffer, s.buffer[keep:s.end])
	if s.read > s.allowed {
		return errorAt(s.read, "the body is longer than 1 MiB and 4 KiB for each member")
	}
	const maxEmptyReads = 100
	for range maxEmptyReads {
		if s.err == io.EOF {
			return io.EOF
		}
		if s.err != nil {
			return errorAt(s.read, "reading the body: %w", s.err)
		}
		var n int
		n, s.err = s.r.Read(s.buffer[s.end:])
		s.end += n
		s.read += int64(n)
		if n > 0 {
			return nil
		}
	}
	return errorAt(s.read, "reading the body: %w", io.ErrNoProgress)
}

// more calls fill where the stream must go on.
func (s *scanner) more(keep int) error {
	err := s.fill(keep)
	if err == io.EOF {
		return errorAt(s.read, "the body ends too early: %w", io.ErrUnexpectedEOF)
	}
	return err
}

// peek skips white space and returns the next byte without taking it.
func (s *scanner) peek() (byte, error) {
	for {
		for ; s.pos < s.end; s.pos++ {
			if c := s.buffer[s.pos]; !isSpace(c) {
				return c, nil
			}
		}
		if err := s.more(s.pos); err != nil {
			return 0, err
		}
	}
}

// next takes the next byte.
func (s *scanner) next() (byte, error) {
	if s.pos == s.end {
		if err := s.more(s.pos); err != nil {
			return 0, err
		}
	}
	s.pos++
	return s.buffer[s.pos-1], nil
}

// take skips white space and takes the byte c, which is called what in errors.
func (s *scanner) take(c byte, what string) error {
	got, err := s.peek()
	if err != nil {
		return err
	}
	if got != c {
		return s.unexpected(what)
	}
	s.pos++
	return nil
}

// endOfBody reads the rest of the stream, which must be white space.
func (s *scanner) endOfBody() error {
	for {
		for ; s.pos < s.end; s.pos++ {
			if !isSpace(s.buffer[s.pos]) {
				return s.unexpected("the end of the body")
			}
		}
		switch err := s.fill(s.pos); {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
	}
}

// unexpected returns the error for the next byte, which is in the buffer.
func (s *scanner) unexpected(want string) error {
	return errorAt(s.offset(), "%q is not %s", s.buffer[s.pos], want)
}

func errorAt(offset int64, format string, values ...any) error {
	return fmt.Errorf("byte %d: %w", offset, fmt.Errorf(format, values...))
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
