// Package internal has no code of its own. Its test holds the floors of the
// house, as docs/architecture.md draws them.
package internal

import (
	"encoding/json"
	"errors"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/amplitude/experiment-go-server"

// room is a package of the root module. It may import every package of a lower
// floor, except those it avoids, and no other package of the module. Of other
// modules it may import those in outside.
type room struct {
	floor      int
	neighbors  []string // packages of its own floor that it may import
	avoids     []string // packages of lower floors that it must not import
	outside    []string
	isATestAid bool // tests alone may import it
}

const (
	retryablehttp = "github.com/hashicorp/go-retryablehttp"
	gosse         = "github.com/tmaxmax/go-sse"
	cobra         = "github.com/spf13/cobra"
	testify       = "github.com/stretchr/testify"
)

// rooms are the packages of the root module. A name that ends in "/" stands for
// everything below it.
var rooms = map[string]room{
	"experiment":           {floor: 0},
	"lib/":                 {floor: 0},
	"internal/backoff":     {floor: 1},
	"internal/cohort":      {floor: 1},
	"internal/lastgood":    {floor: 2},
	"internal/jsonvalue":   {floor: 1},
	"internal/regexprog":   {floor: 1},
	"internal/userjson":    {floor: 1},
	"internal/testlog":     {floor: 1, isATestAid: true},
	"internal/testservice": {floor: 1, isATestAid: true},
	"internal/httpapi":     {floor: 2, outside: []string{retryablehttp}},
	"internal/core":        {floor: 2},
	"internal/usercontext": {floor: 2},
	"internal/benchdata":   {floor: 2, isATestAid: true},
	"internal/datasource": {
		floor: 2, neighbors: []string{"internal/httpapi"},
		outside: []string{gosse},
	},
	"internal/snapshot":    {floor: 3, avoids: []string{"internal/httpapi", "internal/datasource"}},
	"internal/conformance": {floor: 3},
	"internal/updater":     {floor: 4},
	"local":                {floor: 5},
	"remote":               {floor: 5},
	"experimenttest":       {floor: 6},
	"cmd/xpmt":             {floor: 7, outside: []string{cobra}},
	"examples/":            {floor: 7},
	"scripts/":             {floor: 7},
	"internal":             {floor: 7}, // this test
}

// homeless are names that say nothing about what a package is for.
var homeless = []string{"util", "utils", "common", "helpers", "misc", "shared"}

type goPackage struct {
	ImportPath string
	Imports    []string
	Module     *struct{ Path string }
}

func TestLayers_ImportsGoDownOnly(t *testing.T) {
	for _, cgo := range []string{"0", "1"} {
		for _, p := range listPackages(t, cgo) {
			name := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
			from, ok := roomOf(name)
			if !assert.True(t, ok, "%s has no floor: give it one here and in docs/architecture.md", name) {
				continue
			}
			assert.NotContains(t, homeless, path.Base(name), "the name does not say what is in it")
			for _, imported := range p.Imports {
				assert.Empty(t, from.objection(imported), "%s imports %s", name, imported)
			}
		}
	}
}

// objection returns why the room must not import a package, or "".
func (r room) objection(imported string) string {
	name, ours := strings.CutPrefix(imported, module+"/")
	if !ours {
		first, _, _ := strings.Cut(imported, "/")
		if strings.Contains(first, ".") && !slices.Contains(r.outside, imported) {
			return "its room does not list this module"
		}
		return ""
	}
	to, ok := roomOf(name)
	switch {
	case !ok:
		return "it has no floor"
	case slices.Contains(r.avoids, name):
		return "its room avoids it"
	case to.isATestAid && r.floor < 7:
		return "it is for tests alone"
	case to.floor > r.floor:
		return "it is on a higher floor"
	case to.floor == r.floor && !slices.Contains(r.neighbors, name):
		return "it is on the same floor, and not listed as a neighbor"
	}
	return ""
}

func roomOf(name string) (room, bool) {
	if r, ok := rooms[name]; ok {
		return r, true
	}
	for prefix, r := range rooms {
		if strings.HasSuffix(prefix, "/") && strings.HasPrefix(name, prefix) {
			return r, true
		}
	}
	return room{}, false
}

// listPackages returns the packages of the root module, as they are with cgo or
// without it.
func listPackages(t *testing.T, cgo string) []goPackage {
	t.Helper()
	command := exec.Command("go", "list", "-json=ImportPath,Imports,Module", "./...")
	command.Dir = ".."
	command.Env = append(os.Environ(), "CGO_ENABLED="+cgo)
	command.Stderr = os.Stderr
	out, err := command.Output()
	require.NoError(t, err)
	var packages []goPackage
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		packages = append(packages, p)
	}
	require.NotEmpty(t, packages)
	return packages
}

// Every file counts here, whatever its build tags: tests, other platforms,
// other modules.
func TestLayers_OnlyTheCoreImportsC(t *testing.T) {
	for file, imports := range importsOfFiles(t) {
		if slices.Contains(imports, "C") {
			assert.Equal(t, "internal/core", path.Dir(file), "%s imports C", file)
		}
	}
}

func TestLayers_ModulesOfTheirOwnImportNothingInternal(t *testing.T) {
	modules := 0
	files := importsOfFiles(t)
	for _, root := range modulesBelowTheRoot(t) {
		modules++
		for file, imports := range files {
			if !strings.HasPrefix(file, root+"/") {
				continue
			}
			for _, imported := range imports {
				assert.NotContains(t, imported, module+"/internal", file)
			}
		}
	}
	assert.Positive(t, modules)
}

func modulesBelowTheRoot(t *testing.T) []string {
	var found []string
	walk(t, func(file string) {
		if path.Base(file) == "go.mod" && file != "go.mod" {
			found = append(found, path.Dir(file))
		}
	})
	return found
}

// importsOfFiles returns the imports of every Go file of the repository.
func importsOfFiles(t *testing.T) map[string][]string {
	imports := map[string][]string{}
	walk(t, func(file string) {
		if path.Ext(file) != ".go" {
			return
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", file), nil, parser.ImportsOnly)
		require.NoError(t, err)
		imports[file] = nil
		for _, spec := range parsed.Imports {
			imports[file] = append(imports[file], strings.Trim(spec.Path.Value, `"`))
		}
	})
	require.Contains(t, imports, "internal/layers_test.go")
	return imports
}

// walk visits the files of the repository by their names from its root.
func walk(t *testing.T, visit func(file string)) {
	t.Helper()
	require.NoError(t, filepath.WalkDir("..", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && name != ".." {
			return filepath.SkipDir // .git, .cache
		}
		if !entry.IsDir() {
			relative, err := filepath.Rel("..", name)
			if err != nil {
				return err
			}
			visit(filepath.ToSlash(relative))
		}
		return nil
	}))
}
