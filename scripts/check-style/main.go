// Command check-style holds the part of CONTRIBUTING.md's rules of style that a
// program can see: the widths of lines, the words that this project avoids, how
// the docs of Go functions begin, and how tests are named. Run it from the root
// of the module:
//
//	go run ./scripts/check-style [-summary] [PATH...]
//
// It checks the files that git tracks or would add, below each PATH if any are
// given. Every finding is a line "file:line: what: use this instead", as
// compilers print them. It exits with status 1 if there are findings.
package main

import (
	"cmp"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// finding is one place that breaks a rule.
type finding struct {
	file string
	line int
	rule string // short, the same for all findings of a rule
	what string // what is there, and what to write instead
}

func main() {
	summary := flag.Bool("summary", false, "print the number of findings of each file and rule only")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: go run ./scripts/check-style [-summary] [PATH...]")
		flag.PrintDefaults()
	}
	flag.Parse()
	findings, err := checkTree(flag.Args())
	if err != nil {
		fmt.Fprintln(os.Stderr, "check-style:", err)
		os.Exit(2)
	}
	if *summary {
		printSummary(os.Stdout, findings)
	} else {
		printFindings(os.Stdout, findings)
	}
	if len(findings) > 0 {
		fmt.Fprintf(os.Stderr, "check-style: %d findings; CONTRIBUTING.md has the rules\n", len(findings))
		os.Exit(1)
	}
}

// checkTree checks the files below the paths, or all files.
func checkTree(paths []string) ([]finding, error) {
	names, err := listFiles(paths)
	if err != nil {
		return nil, err
	}
	var findings []finding
	for _, name := range names {
		text, err := os.ReadFile(name)
		if os.IsNotExist(err) {
			continue // deleted, but not committed yet
		}
		if err != nil {
			return nil, err
		}
		found, err := checkFile(filepath.ToSlash(name), string(text))
		if err != nil {
			return nil, err
		}
		findings = append(findings, found...)
	}
	return findings, nil
}

// listFiles returns the files that git tracks or would add.
func listFiles(paths []string) ([]string, error) {
	list := exec.Command("git", append([]string{
		"ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"}, paths...)...)
	list.Stderr = os.Stderr
	output, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("git ls-files: %w", err)
	}
	names := strings.FieldsFunc(string(output), func(r rune) bool { return r == 0 })
	slices.Sort(names)
	return slices.Compact(names), nil
}

// checkFile returns the findings of one file, in the order of its lines.
func checkFile(name, text string) ([]finding, error) {
	kind := kindOf(name, text)
	if kind == notChecked {
		return nil, nil
	}
	source, err := parse(name, kind, text)
	if err != nil {
		return nil, err
	}
	findings := checkWidths(source)
	if !quotesBadWords(name) {
		findings = append(findings, checkWords(source)...)
	}
	if kind == goSource {
		findings = append(findings, checkDocs(source)...)
	}
	if strings.HasSuffix(name, "_test.go") {
		findings = append(findings, checkNames(source)...)
	}
	for i := range findings {
		findings[i].file = name
	}
	slices.SortStableFunc(findings, func(a, b finding) int { return cmp.Compare(a.line, b.line) })
	return findings, nil
}

func printFindings(w io.Writer, findings []finding) {
	for _, f := range findings {
		fmt.Fprintf(w, "%s:%d: %s\n", f.file, f.line, f.what)
	}
}

// printSummary prints the number of findings of each file and of each rule, the
// largest first.
func printSummary(w io.Writer, findings []finding) {
	files, rules := map[string]int{}, map[string]int{}
	for _, f := range findings {
		files[f.file]++
		rules[f.rule]++
	}
	for _, counts := range []map[string]int{files, rules} {
		names := make([]string, 0, len(counts))
		for name := range counts {
			names = append(names, name)
		}
		slices.SortFunc(names, func(a, b string) int {
			return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
		})
		for _, name := range names {
			fmt.Fprintf(w, "%5d  %s\n", counts[name], name)
		}
		fmt.Fprintln(w)
	}
}
