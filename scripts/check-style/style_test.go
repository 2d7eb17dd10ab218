package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// check returns the findings of a file as lines "line: what".
func check(t *testing.T, name, text string) []string {
	t.Helper()
	findings, err := checkFile(name, text)
	require.NoError(t, err)
	var out strings.Builder
	printFindings(&out, findings)
	return strings.FieldsFunc(out.String(), func(r rune) bool { return r == '\n' })
}

func TestCheckWords_FindsBadLines(t *testing.T) {
	for text, want := range map[string]string{
		"isOf says whether it was decoded":       `"says whether": use "reports whether"`,
		"the metadata tells if it is":            `"tells if": use "reports whether"`,
		"a value that is no string is its JSON":  `"is no string": use "is not a", or say what it is`,
		"Values that are no JSON":                `"are no JSON": use "is not a", or say what it is`,
		"its answer is none":                     `"is none": use "is not a"`,
		"those that are none":                    `"are none": use "is not a"`,
		"right but for one word":                 `"but for": use "except", "except for" or "unless"`,
		"a config that makes no sense":           `"makes no sense": use "invalid", or "valid"`,
		"options must make sense already":        `"make sense": use "invalid", or "valid"`,
		"retries what may pass":                  `"what may pass": use "transient"`,
		"the byte behind the number":             `"behind the number": use "after"`,
		"gives a variant, be it the default":     `"be it": use "or", "whether"`,
		"for whoever reads on":                   `"whoever": use "people who", "the caller", or a name`,
		"The errors are those of Load":           `"those of": use the noun again`,
		"the time and that of a call":            `"that of": use the noun again`,
		"nil, and else the error":                `"and else": use "otherwise"`,
		"one of so many flags":                   `"so many": use the number, or "this many"`,
		"sent as often as it takes":              `"as often as it takes": use the bound`,
		"Mostly the first":                       `"Mostly": use "usually"`,
		"when to try again":                      `"try again": use "retry"`,
		"it is tried again":                      `"tried again": use "retry"`,
		"a time-out of 10 s":                     `"time-out": use "timeout"`,
		"is kept apart from":                     `"kept apart": use "separate", or "except for"`,
		"allocator apart; no frame":              `"apart;": use "separate", or "except for"`,
		"proxies and the like":                   `"and the like": use the list, or "such as"`,
		"the value at the place":                 `"at the place": use "where", or "at the position"`,
		"undefined behaviour":                    `"behaviour": use the American spelling, behavior`,
		"until it was cancelled":                 `"cancelled": use the American spelling, one l`,
		"an uninitialised byte":                  `"uninitialised": use the American spelling, z`,
		"its neighbours":                         `"neighbour": use the American spelling, neighbor`,
		"on two lines, which is\nno string here": `"is no string": use "is not a", or say what it is`,
	} {
		assert.Equal(t, []string{"page.md:1: " + want}, check(t, "page.md", text), text)
	}
}

func TestCheckWords_LeavesPlainEnglishAlone(t *testing.T) {
	for _, text := range []string{
		"reports whether the number is new",
		"There are no flags, there is no variant, and there is none.",
		"so that there\nis no copy",
		"It is no longer than the limit, and is no more than a hint.",
		"It matches if the value is none of these.",
		"If none is found, the result is nil.",
		"The service is behind a proxy, or behind the load balancer.",
		"An evaluation leaves nothing behind.",
		"A browser retries, but formats differ.",
		"It is set to be itself.",
		"Those that differ, and that often.",
		"Ranges that exercise the promise; otherwise rise, raise or comprise.",
		"a precise and concise premise: advertise, revise and supervise",
		"labels, signals, the canceled call, cancellation",
		"almost, utmost and timeouts",
		"thermometers and parameters",
	} {
		assert.Empty(t, check(t, "page.md", text), text)
	}
}

func TestCheckWords_ReadsCommentsAndStringsOnly(t *testing.T) {
	goSource := strings.Join([]string{
		"package p",                        // 1
		"",                                 //
		"// a value that is",               // 3
		"// no string",                     //
		"var behind = `",                   // 5
		"but for`",                         //
		"",                                 //
		"// one is",                        // 8
		"var x = `no` // whoever",          // 9
		"/* and",                           // 10
		"   mostly */",                     //
		"var y = \"// time-out\" + behind", // 12
		"",
	}, "\n")
	assert.Equal(t, []string{
		`p.go:3: "is no string": use "is not a", or say what it is`,
		`p.go:6: "but for": use "except", "except for" or "unless"`,
		`p.go:9: "whoever": use "people who", "the caller", or a name`,
		`p.go:11: "mostly": use "usually"`,
		`p.go:12: "time-out": use "timeout"`,
	}, check(t, "p.go", goSource))

	cSource := strings.Join([]string{
		"/* A value that is",             // 1
		" * no string. */",               //
		"int behind = '\"'; // mostly",   // 3
		`char *s = "\"whoever", *behind`, // 4
		"    = \"no /* comment */\";",    //
		"/* but for",                     // 6
	}, "\n")
	assert.Equal(t, []string{
		`p.c:1: "is no string": use "is not a", or say what it is`,
		`p.c:3: "mostly": use "usually"`,
		`p.c:4: "whoever": use "people who", "the caller", or a name`,
		`p.c:6: "but for": use "except", "except for" or "unless"`,
	}, check(t, "p.c", cSource))

	script := "#!/bin/sh\n# A value that is\n# no string.\necho \"but for\"\n"
	assert.Equal(t, []string{
		`run:2: "is no string": use "is not a", or say what it is`,
		`run:4: "but for": use "except", "except for" or "unless"`,
	}, check(t, "run", script))
}

