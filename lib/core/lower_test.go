package core_test

import (
	"bytes"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const lowerTable = "xc_lower_table.h"

// sameUnicode returns the committed table. It skips the test if this Go has
// another version of Unicode than the table.
func sameUnicode(t *testing.T) string {
	t.Helper()
	table, err := os.ReadFile(lowerTable)
	require.NoError(t, err)
	version := regexp.MustCompile(`^/\* Lower case of Unicode (\S+)\. `).FindSubmatch(table)
	require.NotNil(t, version, "%s does not begin with its Unicode version", lowerTable)
	if string(version[1]) != unicode.Version {
		t.Skipf("%s has Unicode %s, this Go has Unicode %s; to update the table: go run ./scripts/gen-lower-table",
			lowerTable, version[1], unicode.Version)
	}
	return string(table)
}

func TestLowerTable_IsAsGenerated(t *testing.T) {
	t.Parallel()
	table := sameUnicode(t)
	command := exec.Command("go", "run", "./scripts/gen-lower-table", "-output", "-")
	command.Dir = "../.."
	var stderr bytes.Buffer
	command.Stderr = &stderr
	generated, err := command.Output()
	require.NoError(t, err, "%s", stderr.String())
	assert.Equal(t, string(generated), table, "to update the table: go run ./scripts/gen-lower-table")
}

// TestLower_AgreesWithGo lowers every rune, alone and among others, since the
// core reads several bytes at a time.
func TestLower_AgreesWithGo(t *testing.T) {
	t.Parallel()
	sameUnicode(t)
	var lines, want []string
	growth := 0.0
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if r == '\n' || !utf8.ValidRune(r) {
			continue
		}
		lower := unicode.ToLower(r)
		growth = max(growth, float64(utf8.RuneLen(lower))/float64(utf8.RuneLen(r)))
		lines = append(lines, string(r))
		want = append(want, string(lower))
		if lower != r || r < 0x80 {
			lines = append(lines, "ABCDEFGHI"+string(r)+"Z@[", string(r)+"È日😀")
			want = append(want, "abcdefghi"+string(lower)+"z@[", string(lower)+"è日😀")
		}
	}
	assert.Equal(t, 3.0/2, growth, "XC_LOWER_GROWTH_NUM over XC_LOWER_GROWTH_DEN")

	command := exec.Command(build(t, "tests/driver_lower.c"))
	command.Stdin = strings.NewReader(strings.Join(lines, "\n") + "\n")
	var stderr bytes.Buffer
	command.Stderr = &stderr
	output, err := command.Output()
	require.NoError(t, err, "%s", stderr.String())
	results := strings.Split(strings.TrimSuffix(string(output), "\n"), "\n")
	require.Len(t, results, len(want))
	wrong := 0
	for i, result := range results {
		if result != want[i] {
			t.Errorf("%q (%+[1]q): got %q, want %q", lines[i], result, want[i])
			if wrong++; wrong == 20 {
				t.Fatal("stopping after 20 differences")
			}
		}
	}
}
