package main

import (
	"fmt"
	"go/ast"
	"regexp"
	"strings"
)

// test matches the names of tests, and not TestMain.
var test = regexp.MustCompile(`^Test(?:[A-Z0-9_]|$)`)

// capital matches the beginning of a word in a name.
var capital = regexp.MustCompile(`[A-Z][a-z0-9]*`)

// maxSubject is the largest number of words in a test's name that has a subject
// only, such as TestRealFlags. Longer names are sentences.
const maxSubject = 3

// checkNames finds tests whose names do not begin with a subject, which go test
// -run can select.
func checkNames(s *source) []finding {
	var findings []finding
	for _, decl := range s.tree.Decls {
		function, ok := decl.(*ast.FuncDecl)
		if !ok || function.Recv != nil || function.Name.Name == "TestMain" || !test.MatchString(function.Name.Name) {
			continue
		}
		name := function.Name.Name
		subject, _, divided := strings.Cut(strings.TrimPrefix(name, "Test"), "_")
		if subject != "" && (divided || len(capital.FindAllString(subject, -1)) <= maxSubject) {
			continue
		}
		findings = append(findings, finding{
			line: s.lineOf(function.Name.Pos()),
			rule: "names of tests",
			what: fmt.Sprintf("%s is a sentence: begin with the subject and \"_\", as in TestStart_LoadsFlags", name),
		})
	}
	return findings
}
