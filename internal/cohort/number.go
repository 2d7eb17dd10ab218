package cohort

// maxNumber is how many characters a number may have.
const maxNumber = 1024

// number takes a number and returns its text, which is valid until the next
// call.
func (s *scanner) number() ([]byte, error) {
	offset := s.offset()
	text := s.scratch[:0]
	for {
		c, err := s.next()
		if err != nil {
			return nil, err
		}
		if !isInNumber(c) {
			s.pos--
			break
		}
		if len(text) == maxNumber {
			return nil, errorAt(offset, "a number has more than %d characters", maxNumber)
		}
		text = append(text, c)
	}
	s.scratch = text
	switch {
	case len(text) == 0:
		return nil, s.unexpected("the beginning of a value")
	case !isNumber(text):
		return nil, errorAt(offset, "the number is malformed")
	}
	return text, nil
}

func isInNumber(c byte) bool {
	return isDigit(c) || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E'
}

// isNumber reports whether a text is a number of JSON.
func isNumber(text []byte) bool {
	if len(text) > 0 && text[0] == '-' {
		text = text[1:]
	}
	whole := countDigits(text)
	if whole == 0 || whole > 1 && text[0] == '0' {
		return false
	}
	text = text[whole:]
	if len(text) > 0 && text[0] == '.' {
		fraction := countDigits(text[1:])
		if fraction == 0 {
			return false
		}
		text = text[1+fraction:]
	}
	if len(text) > 0 && (text[0] == 'e' || text[0] == 'E') {
		text = text[1:]
		if len(text) > 0 && (text[0] == '+' || text[0] == '-') {
			text = text[1:]
		}
		exponent := countDigits(text)
		return exponent > 0 && exponent == len(text)
	}
	return len(text) == 0
}

// countDigits returns how many digits a text begins with.
func countDigits(text []byte) int {
	n := 0
	for n < len(text) && isDigit(text[n]) {
		n++
	}
	return n
}
