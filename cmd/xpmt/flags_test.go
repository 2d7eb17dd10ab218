package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experimenttest"
)

const flagsTable = `FLAG      TYPE                    VERSION  DEPLOYED  VARIANTS  DEPENDS ON
banner    -                       -        yes       on        group
checkout  experiment              7        yes       off, on   -
group     mutual-exclusion-group  2        no        slot-1    -
theme     release                 1        yes       b         -
`

func TestFlags_FromTheService(t *testing.T) {
	server := startFake(t)
	assert.Equal(t, result{stdout: flagsTable}, xpmt(t.Context(), "", "flags", "--server-url", server.URL))
	assert.Equal(t, result{stdout: flagsDocument}, xpmt(t.Context(), "", "flags", "--server-url", server.URL, "--json"))
}

func TestFlags_FromAFile(t *testing.T) {
	assert.Equal(t, result{stdout: flagsTable},
		xpmt(t.Context(), "", "flags", "--flags", writeFile(t, "flags.json", flagsDocument)))
	assert.Equal(t, result{stdout: `FLAG  TYPE     VERSION  DEPLOYED  VARIANTS  DEPENDS ON
f     release  1        yes       -         -
`}, xpmt(t.Context(), "", "flags", "--flags", writeFile(t, "flags.json",
		`{"f":{"key":"f","metadata":{"flagType":"release","flagVersion":1}}}`)))
}

func TestFlags_ReportsWhatItCannotDecode(t *testing.T) {
	assert.Equal(t, result{
		stdout: "FLAG  TYPE  VERSION  DEPLOYED  VARIANTS  DEPENDS ON\nf     -     -        yes       -         -\n",
		stderr: "xpmt: warning: leaving out entry 0 of the flags: " +
			"the entry has the wrong type: number\n",
	}, xpmt(t.Context(), "", "flags", "--flags", writeFile(t, "flags.json", `[7,{"key":"f"}]`)))

	for _, tt := range []struct{ name, document, want string }{
		{"empty", "", "xpmt: reading flags: FILE is empty\n"},
		{"not an array", "7", "xpmt: reading flags: FILE must be a JSON array of flags, " +
			"or an object of flag key to flag: it is neither\n"},
		{"cut off", "{", "xpmt: reading flags: FILE must be a JSON array of flags, " +
			"or an object of flag key to flag: unexpected end of JSON input\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			file := writeFile(t, "flags.json", tt.document)
			got := xpmt(t.Context(), "", "flags", "--flags", file)
			assert.Equal(t, result{1, "", strings.ReplaceAll(tt.want, "FILE", file)}, got)
		})
	}
	got := xpmt(t.Context(), "", "flags", "--flags", "missing.json")
	assert.Equal(t, result{1, "", "xpmt: reading flags: open missing.json: no such file or directory\n"}, got)
}

func TestFlags_FailsOnAWrongKey(t *testing.T) {
	server := startFake(t)
	got := xpmt(t.Context(), "", "flags", "--server-url", server.URL, "--key", "another-key")
	assert.Equal(t, 1, got.code)
	assert.Empty(t, got.stdout)
	assert.Regexp(t, `^xpmt: loading flags: .*401.*\n$`, got.stderr)
	assert.NotContains(t, got.stderr, "another-key")
}

func TestFlags_RetriesAfterATransientFailure(t *testing.T) {
	server := startFake(t)
	require.NoError(t, server.Fail(experimenttest.EndpointFlags, experimenttest.Fault{Body: []byte("[]"), CutAfter: 1}))
	assert.Equal(t, result{stdout: flagsTable}, xpmt(t.Context(), "", "flags", "--server-url", server.URL))
}
