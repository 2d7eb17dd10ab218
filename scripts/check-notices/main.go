// Command check-notices checks that THIRD_PARTY_NOTICES.md lists the modules
// that go.mod requires and no others, and that its section on linked modules
// lists the modules that a program gets by importing our public packages. Run
// it from the root of the module:
//
//	go run ./scripts/check-notices
//
// It exits with status 1 if the page and the modules differ.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
)

const (
	page = "THIRD_PARTY_NOTICES.md"
	// linkedHeading begins the section on modules that users' programs link.
	linkedHeading = "## Linked into programs"
)

// row matches a row of the page's tables; the first cell is a module's path.
var row = regexp.MustCompile("(?m)^\\| `([^`]+)` \\|")

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "check-notices:", err)
		os.Exit(1)
	}
}

func run() error {
	text, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	required, err := requiredModules()
	if err != nil {
		return err
	}
	linked, err := linkedModules()
	if err != nil {
		return err
	}
	return check(string(text), required, linked)
}

// check compares the page with the modules that go.mod requires, and its
// section on linked modules with the modules that users' programs link.
func check(text string, required, linked []string) error {
	listed := modules(text)
	var failures []error
	for _, module := range required {
		if !slices.Contains(listed, module) {
			failures = append(failures, fmt.Errorf("%s is in go.mod, but not in %s", module, page))
		}
	}
	for _, module := range listed {
		if !slices.Contains(required, module) {
			failures = append(failures, fmt.Errorf("%s is in %s, but not in go.mod", module, page))
		}
	}
	if got := modules(section(text)); !slices.Equal(got, linked) {
		failures = append(failures, fmt.Errorf(
			"%q in %s lists %v, but programs link %v", linkedHeading, page, got, linked))
	}
	return errors.Join(failures...)
}

// modules returns the modules that a text lists, sorted.
func modules(text string) []string {
	var paths []string
	for _, match := range row.FindAllStringSubmatch(text, -1) {
		paths = append(paths, match[1])
	}
	slices.Sort(paths)
	return paths
}

// section returns the section of the page on linked modules.
func section(text string) string {
	_, text, _ = strings.Cut(text, linkedHeading+"\n")
	text, _, _ = strings.Cut(text, "\n## ")
	return text
}

// requiredModules returns the modules that go.mod requires, indirect ones too.
func requiredModules() ([]string, error) {
	output, err := goCommand("mod", "edit", "-json")
	if err != nil {
		return nil, err
	}
	var mod struct{ Require []struct{ Path string } }
	if err := json.Unmarshal([]byte(output), &mod); err != nil {
		return nil, fmt.Errorf("reading the output of go mod edit: %w", err)
	}
	var paths []string
	for _, require := range mod.Require {
		paths = append(paths, require.Path)
	}
	return paths, nil
}

// linkedModules returns the modules, sorted, that the public packages need.
func linkedModules() ([]string, error) {
	all, err := goCommand("list", "-f", `{{if ne .Name "main"}}{{.ImportPath}}{{end}}`, "./...")
	if err != nil {
		return nil, err
	}
	public := slices.DeleteFunc(strings.Fields(all), func(path string) bool {
		return strings.Contains(path, "/internal/") || strings.Contains(path, "/lib/")
	})
	deps, err := goCommand(append([]string{
		"list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}{{end}}{{end}}"}, public...)...)
	if err != nil {
		return nil, err
	}
	paths := strings.Fields(deps)
	slices.Sort(paths)
	return slices.Compact(paths), nil
}

// goCommand runs the go command and returns its output.
func goCommand(arguments ...string) (string, error) {
	command := exec.Command("go", arguments...)
	command.Stderr = os.Stderr
	output, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w", arguments[0], err)
	}
	return string(output), nil
}
