package main

import "strings"

// readC finds comments and string literals in C source.
func (s *source) readC(text string) {
	code := make([]bool, len(s.lines)+2)
	number := 1
	for text != "" {
		length, isComment := cToken(text)
		token := text[:length]
		newlines := strings.Count(token, "\n")
		switch {
		case isComment && strings.HasPrefix(token, "//"):
			s.addComment(number, token)
		case isComment:
			s.addComment(number, token)
		case strings.TrimSpace(token) != "":
			for i := number; i <= number+newlines; i++ {
				code[i] = true
			}
			if token[0] == '"' {
				s.passages = append(s.passages, passage{number, token})
			}
		}
		number += newlines
		text = text[length:]
	}
	for i := range s.lines {
		s.lines[i].comment = s.lines[i].comment && !code[i+1]
	}
}

// cToken returns how long the first token of C source is: a comment, a literal,
// or any other byte. A token without its end goes to the end of the text.
func cToken(text string) (length int, isComment bool) {
	switch {
	case strings.HasPrefix(text, "//"):
		return until(text, "\n", 0), true
	case strings.HasPrefix(text, "/*"):
		return until(text[2:], "*/", len("*/")) + len("/*"), true
	case text[0] == '"' || text[0] == '\'':
		for i := 1; i < len(text); i++ {
			switch text[i] {
			case '\\':
				i++
			case text[0]:
				return i + 1, false
			case '\n':
				return i, false
			}
		}
		return len(text), false
	}
	return 1, false
}

// until returns the index of end plus more, or the length of text.
func until(text, end string, more int) int {
	if i := strings.Index(text, end); i >= 0 {
		return i + more
	}
	return len(text)
}
