package core_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/regexprog"
)

// testRandom compares random patterns on random texts, about half of which are
// made to match. XC_REGEX_CASES sets the number of pairs.
func (d *regexDriver) testRandom(t *testing.T) {
	const perPattern, perRun = 8, 50_000
	cases := 20_000
	if value := os.Getenv("XC_REGEX_CASES"); value != "" {
		var err error
		cases, err = strconv.Atoi(value)
		require.NoError(t, err, "XC_REGEX_CASES must be the number of pairs")
	}
	g := regexGenerator{rand.New(rand.NewPCG(1, 2))}
	patterns, yes, no := 0, 0, 0
	for yes+no < cases {
		var all []regexPairs
		left := cases - yes - no
		for range min(perRun, left+perPattern-1) / perPattern {
			pattern := g.pattern()
			tree, err := syntax.Parse(pattern, syntax.Perl)
			require.NoError(t, err, "the generator is wrong")
			if _, err := regexprog.Compile(pattern); err != nil {
				require.ErrorContains(t, err, "its program is larger than the limit")
				continue
			}
			pairs := regexPairs{pattern: pattern}
			for range perPattern / 2 {
				pairs.texts = append(pairs.texts, g.text(), g.nearMatch(tree))
			}
			all = append(all, pairs)
		}
		y, n := d.compare(t, all)
		patterns, yes, no = patterns+len(all), yes+y, no+n
	}
	t.Logf("%d patterns, %d matches, %d others", patterns, yes, no)
	assert.Greater(t, yes, cases/5, "too few matches")
	assert.Greater(t, no, cases/5, "too few texts without a match")
}

// regexGenerator generates patterns and texts of few runes, so that they match
// often. Its seeds are fixed, so that a failure can be reproduced.
type regexGenerator struct{ *rand.Rand }

var regexAlphabet = []rune("aabbckKsSiI0_- \n\r\x00\x7f\u0080éſKİßσΣςα日\u07ff\u0800\ufffd\uffff\U00010000😀\U0010FFFF")

// regexPick returns one of the items.
func regexPick[T any](g regexGenerator, items ...T) T { return items[g.IntN(len(items))] }

// pattern returns a valid pattern.
func (g regexGenerator) pattern() string {
	flags := regexPick(g, "", "", "", "(?i)", "(?s)", "(?m)", "(?U)", "(?im)", "(?ims)", "^")
	return flags + g.alternatives(3) + regexPick(g, "", "", "", "$")
}

func (g regexGenerator) alternatives(depth int) string {
	var b strings.Builder
	b.WriteString(g.sequence(depth))
	for g.IntN(3) == 0 {
		b.WriteString("|" + g.sequence(depth))
	}
	return b.String()
}

func (g regexGenerator) sequence(depth int) string {
	var b strings.Builder
	for range g.IntN(5) {
		b.WriteString(g.atom(depth))
		if g.IntN(3) == 0 {
			b.WriteString(g.repeat())
		}
	}
	return b.String()
}

func (g regexGenerator) repeat() string {
	least := g.IntN(4)
	return regexPick(g, "*", "+", "?", fmt.Sprintf("{%d}", least), fmt.Sprintf("{%d,}", least),
		fmt.Sprintf("{%d,%d}", least, least+g.IntN(4))) + regexPick(g, "", "", "?")
}

func (g regexGenerator) atom(depth int) string {
	switch n := g.IntN(20); {
	case n < 8:
		return regexp.QuoteMeta(string(regexPick(g, regexAlphabet...)))
	case n < 10:
		return regexPick(g, ".", `\d`, `\D`, `\w`, `\W`, `\s`, `\S`, `\pL`, `\PL`, `\p{Greek}`, `\P{Greek}`, `\p{Lu}`,
			"[[:alpha:]]", "[[:^space:]]")
	case n < 13:
		return g.class()
	case n < 15:
		return regexPick(g, "(?:^)", "(?:$)", `(?:\A)`, `(?:\z)`, `(?:\b)`, `(?:\B)`)
	case depth == 0:
		return "a"
	default:
		group := regexPick(g, "(", "(?:", "(?i:", "(?s:", "(?m:", "(?U:", "(?-i:", "(?m-s:")
		return group + g.alternatives(depth-1) + ")"
	}
}

func (g regexGenerator) class() string {
	var b strings.Builder
	b.WriteString(regexPick(g, "[", "[", "[^"))
	for range 1 + g.IntN(3) {
		low, high := regexPick(g, regexAlphabet...), regexPick(g, regexAlphabet...)
		switch {
		case g.IntN(6) == 0:
			b.WriteString(regexPick(g, `\d`, `\W`, `\pL`, "[:upper:]"))
		case g.IntN(2) == 0 || low > high:
			fmt.Fprintf(&b, `\x{%x}`, low)
		default:
			fmt.Fprintf(&b, `\x{%x}-\x{%x}`, low, high)
		}
	}
	return b.String() + "]"
}

func (g regexGenerator) text() string {
	text := make([]rune, g.IntN(10))
	for i := range text {
		text[i] = regexPick(g, regexAlphabet...)
	}
	return string(text)
}

