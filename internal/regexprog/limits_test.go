package regexprog

import (
	"fmt"
	"regexp/syntax"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCompile_Limits(t *testing.T) {
	const program = "its program is larger than the limit of 32768 words; make it smaller"
	for _, c := range []struct {
		name, pattern string
		want          string // the error after the pattern; empty for none
	}{
		{"as long as the limit", strings.Repeat("a", 4096), ""},
		{"too long", strings.Repeat("a", 4097), "it has 4097 bytes, more than the limit of 4096; make it smaller"},
		{"repeats that fit", `a{1000}` + strings.Repeat(`a{0,1000}`, 4), ""},
		{"too many repeats", strings.Repeat(`a{0,1000}`, 6), program},
		{"nested repeats", `(?:` + strings.Repeat("a", 1_000) + `){1000}`, program},
		{"large classes", strings.Repeat(`\pL`, 24), ""},
		{"too many large classes", strings.Repeat(`\pL`, 25), program},
		{"one class of many large ones", `[` + strings.Repeat(`\pL`, 63) + `]`, ""},
		{"one class of too many large ones", `[` + strings.Repeat(`\pL`, 1_000) + `]`, program},
		{"ranges that ignore case", `(?i)^[a-z0-9._%+-]+@[а-яё.-]+[\x{430}-\x{44F}][!-\.]$`, ""},
		{"two wide ranges that ignore case", `(?i)[B-\x{1E943}\x{100}-\x{10FFFF}]`, ""},
		{"too many wide ranges that ignore case", `(?i)[` + strings.Repeat("B-\U0001E943", 3) + `]`, program},
		{"the same with escapes", `(?i:[` + strings.Repeat(`\x{42}-\x{1E943}`, 3) + `])`, program},
		{"many wide ranges with case", `[` + strings.Repeat("B-\U0001E943", 500) + `]`, ""},
		{"an odd escape in a range", `(?i)[a-\x{]`, "invalid escape sequence at \"\\\\x{]\"; " +
			"write it in RE2 syntax (https://pkg.go.dev/regexp/syntax)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			words, err := Compile(c.pattern)
			if c.want == "" {
				require.NoError(t, err)
				assert.LessOrEqual(t, len(words), maxProgramWords)
				return
			}
			require.Error(t, err)
			assert.True(t, strings.HasSuffix(err.Error(), ": "+c.want), err.Error())
			assert.Less(t, len(err.Error()), 500, "a long pattern is cut")
		})
	}
}

func TestCompiler_LimitsAllPatterns(t *testing.T) {
	const total = "the programs of all patterns are larger than the limit of 2097152 words; " +
		"use fewer or smaller patterns"
	for _, c := range []struct {
		name    string
		pattern func(i int) string
		fit     int // how many fit, at least
	}{
		{"repeats", func(i int) string { return fmt.Sprintf("a{0,1000}%d", i) }, 300},
		{"unicode classes", func(i int) string { return fmt.Sprintf(`[%s]%d`, strings.Repeat(`\pL`, 60), i) }, 60},
		{"ranges that ignore case", func(i int) string { return fmt.Sprintf("(?i)[B-\U0001E943]%d", i) }, 130},
		{"invalid patterns", func(i int) string { return fmt.Sprintf("%s)%d", strings.Repeat("a", 4000), i) }, 0},
		{"programs that are too large", func(i int) string {
			return strings.Repeat(fmt.Sprintf(`[\pL%d]`, i), 60)
		}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			compiler, words, fit := new(Compiler), 0, 0
			for i := 0; ; i++ {
				require.Less(t, i, 10_000, "the work is not limited")
				program, err := compiler.Compile(c.pattern(i))
				words += len(program)
				if err == nil {
					fit++
				} else if strings.HasSuffix(err.Error(), total) {
					break
				}
			}
			assert.LessOrEqual(t, words, maxTotalWords)
			assert.GreaterOrEqual(t, fit, c.fit)
		})
	}
}

// The estimate may be too large for a program that the compiler simplifies, but
// it must not be much too small.
func TestInstructions_AreCloseToTheProgram(t *testing.T) {
	for _, pattern := range []string{
		`a`, `abc`, `a|bc|def`, `a*b+c?`, `a{3}`, `a{3,}`, `a{0,3}`, `a{2,5}`, `(a{2}b){3}`, `^a$`, `\bx\B`,
		`[a-c].(?s:.)`, `(?i)abc`, `(?:ab|c){4,7}(d)`, `a{0}`, ``, `(?:a{0,10}){0,10}`,
	} {
		tree, err := syntax.Parse(pattern, syntax.Perl)
		require.NoError(t, err)
		words, err := Compile(pattern)
		require.NoError(t, err)
		assert.InDelta(t, int(words[0])-1, instructions(tree), 1, pattern)
	}
}
