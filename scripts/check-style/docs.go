package main

import (
	"fmt"
	"go/ast"
	"regexp"
	"strings"
)

// notVerbs are words that may not come after the name of a function in its doc.
var notVerbs = map[string]string{
	"is":    `"returns"`,
	"are":   `"returns"`,
	"was":   `"returns"`,
	"were":  `"returns"`,
	"says":  `"reports", or "reports whether"`,
	"tells": `"reports", or "reports whether"`,
	"gives": `"returns"`,
}

// freeDoc matches the functions whose doc may be any sentence: go test runs
// them, nobody calls them.
var freeDoc = regexp.MustCompile(`^(?:(?:Test|Benchmark|Fuzz|Example)(?:[^a-z]|$)|main$)`)

// checkDocs finds the docs of functions and methods that do not begin with the
// name and a verb.
func checkDocs(s *source) []finding {
	var findings []finding
	for _, decl := range s.tree.Decls {
		function, ok := decl.(*ast.FuncDecl)
		if !ok || function.Doc == nil || strings.TrimSpace(function.Doc.Text()) == "" {
			continue
		}
		name := function.Name.Name
		words := strings.Fields(function.Doc.Text())
		what := ""
		switch {
		case words[0] == name && len(words) > 1 && notVerbs[words[1]] != "":
			what = fmt.Sprintf("the doc begins %q: a function's doc begins with a verb, such as %s",
				name+" "+words[1], notVerbs[words[1]])
		case words[0] != name && words[0] != "Deprecated:" && !freeDoc.MatchString(name):
			what = fmt.Sprintf("the doc of %s begins %q: a function's doc begins with its name", name, words[0])
		default:
			continue
		}
		findings = append(findings, finding{line: s.lineOf(function.Doc.Pos()), rule: "docs of functions", what: what})
	}
	return findings
}
