//go:build cgo

package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

const proTable = `FLAG      VARIANT   PAYLOAD                                  SEGMENT
checkout  on        {"color":"<red>","n":12345678901234567}  Pro users
theme     b = blue  -                                        All Other Users
`

const proUser = `{"user_properties":{"plan":"pro"}}`

func TestEvaluate_FromTheService(t *testing.T) {
	server := startFake(t)
	assert.Equal(t, result{stdout: proTable},
		xpmt(t.Context(), "", "evaluate", "--server-url", server.URL, "--user", proUser))
	assert.Equal(t, "experiment-go-server/0.1.0", server.Requests()[0].Library)
	assert.Len(t, server.Requests(), 1)
}

func TestEvaluate_AgreesWithFetch(t *testing.T) {
	server := startFake(t)
	for _, args := range [][]string{
		{"--user", proUser},
		{"--user", proUser, "--json"},
		{"--user", proUser, "--include-defaults"},
		{"--user-id", "u"},
		{"--user-id", "u", "--json", "--include-defaults", "checkout", "group", "none"},
		{"--device-id", "d", "--flag-keys", "none"},
	} {
		args = append(args, "--server-url", server.URL)
		fetched := xpmt(t.Context(), "", append([]string{"fetch"}, args...)...)
		evaluated := xpmt(t.Context(), "", append([]string{"evaluate"}, args...)...)
		assert.Equal(t, fetched.stdout, evaluated.stdout, args)
		assert.Equal(t, fetched.code, evaluated.code, args)
	}
}

func TestEvaluate_FromAFileNeedsNoKey(t *testing.T) {
	t.Setenv(keyVariable, "")
	file := writeFile(t, "flags.json", flagsDocument)
	assert.Equal(t, result{stdout: proTable}, xpmt(t.Context(), proUser, "evaluate", "--flags", file, "--user", "-"))
	assert.Equal(t, result{stdout: `FLAG      VARIANT   PAYLOAD  SEGMENT
checkout  off       -        All Other Users
group     slot-1    -        -
theme     b = blue  -        All Other Users
`}, xpmt(t.Context(), "", "evaluate", "--flags", file, "--user-id", "u", "--include-defaults"))
	assert.Equal(t, result{stdout: `{
  "checkout": {
    "key": "off",
    "metadata": {
      "default": true,
      "deployed": true,
      "flagType": "experiment",
      "flagVersion": 7,
      "segmentName": "All Other Users"
    }
  }
}
`}, xpmt(t.Context(), "", "evaluate", "--flags", file, "--user-id", "u", "--include-defaults", "--json", "checkout"))
}

func TestEvaluate_NamesUnknownFlags(t *testing.T) {
	file := writeFile(t, "flags.json", flagsDocument)
	const proRow = "FLAG   VARIANT   PAYLOAD  SEGMENT\ntheme  b = blue  -        All Other Users\n"
	for _, tt := range []struct {
		name string
		args []string
		want result
	}{
		{"alone", []string{"non", "none"}, result{1, "", "xpmt: unknown flag: \"non\", \"none\"\n"}},
		{"alone, as JSON", []string{"none", "--json"}, result{1, "{}\n", "xpmt: unknown flag: \"none\"\n"}},
		{"after the others", []string{"theme", "none", "none"}, result{1, proRow, "xpmt: unknown flag: \"none\"\n"}},
		{"with a default variant", []string{"checkout", "--flag-keys", "none"}, result{1,
			"no variants (use --include-defaults to show default variants)\n", "xpmt: unknown flag: \"none\"\n"}},
		{"with a flag without a variant", []string{"banner", "none"}, result{1,
			"no variants\n", "xpmt: unknown flag: \"none\"\n"}},
		{"a flag without a variant is known", []string{"banner"}, result{0, "no variants\n", ""}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			args := append([]string{"evaluate", "--flags", file, "--user-id", "u"}, tt.args...)
			assert.Equal(t, tt.want, xpmt(t.Context(), "", args...))
		})
	}
}

func TestEvaluate_Fails(t *testing.T) {
	const notFlags = `^xpmt: reading flags: .*flags.json must be a JSON array of flags, ` +
		`or an object of flag key to flag: .*\n$`
	server := startFake(t)
	for _, tt := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"on a wrong key", []string{"--server-url", server.URL, "--key", "another-key"}, 1, `^xpmt: .*401.*\n$`},
		{"on a missing file", []string{"--flags", "missing.json"}, 1,
			`^xpmt: reading flags: open missing.json: no such file or directory\n$`},
		{"on an empty file", []string{"--flags", writeFile(t, "flags.json", "")}, 1,
			`^xpmt: reading flags: .*flags.json is empty\n$`},
		{"on a file without flags", []string{"--flags", writeFile(t, "flags.json", "7")}, 1,
			notFlags},
		{"on a file that is not JSON", []string{"--flags", writeFile(t, "flags.json", "[{]")}, 1,
			notFlags},
		{"on a flag on a cycle", []string{"loop", "--flags", writeFile(t, "flags.json",
			`[{"key":"loop","dependencies":["loop"],"variants":{},"segments":[]}]`)}, 1,
			`(?s)xpmt: .*"loop" → "loop".*\n$`},
		{"on an unknown zone", []string{"--zone", "mars"}, 2,
			`^xpmt: .*\nRun 'xpmt evaluate --help' for usage\.\n$`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := xpmt(t.Context(), "", append([]string{"evaluate", "--user-id", "u"}, tt.args...)...)
			assert.Equal(t, tt.code, got.code)
			assert.Empty(t, got.stdout)
			assert.Regexp(t, tt.want, got.stderr)
			assert.NotContains(t, got.stderr, "another-key")
			assert.NotContains(t, got.stderr, "Bootstrap")
		})
	}
}

func TestEvaluate_WarnsOfMalformedFlags(t *testing.T) {
	got := xpmt(t.Context(), "", "evaluate", "--user-id", "u", "--flags", writeFile(t, "flags.json",
		`[{"key":"broken","segments":7},{"key":"f","variants":{"on":{"key":"on"}},"segments":[{"variant":"on"}]}]`))
	assert.Equal(t, 0, got.code)
	assert.Equal(t, "FLAG  VARIANT  PAYLOAD  SEGMENT\nf     on       -        -\n", got.stdout)
	assert.Contains(t, got.stderr, "level=WARN")
	assert.Contains(t, got.stderr, "broken")
}
