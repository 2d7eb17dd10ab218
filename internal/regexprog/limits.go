package regexprog

import (
	"fmt"
	"regexp/syntax"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits of patterns, in bytes of a pattern and in words of programs.
// See RATIONALE.md, "Why is the size of regular expressions limited?".
const (
	maxPatternBytes = 4096
	maxProgramWords = 1 << 15
	maxTotalWords   = 1 << 21
)

// limitError is the error for a pattern that exceeds a limit.
type limitError string

func (e limitError) Error() string { return string(e) }

// A Compiler compiles the patterns of one set of flags. It limits each program
// and all programs together, and so the time that compiling takes. The zero
// Compiler is ready to use, by one goroutine at a time.
type Compiler struct {
	used int // words of programs, and the cost of parsing in words
}

// Compile returns what the function [Compile] does. It also returns an [*Error]
// for a pattern that does not fit the limits together with the earlier
// patterns.
func (c *Compiler) Compile(pattern string) ([]uint32, error) {
	words, err := c.compile(pattern)
	if err != nil {
		return nil, &Error{Pattern: pattern, Err: err}
	}
	return words, nil
}

func (c *Compiler) compile(pattern string) ([]uint32, error) {
	if len(pattern) > maxPatternBytes {
		return nil, limitError(fmt.Sprintf("it has %d bytes, more than the limit of %d; make it smaller",
			len(pattern), maxPatternBytes))
	}
	if err := c.take(parseCost(pattern)); err != nil {
		return nil, err
	}
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, err
	}
	if err := c.check(3 * instructions(tree)); err != nil {
		return nil, err
	}
	prog, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return nil, err
	}
	words := translate(prog)
	if err := c.take(len(words)); err != nil {
		return nil, err
	}
	return words, nil
}

// check returns an error if a program of this many words exceeds a limit.
func (c *Compiler) check(words int) error {
	if words > maxProgramWords {
		return limitError(fmt.Sprintf("its program is larger than the limit of %d words; make it smaller",
			maxProgramWords))
	}
	if words > maxTotalWords-c.used {
		return limitError(fmt.Sprintf("the programs of all patterns are larger than the limit of %d words; "+
			"use fewer or smaller patterns", maxTotalWords))
	}
	return nil
}

// take does the same, and counts the words. A program that exceeds a limit
// counts too, because the work has been done.
func (c *Compiler) take(words int) error {
	err := c.check(words)
	c.used = min(c.used+min(words, maxProgramWords), maxTotalWords)
	return err
}

// parseCost returns how long it takes to parse a pattern, in units of the time
// that it takes to make one word of a program. Two constructs cost far more
// than their length: a Unicode class is copied from a large table, and a range
// that ignores case is folded rune by rune.
func parseCost(pattern string) int {
	const unicodeClass, runesPerWord = 512, 8
	cost := len(pattern) + unicodeClass*(strings.Count(pattern, `\p`)+strings.Count(pattern, `\P`))
	if !strings.Contains(pattern, "(?") || !strings.Contains(pattern, "i") {
		return cost
	}
	for i := range len(pattern) {
		if pattern[i] == '-' {
			cost += rangeWidth(pattern[:i], pattern[i+1:]) / runesPerWord
		}
	}
	return cost
}

// rangeWidth returns about how many runes a range has that begins at the end of
// low and ends at the beginning of high. It counts only runes that may have
// another case.
func rangeWidth(low, high string) int {
	const maxCased = 0x1E943
	low = low[max(0, len(low)-len(`\x{0010FFFF}`)):]
	from, _ := utf8.DecodeLastRuneInString(low)
	if start := strings.LastIndex(low, `\x{`); from == '}' && start >= 0 {
		from = hexRune(low[start+len(`\x{`) : len(low)-1])
	}
	to, _ := utf8.DecodeRuneInString(high)
	if code, ok := strings.CutPrefix(high, `\x{`); ok {
		code, _, _ = strings.Cut(code, "}")
		to = hexRune(code)
	} else if to == '\\' {
		to = 0o777 // at most: the other escapes have two or three digits
	}
	return max(0, min(int(to), maxCased)-int(from))
}

// hexRune returns the rune of a hexadecimal number, or 0 for any other string.
func hexRune(digits string) rune {
	n, err := strconv.ParseUint(digits, 16, 31)
	if err != nil {
		return 0
	}
	return rune(n)
}

// instructions returns about how many instructions the program of a tree has.
// It multiplies where compiling would copy.
func instructions(tree *syntax.Regexp) int {
	n := 0
	for _, sub := range tree.Sub {
		n += instructions(sub)
	}
	switch tree.Op {
	case syntax.OpLiteral:
		return len(tree.Rune)
	case syntax.OpEmptyMatch, syntax.OpCapture, syntax.OpConcat:
		return n
	case syntax.OpAlternate:
		return n + len(tree.Sub) - 1
	case syntax.OpRepeat:
		if tree.Max < 0 {
			return n*max(tree.Min, 1) + 1
		}
		return n*tree.Max + tree.Max - tree.Min
	default: // one of a single rune or an empty width, or a loop around one
		return n + 1
	}
}
