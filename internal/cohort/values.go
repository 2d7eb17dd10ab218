package cohort

import (
	"fmt"
	"strconv"
)

// object reads an object. It calls read for each member, in front of the value.
// The name is valid until read reads.
func (s *scanner) object(read func(name []byte) error) error {
	if err := s.take('{', "the beginning of an object"); err != nil {
		return err
	}
	return s.list('}', "a comma or the end of the object", func() error {
		name, err := s.text()
		if err != nil {
			return err
		}
		// A copy, since the name is in the buffer, which take may move.
		s.name = append(s.name[:0], name...)
		if err := s.take(':', "a colon"); err != nil {
			return err
		}
		return read(s.name)
	})
}

// array reads an array. It calls read in front of each element.
func (s *scanner) array(read func() error) error {
	if err := s.take('[', "the beginning of an array"); err != nil {
		return err
	}
	return s.list(']', "a comma or the end of the array", read)
}

// list reads what is between brackets, and the closing one.
func (s *scanner) list(closing byte, separator string, read func() error) error {
	c, err := s.peek()
	if err != nil {
		return err
	}
	if c == closing {
		s.pos++
		return nil
	}
	for {
		if err := read(); err != nil {
			return err
		}
		c, err := s.peek()
		switch {
		case err != nil:
			return err
		case c != closing && c != ',':
			return s.unexpected(separator)
		}
		s.pos++
		if c == closing {
			return nil
		}
	}
}

func (s *scanner) stringOrNull() (string, error) {
	if isNull, err := s.null(); isNull || err != nil {
		return "", err
	}
	text, err := s.text()
	return string(text), err
}

func (s *scanner) integerOrNull() (int64, error) {
	if isNull, err := s.null(); isNull || err != nil {
		return 0, err
	}
	offset := s.offset() // null has skipped the white space
	number, err := s.number()
	if err != nil {
		return 0, err
	}
	integer, err := strconv.ParseInt(string(number), 10, 64)
	if err != nil {
		return 0, errorAt(offset, "the number is not an integer of 64 bits")
	}
	return integer, nil
}

// null skips white space, and takes a null if there is one.
func (s *scanner) null() (bool, error) {
	c, err := s.peek()
	if err != nil || c != 'n' {
		return false, err
	}
	return true, s.literal("null")
}

// literal takes a word.
func (s *scanner) literal(word string) error {
	for i := range len(word) {
		c, err := s.next()
		if err != nil {
			return err
		}
		if c != word[i] {
			s.pos--
			return s.unexpected(fmt.Sprintf("the rest of %q", word))
		}
	}
	return nil
}

// maxDepth is how deep a value that is skipped may be nested.
const maxDepth = 64

// skip skips a value of any kind, which is valid JSON.
func (s *scanner) skip(depth int) error {
	c, err := s.peek()
	if err != nil {
		return err
	}
	if depth > maxDepth {
		return errorAt(s.offset(), "values are nested more than %d deep", maxDepth)
	}
	switch {
	case c == '{':
		return s.object(func([]byte) error { return s.skip(depth + 1) })
	case c == '[':
		return s.array(func() error { return s.skip(depth + 1) })
	case c == '"':
		return s.skipText()
	case c == 't':
		return s.literal("true")
	case c == 'f':
		return s.literal("false")
	case c == 'n':
		return s.literal("null")
	}
	_, err = s.number()
	return err
}