// nearMatch returns a text that a pattern matches apart from its conditions, or
// such a text with a change.
func (g regexGenerator) nearMatch(tree *syntax.Regexp) string {
	text := []rune(g.member(tree))
	switch g.IntN(6) {
	case 0:
		text = append([]rune(g.text()), text...)
	case 1:
		text = append(text, []rune(g.text())...)
	case 2:
		if len(text) > 0 {
			text[g.IntN(len(text))] = regexPick(g, regexAlphabet...)
		}
	case 3:
		if len(text) > 0 {
			at := g.IntN(len(text))
			text = slices.Delete(text, at, at+1)
		}
	}
	return string(text)
}

// member returns a text that a pattern matches apart from its conditions.
func (g regexGenerator) member(tree *syntax.Regexp) string {
	times := 1
	switch tree.Op {
	case syntax.OpLiteral:
		text := slices.Clone(tree.Rune)
		for i, r := range text {
			if tree.Flags&syntax.FoldCase != 0 && g.IntN(2) == 0 {
				text[i] = unicode.SimpleFold(r)
			}
		}
		return string(text)
	case syntax.OpCharClass:
		if len(tree.Rune) == 0 {
			return ""
		}
		at := g.IntN(len(tree.Rune)/2) * 2
		low, high := tree.Rune[at], tree.Rune[at+1]
		return string(regexPick(g, low, high, low+g.Int32N(high-low+1)))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return string(regexPick(g, regexAlphabet...))
	case syntax.OpAlternate:
		return g.member(regexPick(g, tree.Sub...))
	case syntax.OpStar:
		times = g.IntN(4)
	case syntax.OpPlus:
		times = 1 + g.IntN(3)
	case syntax.OpQuest:
		times = g.IntN(2)
	case syntax.OpRepeat:
		maxTimes := tree.Max
		if maxTimes < 0 {
			maxTimes = tree.Min + 2
		}
		times = tree.Min + g.IntN(maxTimes-tree.Min+1)
	}
	var b strings.Builder
	for range times {
		for _, sub := range tree.Sub {
			b.WriteString(g.member(sub))
		}
	}
	return b.String()
}

// testHostile sends words that are not a program, or not the program of any
// pattern. If the core accepts them as valid, it must run them safely on any
// bytes.
func (d *regexDriver) testHostile(t *testing.T) {
	const cases, perRun = 100_000, 25_000
	g := regexGenerator{rand.New(rand.NewPCG(3, 4))}
	var programs [][]uint32
	for _, c := range regexCases {
		words, err := regexprog.Compile(c.pattern)
		require.NoError(t, err)
		if len(words) < 500 {
			programs = append(programs, words)
		}
	}
	valid := 0
	for range cases / perRun {
		for range perRun {
			if g.IntN(2) == 0 {
				d.program(g.mutant(regexPick(g, programs...)))
			} else {
				d.program(g.words())
			}
			text := make([]byte, g.IntN(24))
			for i := range text {
				text[i] = byte(g.Uint32())
			}
			d.text(string(text))
		}
		got := d.run(t)
		require.Len(t, got, 2*perRun)
		for i := 0; i < len(got); i += 2 {
			switch result := got[i : i+2]; result {
			case "v0", "v1":
				valid++
			default:
				require.Equal(t, "xx", result)
			}
		}
	}
	t.Logf("%d of %d valid", valid, cases)
	assert.Greater(t, valid, cases/10, "too few valid programs")
	assert.Greater(t, cases-valid, cases/10, "too few invalid programs")
}

// mutant returns a program with up to three changed words.
func (g regexGenerator) mutant(program []uint32) []uint32 {
	words := slices.Clone(program)
	for range 1 + g.IntN(3) {
		at := g.IntN(len(words))
		words[at] = regexPick(g, g.Uint32(), g.Uint32N(8), words[at]+1, words[at]-1, words[at]^1<<g.IntN(32),
			regexPick(g, words...))
	}
	switch g.IntN(10) {
	case 0:
		words = words[:g.IntN(len(words))]
	case 1:
		words = append(words, g.Uint32N(8))
	}
	return words
}

// words returns a random program: its counts are right and its words plausible.
func (g regexGenerator) words() []uint32 {
	count, classes := 1+g.Uint32N(8), g.Uint32N(3)
	ranges := classes * g.Uint32N(3)
	words := []uint32{count, classes, ranges, g.Uint32N(2)}
	for range 8 {
		words = append(words, g.Uint32())
	}
	for range count {
		op := 1 + g.Uint32N(5)
		out, arg := g.Uint32N(count), g.Uint32N(max(classes, count))
		if op == 5 {
			out, arg = 0, 0
		}
		words = append(words, op, out, arg)
	}
	for class := range classes {
		words = append(words, g.Uint32(), g.Uint32(), g.Uint32(), g.Uint32(), class*(ranges/classes), ranges/classes)
	}
	for i := range ranges {
		words = append(words, 0x80+i*200, 0x80+i*200+g.Uint32N(200))
	}
	return words
}