func TestCheckWords_SkipsFilesThatQuoteTheWords(t *testing.T) {
	assert.Empty(t, check(t, "CONTRIBUTING.md", "Never whoever."))
	assert.Empty(t, check(t, "scripts/check-style/words.go", "package main // whoever"))
	assert.Len(t, check(t, "docs/CONTRIBUTORS.md", "whoever"), 1)
	history := "# Changelog\n\n## Unreleased\n\nmostly\n\n## 1.0.0\n\nwhoever\n"
	assert.Equal(t, []string{`CHANGELOG.md:5: "mostly": use "usually"`}, check(t, "CHANGELOG.md", history))
}

func TestCheckWidths_BoundsLines(t *testing.T) {
	x := func(n int) string { return strings.Repeat("x", n) }
	comment := func(columns int) string { return "// a " + x(columns-len("// a ")) }
	for _, tt := range []struct{ what, name, text, want string }{
		{"a comment at the bound", "p.go", "package p\n\n" + comment(80), ""},
		{"a comment beyond it", "p.go", "package p\n\n" + comment(81), "p.go:3: comment of 81 columns: wrap it at 80"},
		{"a tab is four columns", "p.go", "package p\n\nfunc f() {\n\t" + comment(77) + "\n}",
			"p.go:4: comment of 81 columns: wrap it at 80"},
		{"columns are characters", "p.go", "package p\n\n// " + strings.Repeat("ü ", 38), ""},
		{"a comment after code", "p.go", "package p " + comment(109), ""},
		{"code at the bound", "p.go", "package p; var a, " + x(98) + " int", ""},
		{"code beyond it", "p.go", "package p; var a, " + x(99) + " int",
			"p.go:1: line of 121 columns: wrap it at 120"},
		{"a raw string", "p.go", "package p\n\nvar x = `\n// " + x(90) + "`", ""},
		{"a long raw string", "p.go", "package p\n\nvar x = `\n// " + x(120) + "`",
			"p.go:4: line of 124 columns: wrap it at 120"},
		{"a directive", "p.go", "//go:build " + x(90) + "\n\npackage p", ""},
		{"a link", "p.go", "package p\n\n// https://" + x(90), ""},
		{"a link with a label", "p.go", "package p\n\n// [a name]: https://" + x(90), ""},
		{"a link in a sentence", "p.go", "package p\n\n// See https://" + x(90),
			"p.go:3: comment of 105 columns: wrap it at 80"},
		{"C in the preamble of cgo", "p.go", "package p\n\n/*\nint a" + x(100) + ";\n*/\nimport \"C\"", ""},
		{"the output of an example", "p_test.go",
			"package p\n\nfunc f() {\n\t// Output:\n\t// a " + x(90) + "\n}", ""},
		{"generated code", "p.go", "// Code generated by x. DO NOT EDIT.\n\npackage p\n\n" + comment(81), ""},
		{"test data", "testdata/p.md", x(130), ""},
		{"a C comment", "p.h", "/* a\n * " + x(78) + "\n */", "p.h:2: comment of 81 columns: wrap it at 80"},
		{"a C comment after code", "p.h", "int a; /* " + x(90) + " */", ""},
		{"a C comment before code", "p.h", "/* " + x(90) + " */ int a;", ""},
		{"a shell comment", "run", "#!/bin/sh\n# " + x(79), "run:2: comment of 81 columns: wrap it at 80"},
		{"shell", "run", "#!/bin/sh\necho " + x(116), "run:2: line of 121 columns: wrap it at 120"},
		{"Markdown", "p.md", "a " + x(119), "p.md:1: line of 121 columns: wrap it at 120"},
		{"a table", "p.md", "| " + x(130) + " |", ""},
		{"a line that ends in a link", "p.md", "see [a b](" + x(120) + ").", ""},
		{"a bare link", "p.md", "- https://" + x(120), ""},
		{"a file of another kind", "p.json", x(130), ""},
	} {
		t.Run(tt.what, func(t *testing.T) {
			assert.Equal(t, tt.want, strings.Join(check(t, tt.name, tt.text+"\n"), "\n"))
		})
	}
}

