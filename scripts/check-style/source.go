package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"strings"
)

// kind decides which rules a file is under and where its prose is.
type kind int

const (
	notChecked kind = iota
	goSource
	cSource
	hashSource // comments begin with #: shell, make, YAML
	markdown
)

// source is a file, taken apart.
type source struct {
	kind     kind
	lines    []line
	passages []passage

	// Of a Go file only.
	files *token.FileSet
	tree  *ast.File
}

// line is a line of a file, without its end.
type line struct {
	text    string
	comment bool // it has a comment and nothing else
	exempt  bool // no rule of width applies
}

// passage is prose that may go over several lines: a comment without its
// markers, a string literal, or all of a Markdown file.
type passage struct {
	line int // of the first byte
	text string
}

// generated matches the marker of generated files, in Go, C or Markdown.
var generated = regexp.MustCompile(`(?mi)^(?://|/\*| \*|<!--) (?:.* )?generated .*do not edit`)

// kindOf returns the kind of a file, by its name and its first line.
func kindOf(name, text string) kind {
	base, ext := path.Base(name), path.Ext(name)
	switch {
	case inFolder(name, "testdata"), inFolder(name, "findings"), base == "LICENSE", strings.Contains(text, "\x00"):
		return notChecked
	case generated.MatchString(text):
		return notChecked
	case ext == ".go":
		return goSource
	case ext == ".c", ext == ".h":
		return cSource
	case ext == ".md", strings.HasSuffix(name, ".md.tmpl"):
		return markdown
	case ext == ".sh", ext == ".yml", ext == ".yaml", base == "Makefile", base == "CODEOWNERS", isDotFile[base]:
		return hashSource
	case strings.HasPrefix(text, "#!") && strings.Contains(firstLine(text), "sh"):
		return hashSource
	}
	return notChecked
}

var isDotFile = map[string]bool{
	".clang-format": true, ".editorconfig": true, ".gitattributes": true, ".gitignore": true,
}

// inFolder reports whether one of the folders of a path has the given name.
func inFolder(name, folder string) bool {
	return strings.Contains("/"+path.Dir(name)+"/", "/"+folder+"/")
}

func firstLine(text string) string {
	first, _, _ := strings.Cut(text, "\n")
	return first
}

// parse takes a file apart.
func parse(name string, kind kind, text string) (*source, error) {
	s := &source{kind: kind}
	for text := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		s.lines = append(s.lines, line{text: strings.TrimSuffix(text, "\r")})
	}
	switch kind {
	case goSource:
		s.files = token.NewFileSet()
		tree, err := parser.ParseFile(s.files, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("parsing Go: %w", err)
		}
		s.tree = tree
		s.readGo(text)
	case cSource:
		s.readC(text)
	case hashSource:
		s.readHash()
	case markdown:
		s.readMarkdown(name)
	}
	return s, nil
}

// readHash finds the comments of a shell script, a makefile or YAML. All of
// its lines are prose, since shell scripts print text from anywhere.
func (s *source) readHash() {
	var prose []string
	for i := range s.lines {
		l := &s.lines[i]
		text := strings.TrimLeft(l.text, " \t")
		l.comment = strings.HasPrefix(text, "#")
		l.exempt = strings.HasPrefix(text, "#!") || strings.HasPrefix(text, "# shellcheck ")
		prose = append(prose, strings.TrimLeft(text, "# "))
	}
	s.passages = []passage{{1, strings.Join(prose, "\n")}}
}

// released is the heading of a version in CHANGELOG.md.
var released = regexp.MustCompile(`^## \[?v?[0-9]`)

// readMarkdown finds the lines of tables and of long links, which cannot be
// wrapped. What CHANGELOG.md says of released versions is history.
func (s *source) readMarkdown(name string) {
	var prose []string
	history := false
	for i := range s.lines {
		l := &s.lines[i]
		history = history || path.Base(name) == "CHANGELOG.md" && released.MatchString(l.text)
		l.exempt = history || strings.HasPrefix(strings.TrimLeft(l.text, " \t>"), "|") || endsInLink(l.text)
		if !history {
			prose = append(prose, l.text)
		}
	}
	s.passages = []passage{{1, strings.Join(prose, "\n")}}
}

// endsInLink reports whether the last word of a line has a link in it, as
// "[the docs](https://example.com)" has.
func endsInLink(text string) bool {
	words := strings.Fields(text)
	if len(words) == 0 {
		return false
	}
	last := words[len(words)-1]
	return strings.Contains(last, "](") || strings.Contains(last, "://")
}
