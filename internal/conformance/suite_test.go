package conformance

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParse_RejectsSuitesThatCheckNothing(t *testing.T) {
	for _, tt := range []struct{ name, suite, want string }{
		{"not JSON", `{`, "unexpected end of JSON input"},
		{"no flags", `{"cases":[{"id":"1","context":{},"expect":{}}]}`, `"flags" is missing`},
		{"no cases", `{"flags":[]}`, "there are no cases"},
		{"no ids", `{"flags":[],"kind":"bucketing","expect":{"f":[]}}`, "there are no cases"},
		{"unknown kind", `{"flags":[],"kind":"other"}`, `unknown kind "other"`},
		{"no context", `{"flags":[],"cases":[{"id":"1","context":{},"expect":{}},{"id":"2","expect":{}}]}`,
			`case 1 ("2"): there is neither a "context" nor a known "contextId"`},
		{"unknown context", `{"flags":[],"contexts":{"b":{}},"cases":[{"id":"1","contextId":"a","expect":{}}]}`,
			`case 0 ("1"): there is neither a "context" nor a known "contextId"`},
		{"nothing expected", `{"flags":[],"cases":[{"id":"1","context":{}}]}`,
			`case 0 ("1"): "expect" is missing or not an object`},
		{"a list expected", `{"flags":[],"cases":[{"id":"1","context":{},"expect":[]}]}`,
			`case 0 ("1"): "expect" is missing or not an object`},
		{"unknown error", `{"flags":[],"cases":[{"id":"1","context":{},"expectError":"other"}]}`,
			`case 0 ("1"): "expectError" is "other" or comes with "expect": only "cycle" alone is valid`},
		{"error and results", `{"flags":[],"cases":[{"id":"1","context":{},"expectError":"cycle","expect":{}}]}`,
			`case 0 ("1"): "expectError" is "cycle" or comes with "expect": only "cycle" alone is valid`},
		{"no buckets", `{"flags":[],"kind":"bucketing","ids":["a"]}`, `"expect" is missing or empty`},
		{"buckets too few", `{"flags":[],"kind":"bucketing","ids":["a"],"expect":{"f":[]}}`,
			`"expect" of flag "f" has 0 entries for 1 ids`},
		{"bucket out of range", `{"flags":[],"kind":"bucketing","ids":["a"],"variantKeys":[null],"expect":{"f":[1]}}`,
			`"expect" of flag "f": entry 0 is 1, but there are 1 variantKeys`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parse([]byte(tt.suite))
			require.EqualError(t, err, tt.want)
		})
	}
}

func TestLoad_NamesTheFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "my-suite.json")
	require.NoError(t, os.WriteFile(file, []byte(`{}`), 0o600))
	_, err := Load(file)
	require.EqualError(t, err, "loading suite "+file+`: "flags" is missing`)

	_, err = Load(file + ".missing")
	require.ErrorIs(t, err, os.ErrNotExist)

	require.NoError(t, os.WriteFile(file, []byte(`{"flags":[],"cases":[{"id":"1","context":{},"expect":{}}]}`), 0o600))
	suite, err := Load(file)
	require.NoError(t, err)
	assert.Equal(t, "my-suite", suite.Name)
}

func TestFiles_FindsSuitesInOrder(t *testing.T) {
	dir := t.TempDir()
	_, err := Files(dir)
	require.EqualError(t, err, "finding suites: no .json file in "+dir)
	_, err = Files(filepath.Join(dir, "missing"))
	require.ErrorIs(t, err, os.ErrNotExist)

	require.NoError(t, os.Mkdir(filepath.Join(dir, "below"), 0o700))
	b, a, readme := filepath.Join(dir, "b.json"), filepath.Join(dir, "below", "a.json"), filepath.Join(dir, "README.md")
	for _, file := range []string{b, a, readme} {
		require.NoError(t, os.WriteFile(file, nil, 0o600))
	}
	files, err := Files(dir)
	require.NoError(t, err)
	assert.Equal(t, []string{b, a}, files)

	files, err = Files(readme)
	require.NoError(t, err)
	assert.Equal(t, []string{readme}, files)
}

func TestNormalize_FollowsTheRulesOfComparison(t *testing.T) {
	for _, tt := range []struct {
		name, a, b string
		equal      bool
	}{
		{"order of members", `{"a":1,"b":2}`, `{"b":2,"a":1}`, true},
		{"null member", `{"a":null}`, `{}`, true},
		{"null member deep in an object", `{"a":{"b":[{"c":null}]}}`, `{"a":{"b":[{}]}}`, true},
		{"null in an array", `[null]`, `[]`, false},
		{"order of an array", `[1,2]`, `[2,1]`, false},
		{"numbers as doubles", `[7.0,1e2,-0,9007199254740993]`, `[7,100,0,9007199254740992]`, true},
		{"numbers beyond doubles", `1e400`, `2e999`, true},
		{"infinities of other signs", `1e400`, `-1e400`, false},
		{"adjacent numbers", `0.1`, `0.10000000000000002`, false},
		{"number and string", `1`, `"1"`, false},
		{"empty metadata", `{"key":"a","metadata":{}}`, `{"key":"a"}`, true},
		{"metadata of nulls", `{"key":"a","metadata":{"default":null}}`, `{"key":"a"}`, true},
		{"empty payload", `{"key":"a","payload":{}}`, `{"key":"a"}`, false},
		{"empty metadata within a payload", `{"payload":{"metadata":{}}}`, `{"payload":{}}`, false},
		{"false and absent", `{"a":false}`, `{}`, false},
		{"empty string and absent", `{"value":""}`, `{}`, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := normalizeVariant(normalize(json.RawMessage(tt.a)))
			b := normalizeVariant(normalize(json.RawMessage(tt.b)))
			if tt.equal {
				assert.Equal(t, a, b)
			} else {
				assert.NotEqual(t, a, b)
			}
		})
	}
}

func TestShow_SortsMembers(t *testing.T) {
	assert.Equal(t, `{"a":"<&>","b":[1,1e999]}`, show(normalize(json.RawMessage(`{"b":[1.0,1e400],"a":"<&>"}`))))
	assert.Equal(t, "no result", show(nil))
}
