package core_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/regexprog"
)

// TestRegex runs programs in the core's C code, in tests/driver_regex.c, and
// compares its answers with those of the standard library.
func TestRegex(t *testing.T) {
	driver := regexDriver{path: build(t, "tests/driver_regex.c")}
	t.Run("cases", driver.testCases)
	t.Run("steep", driver.testSteep)
	t.Run("conformance", driver.testConformance)
	t.Run("random", driver.testRandom)
	t.Run("hostile", driver.testHostile)
}

// regexDriver collects programs and texts and has them run all at once.
type regexDriver struct {
	path   string
	frames []byte
}

func (d *regexDriver) program(words []uint32) {
	d.frames = append(d.frames, 'P')
	d.frames = binary.LittleEndian.AppendUint32(d.frames, uint32(len(words)))
	for _, word := range words {
		d.frames = binary.LittleEndian.AppendUint32(d.frames, word)
	}
}

func (d *regexDriver) text(text string) {
	d.frames = append(d.frames, 'T')
	d.frames = binary.LittleEndian.AppendUint32(d.frames, uint32(len(text)))
	d.frames = append(d.frames, text...)
}

// run returns one letter for each program and text since the last run.
func (d *regexDriver) run(t *testing.T) string {
	t.Helper()
	command := exec.Command(d.path)
	command.Stdin = bytes.NewReader(d.frames)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	output, err := command.Output()
	require.NoError(t, err, "%s", &stderr)
	d.frames = nil
	return string(output)
}

// regexPairs is a pattern and the texts to try it on.
type regexPairs struct {
	pattern string
	texts   []string
}

// compare requires the core to answer as the standard library does, for valid
// patterns, and returns how many of the answers were yes and no.
func (d *regexDriver) compare(t *testing.T, all []regexPairs) (yes, no int) {
	t.Helper()
	var want []byte
	for _, pairs := range all {
		words, err := regexprog.Compile(pairs.pattern)
		require.NoError(t, err)
		d.program(words)
		want = append(want, 'v')
		re := regexp.MustCompile(pairs.pattern)
		for _, text := range pairs.texts {
			require.True(t, utf8.ValidString(text), "%q", text)
			d.text(text)
			if re.MatchString(text) {
				want = append(want, '1')
				yes++
			} else {
				want = append(want, '0')
				no++
			}
		}
	}
	got := d.run(t)
	require.Len(t, got, len(want))
	for _, pairs := range all {
		require.Equal(t, "v", got[:1], "the program of %q", pairs.pattern)
		got, want = got[1:], want[1:]
		for _, text := range pairs.texts {
			require.Equal(t, string(want[0]), got[:1], "pattern %q, text %q", pairs.pattern, text)
			got, want = got[1:], want[1:]
		}
	}
	return yes, no
}

