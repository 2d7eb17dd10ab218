package amplitude_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	repository    = "../.."
	migratingPage = repository + "/docs/migrating.md"
)

// ourPackages are the packages of this project that docs/migrating.md covers.
var ourPackages = []string{"experiment", "local", "remote"}

// newNames is the section of the page for names that the SDK does not have.
const newNames = "Only here"

func TestMigrating_NamesTheWholeAPIOfAmplitudesSDK(t *testing.T) {
	sections := readSections(t)
	sdk := sdkPackages(t)
	require.Contains(t, sdk, "pkg/experiment/local")
	require.NotContains(t, sdk, "internal/evaluation")
	for packagePath, names := range sdk {
		named := []string{}
		for _, row := range sections["Package `"+packagePath+"`"] {
			named = append(named, codeWords(row.there)...)
		}
		assert.ElementsMatch(t, names, named, "the first column of the table of %s", packagePath)
	}
}

func TestMigrating_NamesTheWholeAPIOfThisProject(t *testing.T) {
	ours := ourNames(t)
	named := map[string]bool{}
	for title, rows := range readSections(t) {
		for _, row := range rows {
			for _, name := range namesHere(title, row) {
				named[name] = true
				assert.True(t, slices.Contains(ours, name), "section %q: %s does not exist here", title, name)
			}
		}
	}
	for _, name := range ours {
		assert.True(t, named[name], "%s is not on the page; if the SDK has no such thing, add it to %q", name, newNames)
	}
}

// row is a row of a table of the page.
type row struct{ there, here string }

// readSections returns the rows of the page's tables by the title of their
// section. The first column of the section newNames has names of this project.
func readSections(t *testing.T) map[string][]row {
	t.Helper()
	page, err := os.ReadFile(filepath.FromSlash(migratingPage))
	require.NoError(t, err)
	sections := map[string][]row{}
	title := ""
	for line := range strings.Lines(string(page)) {
		line = strings.TrimSpace(line)
		if heading, ok := strings.CutPrefix(line, "## "); ok {
			title = heading
		}
		cells := strings.Split(line, "|")
		if len(cells) < 4 || strings.HasPrefix(cells[1], " ---") {
			continue
		}
		sections[title] = append(sections[title], row{there: cells[1], here: strings.Join(cells[2:], "|")})
	}
	return sections
}

var (
	codeWord  = regexp.MustCompile("`([^`]+)`")
	shortName = regexp.MustCompile(`^[A-Z]\w*(\.[A-Z]\w*)?$`)
	longName  = regexp.MustCompile(`^(` + strings.Join(ourPackages, "|") + `)(\.[A-Z]\w*){1,2}$`)
)

func codeWords(cell string) []string {
	var words []string
	for _, match := range codeWord.FindAllStringSubmatch(cell, -1) {
		words = append(words, match[1])
	}
	return words
}

// namesHere returns the names of this project, with their packages, in a row. A
// name without its package belongs to the package of the section. If a row says
// "the same", its first column has names of this project too.
func namesHere(title string, r row) []string {
	ours := path.Base(strings.Trim(strings.TrimPrefix(title, "Package "), "`"))
	words := codeWords(r.here)
	if title == newNames || strings.HasPrefix(r.here, " the same") {
		words = append(words, codeWords(r.there)...)
	}
	var names []string
	for _, word := range words {
		switch {
		case longName.MatchString(word):
			names = append(names, word)
		case shortName.MatchString(word) && slices.Contains(ourPackages, ours):
			names = append(names, ours+"."+word)
		}
	}
	return names
}

// sdkPackages returns the exported names of the SDK by the path of their
// package in its module.
func sdkPackages(t *testing.T) map[string][]string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/amplitude/experiment-go-server").Output()
	require.NoError(t, err)
	root := strings.TrimSpace(string(out))
	packages := map[string][]string{}
	require.NoError(t, filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil || !entry.IsDir():
			return err
		case entry.Name() == "internal":
			return fs.SkipDir
		}
		if names := exportedNames(t, name); len(names) > 0 {
			relative, err := filepath.Rel(root, name)
			require.NoError(t, err)
			packages[filepath.ToSlash(relative)] = names
		}
		return nil
	}))
	return packages
}

// ourNames returns the exported names of this project with their packages. The
// methods of errors (Error, Is and Unwrap) are left out.
func ourNames(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, name := range ourPackages {
		for _, exported := range exportedNames(t, filepath.Join(repository, name)) {
			if !slices.Contains([]string{".Error", ".Is", ".Unwrap"}, path.Ext(exported)) {
				all = append(all, name+"."+exported)
			}
		}
	}
	return all
}

// exportedNames returns the exported names of the package in a folder, on all
// platforms: constants, variables, functions and types, and of types their
// methods and fields, as in "Client.Fetch". It returns none for a folder
// without a package that can be imported.
func exportedNames(t *testing.T, folder string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	require.NoError(t, err)
	var names []string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		if parsed.Name.Name == "main" {
			return nil
		}
		for _, declaration := range parsed.Decls {
			names = append(names, declaredNames(declaration)...)
		}
	}
	slices.Sort(names)
	return slices.Compact(slices.DeleteFunc(names, func(name string) bool {
		for part := range strings.SplitSeq(name, ".") {
			if !ast.IsExported(part) {
				return true
			}
		}
		return false
	}))
}

// declaredNames returns the names of a declaration, exported or not.
func declaredNames(declaration ast.Decl) []string {
	var names []string
	switch d := declaration.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			return []string{d.Name.Name}
		}
		return []string{typeName(d.Recv.List[0].Type) + "." + d.Name.Name}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.ValueSpec:
				for _, name := range s.Names {
					names = append(names, name.Name)
				}
			case *ast.TypeSpec:
				names = append(names, s.Name.Name)
				for _, member := range memberNames(s.Type) {
					names = append(names, s.Name.Name+"."+member)
				}
			}
		}
	}
	return names
}

// memberNames returns the fields of a struct, or the methods of an interface.
func memberNames(of ast.Expr) []string {
	var fields *ast.FieldList
	switch o := of.(type) {
	case *ast.StructType:
		fields = o.Fields
	case *ast.InterfaceType:
		fields = o.Methods
	default:
		return nil
	}
	var names []string
	for _, field := range fields.List {
		if len(field.Names) == 0 {
			names = append(names, typeName(field.Type)) // embedded
		}
		for _, name := range field.Names {
			names = append(names, name.Name)
		}
	}
	return names
}

// typeName returns the name of a type, without a star and a package.
func typeName(of ast.Expr) string {
	switch o := of.(type) {
	case *ast.StarExpr:
		return typeName(o.X)
	case *ast.SelectorExpr:
		return o.Sel.Name
	case *ast.Ident:
		return o.Name
	}
	return ""
}
