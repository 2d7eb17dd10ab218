package jsonvalue

import "unicode/utf8"

// Replacement is what JSON has in place of a byte that is not UTF-8.
const Replacement = string(utf8.RuneError)

// ReplaceInvalid returns s with U+FFFD for each byte that is not UTF-8, which
// is how s reads in JSON.
func ReplaceInvalid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return string([]rune(s))
}

// AppendStrings appends an array of strings.
func AppendStrings(dst []byte, list []string) []byte {
	if len(list) == 0 {
		return append(dst, "[]"...)
	}
	dst = append(dst, '[')
	for _, s := range list {
		if n := plainPrefixLen(s); n < len(s) {
			dst = append(appendEscaped(append(dst, '"'), s, n), `",`...)
		} else {
			dst = append(append(append(dst, '"'), s...), `",`...)
		}
	}
	dst[len(dst)-1] = ']' // in place of the last comma
	return dst
}

// AppendString appends a string with its quotes. Each byte that is not UTF-8
// becomes U+FFFD.
func AppendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	if n := plainPrefixLen(s); n < len(s) {
		dst = appendEscaped(dst, s, n)
	} else {
		dst = append(dst, s...)
	}
	return append(dst, '"')
}

// appendEscaped writes a string whose first n bytes need no escape.
func appendEscaped(dst []byte, s string, n int) []byte {
	start := 0
	for i := n; i < len(s); {
		c := s[i]
		if needsNoEscape(c) {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			// A size of 1 means that the byte is not UTF-8.
			if _, size := utf8.DecodeRuneInString(s[i:]); size > 1 {
				i += size
				continue
			}
		}
		dst = append(dst, s[start:i]...)
		dst = appendEscape(dst, c)
		i++
		start = i
	}
	return append(dst, s[start:]...)
}

// plainPrefixLen returns the length of a prefix that needs no escape: the whole
// length, for nearly every string. It looks at eight bytes at a time; the last
// ones overlap.
func plainPrefixLen(s string) int {
	i := 0
	for ; len(s)-i >= 8; i += 8 {
		if !isPlain(word(s[i : i+8])) {
			return i
		}
	}
	if len(s) >= 8 && isPlain(word(s[len(s)-8:])) ||
		len(s) >= 4 && len(s) < 8 && isPlain(halfWord(s)|halfWord(s[len(s)-4:])<<32) {
		return len(s)
	}
	for i < len(s) && needsNoEscape(s[i]) {
		i++
	}
	return i
}

// isPlain reports whether none of eight bytes needs an escape. It may be wrong
// only if it returns false.
func isPlain(w uint64) bool {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	// The high bit of a byte is set if the byte is not ASCII, is below a space,
	// or is a quote or a backslash. A borrow from such a byte may set more.
	return (w|(w-ones*' ')|((w^ones*'"')-ones)|((w^ones*'\\')-ones))&highs == 0
}

// halfWord returns the first four bytes of a string as a number, which takes
// one load.
func halfWord(s string) uint64 {
	_ = s[3]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24
}

// word returns the first eight bytes of a string as a number, which takes one
// load.
func word(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// needsNoEscape reports whether a byte is written unchanged, whatever its
// neighbors are.
func needsNoEscape(c byte) bool {
	return c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\'
}

func appendEscape(dst []byte, c byte) []byte {
	const digits = "0123456789abcdef"
	switch {
	case c >= utf8.RuneSelf:
		return append(dst, Replacement...)
	case c >= ' ':
		return append(dst, '\\', c)
	}
	return append(dst, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
}