// regexCases has something for everything in the syntax.
var regexCases = []struct {
	name, pattern string
	yes, no       []string
}{
	{"empty pattern", ``, []string{"", "a", "\x00", "é"}, nil},
	{"literal", `abc`, []string{"abc", "xxabcxx", "ababc", "aabc"}, []string{"", "ab", "abxc", "ABC"}},
	{"NUL", `a\x00b`, []string{"a\x00b"}, []string{"a", "ab", "a0b"}},
	{"escapes", `\t\n\v\f\r\a\x41\x{1F600}\101`, []string{"\t\n\v\f\r\aA😀A"}, []string{"tnvfra"}},
	{"quoted", `\Qa.b*\E+`, []string{"a.b*", "a.b***"}, []string{"a.b", "aab"}},
	{"escaped punctuation", `\.\*\[\]\^\$\\`, []string{`.*[]^$\`}, []string{"x"}},
	{"nothing", `[^\x00-\x{10FFFF}]`, nil, []string{"", "a", "\x00", "\U0010FFFF"}},
	{"nothing or something", `[^\x00-\x{10FFFF}]|b`, []string{"b", "ab"}, []string{"", "a"}},

	{"dot", `^.$`, []string{"a", "é", "\x00", "\U0010FFFF", "\r", "\uFFFD"}, []string{"", "\n", "ab"}},
	{"dot with s", `(?s)^.$`, []string{"a", "\n", "\U0010FFFF"}, []string{"", "ab"}},
	{"class", `^[a-cx]$`, []string{"a", "b", "c", "x"}, []string{"d", "w", "`", "-", ""}},
	{"negated class", `^[^a-c]$`, []string{"d", "é", "\n", "\U0010FFFF"}, []string{"a", "b", "c", ""}},
	{"class with a hyphen and a bracket", `^[]a-]$`, []string{"]", "a", "-"}, []string{"b"}},
	{"class around the end of ASCII", `^[\x7e-\x81]$`, []string{"~", "\x7f", "\u0080", "\u0081"}, []string{"}", "\u0082"}},
	{"class of many ranges", `^[aceg0-9é-ëα-γ日本\x{1F600}-\x{1F64F}]$`, []string{"a", "5", "é", "ë", "β", "日", "本", "😀", "\U0001F64F"}, []string{"b", "è", "ì", "δ", "曜", "\U0001F650"}},
	{"digits", `^\d+$`, []string{"0123456789"}, []string{"", "a", "٣"}},
	{"no digits", `^\D+$`, []string{"a٣é"}, []string{"", "a1"}},
	{"words", `^\w+$`, []string{"aZ_09"}, []string{"é", "-", ""}},
	{"no words", `^\W+$`, []string{"é- "}, []string{"a", "_"}},
	{"white space", `^\s+$`, []string{" \t\n\f\r"}, []string{"\v", "\u00A0", "a"}},
	{"no white space", `^\S+$`, []string{"\v\u00A0a"}, []string{" "}},
	{"POSIX class", `^[[:alpha:]]+$`, []string{"aZ"}, []string{"a1", "é"}},
	{"negated POSIX class", `^[[:^alpha:]]+$`, []string{"1é"}, []string{"a"}},
	{"classes in a class", `^[\d\s[:upper:]\pN]+$`, []string{"1 A٣"}, []string{"a"}},
	{"letters", `^\pL+$`, []string{"aZéßΩ日ſİ"}, []string{"1", "a1", "", "😀"}},
	{"no letter after a letter of two bytes", `\PL`, []string{"ßb1", "ßbſ "}, []string{"ßbſ", "ſ"}},
	{"no letters", `^\PL+$`, []string{"1 😀\U0010FFFF"}, []string{"a", "é"}},
	{"script", `^\p{Greek}+$`, []string{"αβγΩ"}, []string{"a", "я"}},
	{"no script", `^\P{Greek}+$`, []string{"aя"}, []string{"α"}},
	{"negated Unicode class", `^\p{^Lu}+$`, []string{"aé1"}, []string{"A", "É"}},
	{"upper case without case", `^(?i)\p{Lu}+$`, []string{"aAéÉ"}, []string{"1", "日"}},
	{"surrogates", `^\p{Cs}$`, nil, []string{"\uFFFD", "\uD7FF", "\uE000"}},
	{"class from a surrogate", `^[\x{DFFF}-\x{E000}]`, []string{"\uE000"}, []string{"\uD7FF", "\uFFFD"}},
	{"class from a surrogate, later", `[\x{DFFF}-\x{E000}]`, []string{"a\uE000"}, []string{"a\uD7FF", "a\uFFFD"}},

	{"two bytes", `[\x{80}-\x{7FF}]$`, []string{"\u0080", "a\u07FF"}, []string{"\x7f", "\u0800"}},
	{"three bytes", `[\x{800}-\x{FFFF}]$`, []string{"\u0800", "a\uFFFF"}, []string{"\u07FF", "\U00010000"}},
	{"four bytes", `[\x{10000}-\x{10FFFF}]$`, []string{"\U00010000", "a\U0010FFFF"}, []string{"\uFFFF"}},
	{"the last rune", `\x{10FFFF}`, []string{"\U0010FFFF", "a\U0010FFFFa"}, []string{"\U0010FFFE", "\U000FFFFF"}},
	{"noncharacters", `\x{FFFE}\x{FFFF}\x{FDD0}`, []string{"\uFFFE\uFFFF\uFDD0"}, []string{"\uFFFD\uFFFD\uFFFD"}},
	{"replacement character", `\x{FFFD}`, []string{"\uFFFD"}, []string{"\uFFFC", "é"}},
	{"literal beyond ASCII", `né日😀`, []string{"né日😀", "aéné日😀"}, []string{"ne日😀", "né日"}},

	{"k without case", `^(?i)k$`, []string{"k", "K", "\u212A"}, []string{"j", "l"}},
	{"Kelvin sign without case", `^(?i)` + "\u212A" + `$`, []string{"k", "K", "\u212A"}, []string{"j"}},
	{"Kelvin sign with case", "\u212A", []string{"\u212A"}, []string{"k", "K"}},
	{"s without case", `^(?i)s$`, []string{"s", "S", "ſ"}, []string{"ß"}},
	{"long s without case", `^(?i)ſ$`, []string{"s", "S", "ſ"}, []string{"ß"}},
	{"dotted I has no fold", `^(?i)İ$`, []string{"İ"}, []string{"i", "I", "ı"}},
	{"i has no Turkish folds", `^(?i)i$`, []string{"i", "I"}, []string{"İ", "ı"}},
	{"sharp s without case", `^(?i)ß$`, []string{"ß", "ẞ"}, []string{"ss", "SS"}},
	{"sigma without case", `^(?i)σ$`, []string{"σ", "ς", "Σ"}, []string{"s"}},
	{"theta without case", `^(?i)θ$`, []string{"θ", "Θ", "ϑ", "ϴ"}, []string{"t"}},
	{"class without case", `^(?i)[a-ks]+$`, []string{"aKkS\u212Aſ"}, []string{"l", "t"}},
	{"negated class without case", `^(?i)[^k]$`, []string{"j"}, []string{"k", "K", "\u212A"}},
	{"word without case", `(?i)straße`, []string{"STRAßE", "xSTRAẞEx", "ſtraße"}, []string{"strasse"}},
	{"digits have no case", `(?i)1a`, []string{"1A", "1a"}, []string{"2a"}},
	{"a part without case", `a(?i:b)c`, []string{"abc", "aBc"}, []string{"ABc", "abC"}},
	{"case back on", `(?i)a(?-i)b`, []string{"ab", "Ab"}, []string{"aB"}},

	{"text begins", `^a`, []string{"a", "ab"}, []string{"", "ba", "\na"}},
	{"text ends", `a$`, []string{"a", "ba"}, []string{"", "ab", "a\n"}},
	{"whole text", `^a$`, []string{"a"}, []string{"", "aa", "a\n", "\na"}},
	{"empty text", `^$`, []string{""}, []string{"a", "\n"}},
	{"ends before it begins", `$^`, []string{""}, []string{"a", "\n"}},
	{"text begins in the middle", `a^b`, nil, []string{"ab", "a\nb", "b"}},
	{"text ends in the middle", `a$b`, nil, []string{"ab", "a\nb", "a"}},
	{"text may begin in the middle", `a*^b`, []string{"b", "bc"}, []string{"ab", "cb"}},
	{"some alternatives begin with the text", `^a|b`, []string{"a", "xb", "b"}, []string{"xa"}},
	{"some loops begin with the text", `(^a)*b`, []string{"ab", "xb", "aab"}, []string{"a"}},
	{"line begins", `(?m)^a`, []string{"a", "\na", "b\na"}, []string{"ba", "b\r", "\r"}},
	{"line ends", `(?m)a$`, []string{"a", "a\n", "a\nb"}, []string{"ab", "a\r\n"}},
	{"empty line", `(?m)^$`, []string{"", "\n", "a\n", "a\n\nb"}, []string{"a", "a\nb"}},
	{"line begins in the middle", `(?m)a\n^b`, []string{"a\nb"}, []string{"ab"}},
	{"A and z", `\Aa\z`, []string{"a"}, []string{"a\n", "\na", "aa"}},
	{"A and z with m", `(?m)\Aa\z`, []string{"a"}, []string{"a\n", "\na", "b\na"}},
	{"boundary", `\bab\b`, []string{"ab", "-ab-", "éabé", "ab\n", "x ab"}, []string{"xab", "ab1", "_ab", "a-b"}},
	{"boundary alone", `\b`, []string{"a", " a", "é1é"}, []string{"", " ", "é", "--"}},
	{"no boundary", `\Bab\B`, []string{"xabx", "1ab_"}, []string{"ab", "xab", "abx"}},
	{"no boundary alone", `\B`, []string{"", "ab", "é", "--"}, []string{"a"}},
	{"no boundary at the end", `a\B$`, nil, []string{"a", "aa"}},
	{"boundary at the end", `-\B$`, []string{"-", "a-"}, []string{"a", "-a"}},
	{"contradiction", `\b\B`, nil, []string{"", "a", "a b"}},

	{"alternatives", `^(?:ab|cd|)$`, []string{"ab", "cd", ""}, []string{"a", "abcd"}},
	{"alternatives with a common start", `foo|foobar|fob`, []string{"foo", "fob", "xfoobar"}, []string{"fo", "fbo"}},
	{"captures", `^(a)(?P<n>b)(?<m>c)$`, []string{"abc"}, []string{"ab"}},
	{"star", `^a*$`, []string{"", "a", "aaaa"}, []string{"b", "ab"}},
	{"plus", `^a+$`, []string{"a", "aaaa"}, []string{"", "ab"}},
	{"question mark", `^a?$`, []string{"", "a"}, []string{"aa"}},
	{"lazy", `^a*?b+?c??$`, []string{"b", "aabb", "abc"}, []string{"", "a", "acc"}},
	{"ungreedy", `(?U)^a*b+?$`, []string{"b", "aab", "abb"}, []string{"a"}},
	{"exactly", `^a{3}$`, []string{"aaa"}, []string{"", "aa", "aaaa"}},
	{"at least", `^a{2,}$`, []string{"aa", "aaaaaa"}, []string{"", "a"}},
	{"between", `^a{2,4}$`, []string{"aa", "aaa", "aaaa"}, []string{"a", "aaaaa"}},
	{"none", `^a{0}$`, []string{""}, []string{"a"}},
	{"none or one", `^a{0,1}b{,2}$`, []string{"b{,2}", "ab{,2}"}, []string{"ab", "b"}},
	{"repeat of a class", `^\pL{2}\d{2,3}$`, []string{"éa12", "aa123"}, []string{"a12", "ab1", "ab1234"}},
	{"most repeats", `^a{1000}$`, []string{strings.Repeat("a", 1000)}, []string{strings.Repeat("a", 999), strings.Repeat("a", 1001)}},
	{"repeat of repeats", `^(?:(?:ab?){2}){2,3}$`, []string{"aaaa", "abababab", "aaaaaa"}, []string{"aaa", "aaaaa", "abab"}},
	{"loop of nothing", `^(?:)*$`, []string{""}, []string{"a"}},
	{"loop of alternatives of nothing", `^(?:|a)+$`, []string{"", "aaa"}, []string{"b", "ab"}},
	{"loop of conditions", `^(?:\b|a)*$`, []string{"", "a", "aa"}, []string{"b", "-"}},
	{"start over in the middle of a try", `aab`, []string{"aaab", "aaaab", "ababaab"}, []string{"aa", "abab"}},
	{"mail address", `^[a-z0-9._%+-]+@example\.(com|org)$`, []string{"jane.doe@example.com", "a@example.org"}, []string{"@example.com", "jane@example.net", "jane@example.com ", "Jane@example.com"}},
}

func (d *regexDriver) testCases(t *testing.T) {
	var all []regexPairs
	for _, c := range regexCases {
		re, err := regexp.Compile(c.pattern)
		require.NoError(t, err, c.name)
		for _, text := range c.yes {
			assert.True(t, re.MatchString(text), "the case is wrong: %s, %q", c.name, text)
		}
		for _, text := range c.no {
			assert.False(t, re.MatchString(text), "the case is wrong: %s, %q", c.name, text)
		}
		all = append(all, regexPairs{c.pattern, slices.Concat(c.yes, c.no)})
	}
	yes, no := d.compare(t, all)
	t.Logf("%d cases, %d matches, %d others", len(all), yes, no)
}

// testSteep has patterns that take exponential time where a match tries one way after another.
func (d *regexDriver) testSteep(t *testing.T) {
	long := strings.Repeat("a", 3_000)
	var all []regexPairs
	for _, pattern := range []string{
		`(a*)*b`, `(a|a)*b`, `(a|aa)+b`, `(a+)+$b`, `^(([a-z])+.)+[A-Z]([a-z])+$`, `(.*)(.*)(.*)(.*)b`,
		`(?:a?){100}b`, `^((a{0,30}){0,30})b`, `((a{0,30}){0,30})b`, `(x+x+)+y|(a+a+)+b`,
	} {
		all = append(all, regexPairs{pattern, []string{"", "a", long, long + "b", long + "c", long + "Bb"}})
	}
	all = append(all, regexPairs{`^((a{0,30}){0,30})$`, []string{"", long[:899], long[:900], long[:901], long}})
	yes, no := d.compare(t, all)
	t.Logf("%d patterns, %d matches, %d others", len(all), yes, no)
}

// testConformance tries every pattern of the conformance vectors on every text of its suite.
func (d *regexDriver) testConformance(t *testing.T) {
	var all []regexPairs
	rejected := 0
	for _, folder := range []string{"public", "decisions"} {
		files, err := filepath.Glob(filepath.Join("../../testdata/conformance", folder, "*.json"))
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, file := range files {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			var suite any
			require.NoError(t, json.Unmarshal(data, &suite), file)
			found := regexSuite{patterns: map[string]bool{}, texts: map[string]bool{}}
			found.collect(suite)
			for pattern := range found.patterns {
				if _, err := regexp.Compile(pattern); err != nil {
					_, err := regexprog.Compile(pattern)
					assert.Error(t, err, "%q", pattern)
					rejected++
					continue
				}
				pairs := regexPairs{pattern: pattern}
				for text := range found.texts {
					pairs.texts = append(pairs.texts, text)
				}
				all = append(all, pairs)
			}
		}
	}
	yes, no := d.compare(t, all)
	assert.Positive(t, yes)
	assert.Positive(t, no)
	assert.Positive(t, rejected)
	t.Logf("%d patterns, %d matches, %d others; %d patterns rejected", len(all), yes, no, rejected)
}

// regexSuite are the patterns of a suite and all its texts.
type regexSuite struct {
	patterns, texts map[string]bool
}

func (c *regexSuite) collect(value any) {
	switch value := value.(type) {
	case string:
		c.texts[value] = true
	case []any:
		for _, item := range value {
			c.collect(item)
		}
	case map[string]any:
		for name, member := range value {
			c.texts[name] = true
			c.collect(member)
		}
		if op := value["op"]; op == "regex match" || op == "regex does not match" {
			values, _ := value["values"].([]any)
			for _, pattern := range values {
				if pattern, ok := pattern.(string); ok {
					c.patterns[pattern] = true
				}
			}
		}
	}
}

// testRandom makes up patterns, and texts of which about half are made to match;
// XC_REGEX_CASES says how many pairs.
func (d *regexDriver) testRandom(t *testing.T) {
	const perPattern, perRun = 8, 50_000
	cases := 20_000
	if value := os.Getenv("XC_REGEX_CASES"); value != "" {
		var err error
		cases, err = strconv.Atoi(value)
		require.NoError(t, err, "XC_REGEX_CASES is no number")
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
			pairs := regexPairs{pattern: pattern}
			for range perPattern / 2 {
				pairs.texts = append(pairs.texts, g.text(), g.near(tree))
			}
			all = append(all, pairs)
		}
		y, n := d.compare(t, all)
		patterns, yes, no = patterns+len(all), yes+y, no+n
	}
	t.Logf("%d patterns, %d matches, %d others", patterns, yes, no)
	assert.Greater(t, yes, cases/5, "too few matches to mean much")
	assert.Greater(t, no, cases/5, "too few others to mean much")
}

// regexGenerator makes up patterns and texts from few runes, so that they meet often. Its
// seeds are fixed, so a failure comes back.
type regexGenerator struct{ *rand.Rand }

var regexAlphabet = []rune("aabbckKsSiI0_- \n\r\x00\x7f\u0080éſKİßσΣςα日\u07ff\u0800\ufffd\uffff\U00010000😀\U0010FFFF")

func regexPick[T any](g regexGenerator, items ...T) T { return items[g.IntN(len(items))] }

func (g regexGenerator) pattern() string {
	return regexPick(g, "", "", "", "(?i)", "(?s)", "(?m)", "(?U)", "(?im)", "(?ims)", "^") + g.alternatives(3) + regexPick(g, "", "", "", "$")
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
		return regexPick(g, ".", `\d`, `\D`, `\w`, `\W`, `\s`, `\S`, `\pL`, `\PL`, `\p{Greek}`, `\P{Greek}`, `\p{Lu}`, "[[:alpha:]]", "[[:^space:]]")
	case n < 13:
		return g.class()
	case n < 15:
		return regexPick(g, "(?:^)", "(?:$)", `(?:\A)`, `(?:\z)`, `(?:\b)`, `(?:\B)`)
	case depth == 0:
		return "a"
	default:
		return regexPick(g, "(", "(?:", "(?i:", "(?s:", "(?m:", "(?U:", "(?-i:", "(?m-s:") + g.alternatives(depth-1) + ")"
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

// near returns a text that a pattern takes, but for its conditions and at times for a change.
func (g regexGenerator) near(tree *syntax.Regexp) string {
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
		most := tree.Max
		if most < 0 {
			most = tree.Min + 2
		}
		times = tree.Min + g.IntN(most-tree.Min+1)
	}
	var b strings.Builder
	for range times {
		for _, sub := range tree.Sub {
			b.WriteString(g.member(sub))
		}
	}
	return b.String()
}

// testHostile sends words that are no programs, or none that any pattern has. Where the
// core takes them for valid all the same it must run them safely on any bytes.
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
			switch answer := got[i : i+2]; answer {
			case "v0", "v1":
				valid++
			default:
				require.Equal(t, "xx", answer)
			}
		}
	}
	t.Logf("%d of %d valid", valid, cases)
	assert.Greater(t, valid, cases/10, "too few valid programs to mean much")
	assert.Greater(t, cases-valid, cases/10, "too few invalid programs to mean much")
}

// mutant changes up to three words of a program.
func (g regexGenerator) mutant(program []uint32) []uint32 {
	words := slices.Clone(program)
	for range 1 + g.IntN(3) {
		at := g.IntN(len(words))
		words[at] = regexPick(g, g.Uint32(), g.Uint32N(8), words[at]+1, words[at]-1, words[at]^1<<g.IntN(32), regexPick(g, words...))
	}
	switch g.IntN(10) {
	case 0:
		words = words[:g.IntN(len(words))]
	case 1:
		words = append(words, g.Uint32N(8))
	}
	return words
}

// words makes up a program: its counts are right and its words are plausible.
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
