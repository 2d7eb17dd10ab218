package cohort

import (
	"encoding/binary"
	"math/bits"
)

// text takes a string and returns its text, which is valid until the next call.
func (s *scanner) text() ([]byte, error) {
	if err := s.take('"', "a string"); err != nil {
		return nil, err
	}
	end := s.pos + plainLen(s.buffer[s.pos:s.end])
	if end < s.end && s.buffer[end] == '"' {
		text := s.buffer[s.pos:end]
		s.pos = end + 1
		return text, nil
	}
	return s.unusualText()
}

// unusualText takes the rest of a string that has escapes or bytes that are not
// ASCII, or whose end is not in the buffer yet.
func (s *scanner) unusualText() ([]byte, error) {
	offset := s.offset()
	isPlain, isEscaped := true, false
	for i := s.pos; ; i++ {
		if i == s.end {
			if s.end-s.pos == len(s.buffer) {
				return nil, errorAt(offset, "a string has more than %d bytes", maxText)
			}
			i -= s.pos
			if err := s.more(s.pos); err != nil {
				return nil, err
			}
		}
		c := s.buffer[i]
		switch {
		case c < ' ':
			return nil, errorAt(offset+int64(i-s.pos), "a string has the control character %q", c)
		case isEscaped:
			isEscaped = false
		case c == '\\':
			isPlain, isEscaped = false, true
		case c == '"':
			text := s.buffer[s.pos:i]
			s.pos = i + 1
			if isPlain {
				return text, nil
			}
			return s.unquote(text, offset)
		case c >= 0x80:
			isPlain = false
		}
	}
}

// plainLen returns the length of a prefix without quotes, backslashes, control
// characters and bytes that are not ASCII. It looks at eight bytes at a time.
func plainLen(b []byte) int {
	i := 0
	for ; len(b)-i >= 8; i += 8 {
		if special := specialBytes(binary.LittleEndian.Uint64(b[i:])); special != 0 {
			return i + bits.TrailingZeros64(special)/8
		}
	}
	for i < len(b) && b[i] >= ' ' && b[i] < 0x80 && b[i] != '"' && b[i] != '\\' {
		i++
	}
	return i
}

// specialBytes sets the high bit of the first byte that is not plain, and no
// bit before it. It may set others after it.
func specialBytes(w uint64) uint64 {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	return (w | (w - ones*' ') | ((w ^ ones*'"') - ones) | ((w ^ ones*'\\') - ones)) & highs
}

// skipText skips a string of any length.
func (s *scanner) skipText() error {
	if err := s.take('"', "a string"); err != nil {
		return err
	}
	for {
		c, err := s.next()
		switch {
		case err != nil:
			return err
		case c == '"':
			return nil
		case c < ' ':
			return errorAt(s.offset()-1, "a string has the control character %q", c)
		case c == '\\':
			if err := s.skipEscape(); err != nil {
				return err
			}
		}
	}
}

// skipEscape skips what follows a backslash.
func (s *scanner) skipEscape() error {
	offset := s.offset() - 1
	c, err := s.next()
	if err != nil {
		return err
	}
	if c != 'u' {
		if unescaped[c] == 0 {
			return errorAt(offset, errEscape)
		}
		return nil
	}
	for range 4 {
		c, err := s.next()
		if err != nil {
			return err
		}
		if !isHex(c) {
			return errorAt(offset, errHexDigits)
		}
	}
	return nil
}
