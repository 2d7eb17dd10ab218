package core_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/regexprog"
)

// TestRegex_AgreesWithGo runs programs in tests/driver_regex.c, which has the
// core's matcher, and compares the results with the standard library's.
func TestRegex_AgreesWithGo(t *testing.T) {
	driver := regexDriver{path: build(t, "tests/driver_regex.c")}
	t.Run("cases", driver.testCases)
	t.Run("steep", driver.testSteep)
	t.Run("conformance", driver.testConformance)
	t.Run("random", driver.testRandom)
	t.Run("hostile", driver.testHostile)
}

// regexDriver collects programs and texts and runs them all at once.
type regexDriver struct {
	path   string
	frames []byte
}

// program adds a program.
func (d *regexDriver) program(words []uint32) {
	d.frames = append(d.frames, 'P')
	d.frames = binary.LittleEndian.AppendUint32(d.frames, uint32(len(words)))
	for _, word := range words {
		d.frames = binary.LittleEndian.AppendUint32(d.frames, word)
	}
}

// text adds a text for the last program.
func (d *regexDriver) text(text string) {
	d.frames = append(d.frames, 'T')
	d.frames = binary.LittleEndian.AppendUint32(d.frames, uint32(len(text)))
	d.frames = append(d.frames, text...)
}

// run runs all programs and texts since the previous run, and returns one
// letter for each.
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

// compare requires the core to match as the standard library does, and returns
// how many texts matched and how many did not. All patterns must be valid.
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

// testCases compares the cases, after it has checked them against the standard
// library.
func (d *regexDriver) testCases(t *testing.T) {
	var all []regexPairs
	for _, c := range regexCases {
		re, err := regexp.Compile(c.pattern)
		require.NoError(t, err, c.name)
		for _, text := range c.yes {
			assert.True(t, re.MatchString(text), "wrong case: %s, %q", c.name, text)
		}
		for _, text := range c.no {
			assert.False(t, re.MatchString(text), "wrong case: %s, %q", c.name, text)
		}
		all = append(all, regexPairs{c.pattern, slices.Concat(c.yes, c.no)})
	}
	yes, no := d.compare(t, all)
	t.Logf("%d cases, %d matches, %d others", len(all), yes, no)
}

// testSteep compares patterns that take backtracking matchers exponential time.
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

// testConformance compares every pattern of the conformance vectors on every
// string of its suite.
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

// regexSuite has the patterns of a suite and all its strings.
type regexSuite struct {
	patterns, texts map[string]bool
}

// collect adds the patterns and strings of a JSON value.
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