func TestCheckDocs_NeedsANameAndAVerb(t *testing.T) {
	const returns = `: a function's doc begins with a verb, such as "returns"`
	const reports = `: a function's doc begins with a verb, such as "reports", or "reports whether"`
	const name = `: a function's doc begins with its name`
	for _, tt := range []struct{ name, code, want string }{
		{"p.go", "// F returns 1.\nfunc F() int { return 1 }", ""},
		{"p.go", "// F is 1.\nfunc F() int { return 1 }", `the doc begins "F is"` + returns},
		{"p.go", "// f are two.\nfunc f() {}", `the doc begins "f are"` + returns},
		{"p.go", "// F says\n// why.\nfunc (t) F() {}", `the doc begins "F says"` + reports},
		{"p.go", "// f tells it.\nfunc (t) f() {}", `the doc begins "f tells"` + reports},
		{"p.go", "// Returns 1.\nfunc F() {}", `the doc of F begins "Returns"` + name},
		{"p.go", "// The one.\nfunc f() {}", `the doc of f begins "The"` + name},
		{"p.go", "// Deprecated: use G.\nfunc F() {}", ""},
		{"p.go", "//go:noinline\nfunc f() {}", ""},
		{"p.go", "// v is a value.\nvar v = 1\n\n// T is a type.\ntype T int\n\nfunc f() {}", ""},
		{"p_test.go", "// Programs without a core.\nfunc TestF_Programs(t *testing.T) {}", ""},
		{"p_test.go", "// One flag of many.\nfunc BenchmarkF(b *testing.B) {}", ""},
		{"p_test.go", "// The one.\nfunc Testing() {}", `the doc of Testing begins "The"` + name},
		{"p_test.go", "// Helps f.\nfunc help() {}", `the doc of help begins "Helps"` + name},
	} {
		findings := check(t, tt.name, "package p\n\n"+tt.code+"\n")
		if tt.want == "" {
			assert.Empty(t, findings, tt.code)
			continue
		}
		assert.Equal(t, []string{tt.name + ":3: " + tt.want}, findings, tt.code)
	}
}

func TestCheckNames_NeedsASubject(t *testing.T) {
	for name, isGood := range map[string]bool{
		"TestStart_LoadsFlags":          true,
		"TestStart_WaitsForA_Response":  true,
		"TestC":                         true,
		"TestRealFlags":                 true,
		"TestMain":                      true,
		"TestingIsNotATestButAHelper":   true,
		"TestAStartWaitsForAnother":     false,
		"TestTwoStartsAtTheSameTime":    false,
		"Test_LoadsFlags":               false,
		"TestEveryFlagIsLoadedByAStart": false,
	} {
		findings := check(t, "p_test.go", "package p\n\nfunc "+name+"(t *testing.T) {}\n")
		if isGood {
			assert.Empty(t, findings, name)
			continue
		}
		want := "p_test.go:3: " + name + ` is a sentence: begin with the subject and "_", as in TestStart_LoadsFlags`
		assert.Equal(t, []string{want}, findings, name)
	}
	assert.Empty(t, check(t, "p.go", "package p\n\nfunc TestAStartWaitsForAnother() {}\n"))
}

func TestCheckFile_RejectsBrokenGo(t *testing.T) {
	_, err := checkFile("p.go", "package")
	require.ErrorContains(t, err, "parsing Go: p.go:1:8: expected 'IDENT'")
}

func TestCheckTree_ChecksWhatGitKnowsOrWouldAdd(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{
		"tracked.md": "mostly\n", "new.md": "whoever\n", "ignored.md": "mostly\n", "deleted.md": "mostly\n",
		filepath.Join("sub", "page.md"): "mostly\n", ".gitignore": "ignored.md\n",
	} {
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	}
	for _, arguments := range [][]string{{"init", "--quiet"}, {"add", "tracked.md", "deleted.md"}} {
		output, err := exec.Command("git", arguments...).CombinedOutput()
		require.NoError(t, err, "%s", output)
	}
	require.NoError(t, os.Remove("deleted.md"))

	findings, err := checkTree(nil)
	require.NoError(t, err)
	var files []string
	for _, f := range findings {
		files = append(files, f.file)
	}
	assert.Equal(t, []string{"new.md", "sub/page.md", "tracked.md"}, files)

	findings, err = checkTree([]string{"sub"})
	require.NoError(t, err)
	assert.Len(t, findings, 1)
}

func TestPrintSummary_CountsFilesAndRules(t *testing.T) {
	var out strings.Builder
	printSummary(&out, []finding{{file: "a", rule: "x"}, {file: "b", rule: "x"}, {file: "b", rule: "y"}})
	assert.Equal(t, "    2  b\n    1  a\n\n    2  x\n    1  y\n\n", out.String())
}
