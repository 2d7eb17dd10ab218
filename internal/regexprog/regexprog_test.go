package regexprog

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// all is a word of a set that includes all of its 32 bytes.
const all = 1<<32 - 1

// firstBytes returns words 4 to 11 of the header of a program whose matches can
// begin with these bytes.
func firstBytes(bytes string) []uint32 {
	set := make([]uint32, 8)
	for _, b := range []byte(bytes) {
		set[b/32] |= 1 << (b % 32)
	}
	return set
}

// program joins the parts of a program.
func program(instructions, classes, ranges, anchored uint32, first []uint32, rest ...uint32) []uint32 {
	return append(append([]uint32{instructions, classes, ranges, anchored}, first...), rest...)
}

func TestCompile_WritesWords(t *testing.T) {
	anyByte := []uint32{all, all, all, all, 0, 0, all, all}
	for _, c := range []struct {
		name, pattern string
		want          []uint32
	}{
		{"empty pattern", ``, program(1, 0, 0, 0, anyByte,
			opMatch, 0, 0)},
		{"literal", `aé`, program(3, 0, 0, 0, firstBytes("a"),
			opRune, 1, 'a',
			opRune, 2, 'é',
			opMatch, 0, 0)},
		{"captures are dropped", `(a)(?P<n>b)`, program(3, 0, 0, 0, firstBytes("a"),
			opRune, 1, 'a',
			opRune, 2, 'b',
			opMatch, 0, 0)},
		{"alternative", `a|bc`, program(5, 0, 0, 0, firstBytes("ab"),
			opAlt, 1, 2,
			opRune, 3, 'a',
			opRune, 4, 'b',
			opMatch, 0, 0,
			opRune, 3, 'c')},
		{"loop", `a*b`, program(4, 0, 0, 0, firstBytes("ab"),
			opAlt, 1, 2,
			opRune, 0, 'a',
			opRune, 3, 'b',
			opMatch, 0, 0)},
		{"class", `[a-c\x{7f}-\x{81}é]`, program(2, 1, 2, 0, firstBytes("abc\x7f\xc2\xc3\xc0\xc1"),
			opClass, 1, 0,
			opMatch, 0, 0,
			0, 0, 0, 1<<31|0b1110, 0, 2,
			0x80, 0x81, 0xe9, 0xe9)},
		{"case folds", `(?i)k`, program(2, 1, 1, 0, firstBytes("kK\xe2"),
			opClass, 1, 0,
			opMatch, 0, 0,
			0, 0, 1<<('K'%32), 1<<('k'%32), 0, 1,
			0x212a, 0x212a)},
		{"a fold of nothing", `(?i)1`, program(2, 0, 0, 0, firstBytes("1"),
			opRune, 1, '1',
			opMatch, 0, 0)},
		{"repeats share a class", `[ab]{3}`, program(4, 1, 0, 0, firstBytes("ab"),
			opClass, 1, 0,
			opClass, 2, 0,
			opClass, 3, 0,
			opMatch, 0, 0,
			0, 0, 0, 0b110, 0, 0)},
		{"two classes", `[ab][é-ë]`, program(3, 2, 1, 0, firstBytes("ab"),
			opClass, 1, 0,
			opClass, 2, 1,
			opMatch, 0, 0,
			0, 0, 0, 0b110, 0, 0,
			0, 0, 0, 0, 0, 1,
			0xe9, 0xeb)},
		{"nothing", `[^\x00-\x{10FFFF}]`, program(2, 1, 0, 1, firstBytes(""),
			opClass, 1, 0,
			opMatch, 0, 0,
			0, 0, 0, 0, 0, 0)},
		{"anchored", `^a$`, program(4, 0, 0, 1, firstBytes(""),
			opEmpty, 1, 4,
			opRune, 2, 'a',
			opEmpty, 3, 8,
			opMatch, 0, 0)},
		{"not always anchored", `^a|b`, program(5, 0, 0, 0, firstBytes("b"),
			opAlt, 1, 2,
			opEmpty, 3, 4,
			opRune, 4, 'b',
			opRune, 4, 'a',
			opMatch, 0, 0)},
		{"empty matches", `(?m)^$`, program(3, 0, 0, 0, anyByte,
			opEmpty, 1, 1,
			opEmpty, 2, 2,
			opMatch, 0, 0)},
		{"boundaries", `\b\B`, program(3, 0, 0, 0, anyByte,
			opEmpty, 1, 16,
			opEmpty, 2, 32,
			opMatch, 0, 0)},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Compile(c.pattern)
			require.NoError(t, err)
			assert.Equal(t, c.want, got)
		})
	}
}

