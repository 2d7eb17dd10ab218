package cohort

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// unescaped has the characters that an escape of two bytes stands for, by its
// second byte.
var unescaped = [256]byte{
	'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t',
}

// unquote returns what is between the quotes of a string without escapes. Each
// byte that is not UTF-8, and half of a surrogate pair, becomes U+FFFD, as in
// encoding/json. The result is valid until the next call. The offset is where
// the text begins.
func (s *scanner) unquote(text []byte, offset int64) ([]byte, error) {
	result := s.scratch[:0]
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == '\\' && text[i+1] == 'u':
			r, size := unquoteRune(text[i:])
			if size == 0 {
				return nil, errorAt(offset+int64(i), errHexDigits)
			}
			result = utf8.AppendRune(result, r)
			i += size
		case c == '\\':
			if unescaped[text[i+1]] == 0 {
				return nil, errorAt(offset+int64(i), errEscape)
			}
			result = append(result, unescaped[text[i+1]])
			i += 2
		case c < utf8.RuneSelf:
			result = append(result, c)
			i++
		default:
			r, size := utf8.DecodeRune(text[i:])
			result = utf8.AppendRune(result, r)
			i += size
		}
	}
	s.scratch = result
	return result, nil
}

const (
	errEscape    = "a string has an unknown escape"
	errHexDigits = `a string has a \u without four hexadecimal digits`
)

// unquoteRune returns the character that a text begins with, as a \u or as two
// that are a surrogate pair, and how many bytes that takes: 0 if it is
// malformed.
func unquoteRune(text []byte) (r rune, size int) {
	r, ok := codeUnit(text)
	if !ok {
		return 0, 0
	}
	if utf16.IsSurrogate(r) {
		second, _ := codeUnit(text[6:])
		if pair := utf16.DecodeRune(r, second); pair != utf8.RuneError {
			return pair, 12
		}
		return utf8.RuneError, 6
	}
	return r, 6
}

// codeUnit returns the number of the \u that a text begins with.
func codeUnit(text []byte) (rune, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	for _, c := range text[2:6] {
		if !isHex(c) {
			return 0, false
		}
	}
	unit, _ := strconv.ParseUint(string(text[2:6]), 16, 16)
	return rune(unit), true
}

func isHex(c byte) bool { return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' }
