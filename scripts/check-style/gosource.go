package main

import (
	"go/ast"
	"go/scanner"
	"go/token"
	"regexp"
	"strings"
)

// directive matches the comments that tools read, such as //go:build.
var directive = regexp.MustCompile(`^//(?:[a-z]+:[a-z]|export |line |#cgo |nolint)`)

// onlyLink matches a comment line that consists of a link, which cannot be
// wrapped, with or without a label before it.
var onlyLink = regexp.MustCompile(`^(?:- |\[[^\]]+\]: )?https?://\S+$`)

// readGo finds comments and string literals in Go source.
func (s *source) readGo(text string) {
	var scan scanner.Scanner
	files := token.NewFileSet()
	file := files.AddFile("", files.Base(), len(text))
	scan.Init(file, []byte(text), nil, scanner.ScanComments)
	code := make([]bool, len(s.lines)+2)
	for {
		pos, tok, literal := scan.Scan()
		if tok == token.EOF {
			break
		}
		first := file.Line(pos)
		last := first + strings.Count(literal, "\n")
		switch {
		case tok == token.COMMENT:
			s.addComment(first, literal)
		case tok == token.SEMICOLON && literal == "\n":
			// Inserted by the scanner, not written.
		default:
			for i := first; i <= last; i++ {
				code[i] = true
			}
			if tok == token.STRING {
				s.passages = append(s.passages, passage{first, literal})
			}
		}
	}
	for i := range s.lines {
		s.lines[i].comment = s.lines[i].comment && !code[i+1]
	}
	s.exemptPreamble()
	s.exemptOutput()
}

// addComment marks the lines of a comment and adds its text to the passages. A
// line comment goes on from the one before if that is on the line above.
func (s *source) addComment(first int, literal string) {
	for i := range strings.Count(literal, "\n") + 1 {
		l := &s.lines[first-1+i]
		l.comment = true
		trimmed := strings.TrimSpace(l.text)
		l.exempt = directive.MatchString(trimmed) || onlyLink.MatchString(strings.TrimLeft(trimmed, "/* "))
	}
	text, isLineComment := strings.CutPrefix(literal, "//")
	if !isLineComment {
		s.passages = append(s.passages, passage{first, uncomment(literal)})
		return
	}
	if n := len(s.passages); n > 0 {
		last := &s.passages[n-1]
		next := last.line + strings.Count(last.text, "\n") + 1
		above := strings.HasPrefix(strings.TrimSpace(s.lines[max(first-2, 0)].text), "//")
		if next == first && above {
			last.text += "\n" + text
			return
		}
	}
	s.passages = append(s.passages, passage{first, text})
}

// blockMargin matches the indent and the asterisk of a line of a block comment.
var blockMargin = regexp.MustCompile(`(?m)^[ \t]*\*? ?`)

// uncomment returns the text of a block comment, with as many lines.
func uncomment(literal string) string {
	text := strings.TrimSuffix(strings.TrimPrefix(literal, "/*"), "*/")
	return blockMargin.ReplaceAllString(text, "")
}

// exemptPreamble takes the C code before import "C" out of the comments.
func (s *source) exemptPreamble() {
	for _, decl := range s.tree.Decls {
		imports, ok := decl.(*ast.GenDecl)
		if !ok || imports.Tok != token.IMPORT || imports.Doc == nil {
			continue
		}
		for _, spec := range imports.Specs {
			if spec.(*ast.ImportSpec).Path.Value != `"C"` {
				continue
			}
			for i := s.lineOf(imports.Doc.Pos()); i <= s.lineOf(imports.Doc.End()); i++ {
				s.lines[i-1].comment = false
			}
		}
	}
}

// exemptOutput takes what examples print out of the rules of width.
func (s *source) exemptOutput() {
	output := false
	for i := range s.lines {
		l := &s.lines[i]
		text := strings.ToLower(strings.TrimLeft(l.text, "/ \t"))
		begins := strings.HasPrefix(text, "output:") || strings.HasPrefix(text, "unordered output:")
		output = l.comment && (output || begins)
		l.exempt = l.exempt || output
	}
}

func (s *source) lineOf(pos token.Pos) int {
	return s.files.Position(pos).Line
}
