// Command check-imports checks the contents of the prebuilt libraries. Each
// must consist of one object of the right platform and of bounded size. The
// object must define the functions of experiment_core.h and no others, hidden
// from other programs, and import at most memcpy, memmove, memset and memcmp.
// Run it from the root of the module:
//
//	go run ./scripts/check-imports [DIR]
//
// DIR, lib by default, contains the archives as
// <os>_<arch>/libexperiment_core.a and the header in core/. The command exits
// with status 1 if a check fails.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// maxSize is the largest size of an archive, in bytes.
const maxSize = 192 << 10

// imports are the functions that the core may call outside itself.
var imports = []string{"memcmp", "memcpy", "memmove", "memset"}

// function matches the declarations of the header. Comments and macros do not
// match: they are indented or begin with another character.
var function = regexp.MustCompile(`(?m)^[a-z][a-z0-9_ ]*[ *](xc_[a-z0-9_]+)\(`)

func main() {
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: go run ./scripts/check-imports [DIR]")
	}
	flag.Parse()
	dir := "lib"
	if flag.NArg() > 0 {
		dir = flag.Arg(0)
	}
	if err := checkAll(dir); err != nil {
		fmt.Fprintln(os.Stderr, "check-imports:", err)
		os.Exit(1)
	}
}

// checkAll checks the archive of every platform and prints a line about each.
func checkAll(dir string) error {
	header, err := os.ReadFile(filepath.Join(dir, "core", "experiment_core.h"))
	if err != nil {
		return err
	}
	functions := declared(string(header))
	if len(functions) == 0 {
		return errors.New("the header declares no function")
	}
	var failures []error
	for _, platform := range platforms {
		path := filepath.Join(dir, platform.name, "libexperiment_core.a")
		archive, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		object, err := check(archive, platform, functions)
		if err != nil {
			failures = append(failures, fmt.Errorf("%s: %w", path, err))
			continue
		}
		fmt.Printf("%s: %d bytes, %d functions, imports %s\n",
			path, len(archive), len(object.defined), strings.Join(object.undefined, " "))
	}
	return errors.Join(failures...)
}

// declared returns the functions of the header, sorted.
func declared(header string) []string {
	var names []string
	for _, match := range function.FindAllStringSubmatch(header, -1) {
		names = append(names, match[1])
	}
	slices.Sort(names)
	return names
}

// check returns the symbols of an archive's only object if the archive passes.
func check(archive []byte, platform platform, functions []string) (*object, error) {
	if len(archive) > maxSize {
		return nil, fmt.Errorf("it has %d bytes, more than %d", len(archive), maxSize)
	}
	members, err := read(archive)
	if err != nil {
		return nil, err
	}
	if len(members) != 1 {
		return nil, fmt.Errorf("it has %d objects, not one", len(members))
	}
	object, err := platform.parse(members[0], platform.machine)
	if err != nil {
		return nil, err
	}
	if !slices.Equal(object.defined, functions) {
		return nil, fmt.Errorf("it defines %v, but the header declares %v", object.defined, functions)
	}
	for _, name := range object.undefined {
		if !slices.Contains(imports, name) {
			return nil, fmt.Errorf("it imports %s: allowed are %v", name, imports)
		}
	}
	if len(object.visible) > 0 {
		return nil, fmt.Errorf("it exports %v from a program that links it: symbols must be hidden", object.visible)
	}
	return object, nil
}
