//go:build cgo

package core_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/core"
)

// matching returns a flag that is on if user.t matches the pattern.
func matching(key, pattern string) string {
	return fmt.Sprintf(`{"key":%q,"variants":{"on":{"key":"on"}},"segments":[{"variant":"on","conditions":[[`+
		`{"selector":["context","user","t"],"op":"regex match","values":[%q]}]]}]}`, key, pattern)
}

// A backtracking matcher would take longer for these patterns than a test may.
func TestEvaluate_ExplosivePatterns(t *testing.T) {
	long := strings.Repeat("a", 4000)
	for _, pattern := range []string{
		`^(a+)+$`, `^(a+)+b$`, `^(a|aa)+$`, `^(a|a?)+b$`, `(a*)*b`, `(.*)(.*)(.*)(.*)(.*)=`, `(a?){400}a{400}`,
		`^(([a-z])+.)+[A-Z]([a-z])+$`, `((a{0,30}){0,30})b`, `(\w+\s?)+[^\w\s]`,
	} {
		plan, err := core.Compile([]byte("[" + matching("f", pattern) + "]"))
		require.NoError(t, err)
		require.Empty(t, plan.Diagnostics(), pattern)
		results, err := plan.Evaluate(new(core.Scratch), []byte(`{"user":{"t":"`+long+`"}}`), nil, nil)
		require.NoError(t, err)
		assert.Equal(t, regexp.MustCompile(pattern).MatchString(long), len(results) == 1, pattern)
	}
}

// Repeats turn a few bytes into large programs. Patterns beyond the limit for
// all patterns together never match and are reported; the other flags work.
func TestCompile_LimitsAllPatternsTogether(t *testing.T) {
	flags := []string{matching("first", "^a$")}
	for i := range 400 {
		flags = append(flags, matching(fmt.Sprint(i), fmt.Sprintf("a{0,1000}%d", i)))
	}
	flags = append(flags, matching("last", "^a$"))
	plan, err := core.Compile([]byte("[" + strings.Join(flags, ",") + "]"))
	require.NoError(t, err)
	require.NotEmpty(t, plan.Diagnostics())
	for _, diagnostic := range plan.Diagnostics() {
		assert.Equal(t, "regex", diagnostic.Code)
		assert.Equal(t, fmt.Sprintf("a regular expression never matches: compiling pattern \"a{0,1000}%s\": "+
			"the programs of all patterns are larger than the limit of 2097152 words; "+
			"use fewer or smaller patterns", diagnostic.Flag), diagnostic.Message)
	}
	assert.Less(t, plan.Size(), 10<<20, "the limit of the programs, and the flags")
	results, err := plan.Evaluate(new(core.Scratch), []byte(`{"user":{"t":"a"}}`), nil, nil)
	require.NoError(t, err)
	assert.Len(t, results, 2, "first and last share a pattern that fits")
}

func TestCompile_KeysWithUnusualCharacters(t *testing.T) {
	for escaped, key := range map[string]string{
		`\u0000`: "\x00", `a\u0000b`: "a\x00b", `\ud800`: "\uFFFD", `\udc00\ud800`: "\uFFFD\uFFFD", `\ud83d\ude00`: "😀",
		`\u007f\u0080`: "\x7f\u0080", `\ufffe\uffff`: "\uFFFE\uFFFF", `\"\\\/\b\f\n\r\t`: "\"\\/\b\f\n\r\t",
		"\u2028": "\u2028", ``: "",
	} {
		plan, err := core.Compile([]byte(`[{"key":"` + escaped + `","variants":{},"segments":[]}]`))
		require.NoError(t, err, escaped)
		assert.Equal(t, key, plan.FlagKey(0), escaped)
		_, ok := plan.Lookup(key)
		assert.True(t, ok, escaped)
	}
	for _, bytes := range []string{"\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82"} {
		_, err := core.Compile([]byte(`[{"key":"` + bytes + `","variants":{},"segments":[]}]`))
		assert.EqualError(t, err, "compiling flags: a string is not valid UTF-8 at byte 9", "%q", bytes)
	}
}

func TestCompile_EmptyDocument(t *testing.T) {
	_, err := core.Compile(nil)
	assert.EqualError(t, err, "compiling flags: the JSON ends too early at byte 0")
}

func TestEvaluate_EmptyContext(t *testing.T) {
	plan, err := core.Compile([]byte("[]"))
	require.NoError(t, err)
	_, err = plan.Evaluate(new(core.Scratch), nil, nil, nil)
	assert.EqualError(t, err, "evaluating context: the JSON ends too early")
}

// An object needs up to 64 bytes of memory for each of its bytes. A list needs
// less, and a string that is not a list none.
func TestEvaluate_LimitsTheMemoryForAContext(t *testing.T) {
	plan, err := core.Compile([]byte("[" + reads("f", "[]", `["context","user","t"]`) + "]"))
	require.NoError(t, err)
	for _, tt := range []struct {
		name, value string
		want        string // the error; "" if the value fits
	}{
		{"object of 1 MiB", "{" + strings.Repeat(`"":{},`, 1<<20/6-1) + `"":{}}`, ""},
		{"object of a million members", "{" + strings.Repeat(`"":{},`, 1_000_000) + `"":{}}`,
			"evaluating context: an object or array that is compared as a string has more than 1048576 bytes of JSON"},
		{"list of a million items", "[" + strings.Repeat(`1,`, 1_000_000) + `1]`, ""},
		{"list of ten million items", "[" + strings.Repeat(`1,`, 10_000_000) + `1]`,
			"evaluating context: its arrays and objects are too large: more than 64 MiB of memory are needed"},
		{"string of 64 MiB", `"` + strings.Repeat("a", 64<<20) + `"`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			scratch := new(core.Scratch)
			_, err := plan.Evaluate(scratch, []byte("[0,"+tt.value+"]"), nil, nil)
			assert.LessOrEqual(t, core.ScratchBytes(scratch), 65<<20)
			if tt.want == "" {
				require.NoError(t, err)
				return
			}
			var evaluate *core.EvaluateError
			require.ErrorAs(t, err, &evaluate)
			assert.EqualError(t, err, tt.want)
		})
	}
}
