package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const lib = "../../lib"

func functions(t *testing.T) []string {
	header, err := os.ReadFile(filepath.Join(lib, "core", "experiment_core.h"))
	require.NoError(t, err)
	return declared(string(header))
}

func archive(t *testing.T, platform string) []byte {
	content, err := os.ReadFile(filepath.Join(lib, platform, "libexperiment_core.a"))
	require.NoError(t, err)
	return content
}

func TestCheck_PassesTheArchives(t *testing.T) {
	require.Contains(t, functions(t), "xc_plan_compile")
	for _, platform := range platforms {
		object, err := check(archive(t, platform.name), platform, functions(t))
		require.NoError(t, err, platform.name)
		assert.Equal(t, functions(t), object.defined, platform.name)
		assert.Equal(t, imports, object.undefined, platform.name)
	}
}

// C names begin with an underscore on macOS. The linker does not find others.
func TestCheck_RejectsASymbolOfMacOSWithoutItsUnderscore(t *testing.T) {
	for _, platform := range platforms[2:] {
		for _, name := range []string{"xc_evaluate", "memcpy"} {
			symbol, without := []byte("\x00_"+name+"\x00"), []byte("\x00"+name+"_\x00")
			renamed := bytes.ReplaceAll(archive(t, platform.name), symbol, without)
			_, err := check(renamed, platform, functions(t))
			require.ErrorContains(t, err, "the symbol "+name+"_ is not a C name: it does not begin with _")
		}
	}
}

func TestCheck_RejectsOtherArchives(t *testing.T) {
	all := functions(t)
	second := fmt.Appendf(nil, "%-16s%-12d%-6d%-6d%-8o%-10d`\n%s", "second.o/", 0, 0, 0, 0o644, 4, "text")
	for _, platform := range platforms {
		whole := archive(t, platform.name)
		other := platforms[0]
		if other.name == platform.name {
			other = platforms[1]
		}
		imported := bytes.ReplaceAll(whole, []byte("memset"), []byte("printf"))
		renamed := bytes.ReplaceAll(whole, []byte("xc_evaluate\x00"), []byte("ab_evaluate\x00"))
		for _, tt := range []struct {
			name      string
			archive   []byte
			functions []string
			want      string
		}{
			{"an import", imported, all, "it imports printf: allowed are "},
			{"a name without the prefix", renamed, all, "it defines [ab_evaluate "},
			{"a function that is not declared", whole, all[1:], ", but the header declares ["},
			{"a function that is missing", whole, append(all[:len(all):len(all)], "xc_z"), " xc_z]"},
			{"two objects", append(whole[:len(whole):len(whole)], second...), all, "it has 2 objects, not one"},
			{"no object", []byte("!<arch>\n"), all, "it has 0 objects, not one"},
			{"a size over the limit", make([]byte, maxSize+1), all, "it has 196609 bytes, more than 196608"},
			{"the end missing", whole[:len(whole)-100], all, "the size of member "},
			{"not an archive", whole[1:], all, "it is not an ar archive"},
			{"another platform", archive(t, other.name), all, ""},
		} {
			t.Run(platform.name+"/"+tt.name, func(t *testing.T) {
				_, err := check(tt.archive, platform, tt.functions)
				require.ErrorContains(t, err, tt.want)
			})
		}
	}
}

func TestDeclared_ReturnsTheFunctionsOfAHeader(t *testing.T) {
	assert.Equal(t, []string{"xc_a", "xc_b", "xc_c"}, declared(strings.Join([]string{
		"/* xc_not(this) */",
		" * xc_nor(this)",
		"xc_plan *xc_b(int x);",
		"int64_t xc_a(void);",
		"void xc_c(const char *text,",
		"          size_t xc_length);",
		"typedef struct xc_plan xc_plan;",
		"#define xc_macro(x) x",
	}, "\n")))
}