func TestCompile_RejectsInvalidPatterns(t *testing.T) {
	const advice = "; write it in RE2 syntax (https://pkg.go.dev/regexp/syntax)"
	for _, c := range []struct{ name, pattern, want string }{
		{"open group", `ab(c`, `compiling pattern "ab(c": missing closing )`},
		{"closing group", `ab)`, `compiling pattern "ab)": unexpected )`},
		{"open class", `a[b`, `compiling pattern "a[b": missing closing ] at "[b"`},
		{"reversed range", `[z-a]`, `compiling pattern "[z-a]": invalid character class range at "z-a"`},
		{"nothing to repeat", `a|*`, `compiling pattern "a|*": missing argument to repetition operator at "*"`},
		{"repeated repeat", `a**`, `compiling pattern "a**": invalid nested repetition operator at "**"`},
		{"too many repeats", `a{1001}`, `compiling pattern "a{1001}": invalid repeat count at "{1001}"`},
		{
			"too many repeats of repeats", `(a{100}){100}`,
			`compiling pattern "(a{100}){100}": invalid repeat count at "{100}"`,
		},
		{"look-ahead", `(?=x)x`, `compiling pattern "(?=x)x": invalid or unsupported Perl syntax at "(?="`},
		{"back-reference", `(a)\1`, `compiling pattern "(a)\\1": invalid escape sequence at "\\1"`},
		{"unknown script", `\p{Klingon}`, `compiling pattern "\\p{Klingon}": invalid character class range`},
		{"trailing backslash", `a\`, `compiling pattern "a\\": trailing backslash at end of expression`},
		{"invalid UTF-8", "a\xff", `compiling pattern "a\xff": invalid UTF-8 at "\xff"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			words, err := Compile(c.pattern)
			require.EqualError(t, err, c.want+advice)
			assert.Nil(t, words)

			var rejected *Error
			require.ErrorAs(t, err, &rejected)
			assert.Equal(t, c.pattern, rejected.Pattern)
			_, want := regexp.Compile(c.pattern)
			assert.Equal(t, want, errors.Unwrap(err))
		})
	}
}

func TestError_SaysWhatToDo(t *testing.T) {
	for _, c := range []struct {
		name string
		err  Error
		want string
	}{
		{"syntax", Error{Pattern: "a)b", Err: &syntax.Error{Code: syntax.ErrUnexpectedParen, Expr: ")b"}},
			`compiling pattern "a)b": unexpected ) at ")b"; write it in RE2 syntax (https://pkg.go.dev/regexp/syntax)`},
		{"too large", Error{Pattern: "a", Err: &syntax.Error{Code: syntax.ErrLarge, Expr: "a"}},
			`compiling pattern "a": expression too large; make it smaller`},
		{"too deep", Error{Pattern: "a", Err: &syntax.Error{Code: syntax.ErrNestingDepth, Expr: "a"}},
			`compiling pattern "a": expression nests too deeply; make it smaller`},
		{"another cause", Error{Pattern: "a", Err: errors.New("no room")}, `compiling pattern "a": no room`},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.EqualError(t, &c.err, c.want)
		})
	}
}

// The parser has limits too.
func TestCompile_ParserLimits(t *testing.T) {
	for _, c := range []struct {
		name, pattern string
		instructions  uint32
		code          syntax.ErrorCode
	}{
		{"maximum repeats", `(?:a?){1000}`, 2001, ""},
		{"maximum repeats of a big class", `\pL{1000}`, 1001, ""},
		{"too long repeats", `(?:` + strings.Repeat("a", 4_000) + `){1000}`, 0, syntax.ErrLarge},
		{"deepest groups", strings.Repeat("(", 999) + strings.Repeat(")", 999), 1, ""},
		{"too deep groups", strings.Repeat("(", 1001) + strings.Repeat(")", 1001), 0, syntax.ErrNestingDepth},
	} {
		t.Run(c.name, func(t *testing.T) {
			words, err := Compile(c.pattern)
			if c.code == "" {
				require.NoError(t, err)
				assert.Equal(t, c.instructions, words[0])
				return
			}
			var cause *syntax.Error
			require.ErrorAs(t, err, &cause)
			assert.Equal(t, c.code, cause.Code)
		})
	}
}

// The core relies on these bits.
func TestEmptyOp_KeepsItsBits(t *testing.T) {
	assert.Equal(t, []syntax.EmptyOp{1, 2, 4, 8, 16, 32}, []syntax.EmptyOp{
		syntax.EmptyBeginLine, syntax.EmptyEndLine, syntax.EmptyBeginText,
		syntax.EmptyEndText, syntax.EmptyWordBoundary, syntax.EmptyNoWordBoundary,
	})
}

func FuzzCompile(f *testing.F) {
	for _, pattern := range []string{
		``, `^[a-z0-9._%+-]+@example\.(com|org)$`, `(?i)k\pL{2,5}?`, `(?m)^\bx|\B$`, `(a*)*b`,
		`[^\x00-\x{10FFFF}]`, `(?=x)`, `a**`, `(`, "\xff", `\Q(\E`, `(?s).|(?-s).`, `[\x{D800}-\x{E000}]`,
	} {
		f.Add(pattern)
	}
	f.Fuzz(func(t *testing.T, pattern string) {
		words, err := Compile(pattern)
		if errors.As(err, new(limitError)) {
			return
		}
		require.LessOrEqual(t, len(words), maxProgramWords)
		_, want := regexp.Compile(pattern)
		if want != nil {
			require.Equal(t, want, errors.Unwrap(err))
			require.NotEmpty(t, err.Error())
			return
		}
		require.NoError(t, err)
		require.NotEmpty(t, words)
	})
}
