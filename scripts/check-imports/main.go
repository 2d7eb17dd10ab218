// Command check-imports shows that the prebuilt libraries are what they say:
// one object of the right platform and of bounded size, which defines the
// functions of experiment_core.h, everything else static, and imports at most
// memcpy, memmove, memset and memcmp. Run it from the root of the module:
//
//	go run ./scripts/check-imports [DIR]
//
// DIR, lib by default, has the archives as <os>_<arch>/libexperiment_core.a and
// the header in core/. It exits with status 1 if anything is otherwise.
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

// maxSize is the most bytes that an archive may have.
const maxSize = 128 << 10

// imports is all that the core may take from outside itself.
var imports = []string{"memcmp", "memcpy", "memmove", "memset"}

// function finds the declarations of the header; comments and macros are indented or begin otherwise.
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

// declared is the functions of the header, sorted.
func declared(header string) []string {
	var names []string
	for _, match := range function.FindAllStringSubmatch(header, -1) {
		names = append(names, match[1])
	}
	slices.Sort(names)
	return names
}

// check gives what an archive's only object has, if all is as it should be.
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
			return nil, fmt.Errorf("it imports %s: only %v may be", name, imports)
		}
	}
	if len(object.visible) > 0 {
		return nil, fmt.Errorf("it exports %v from a program that links it: all must be hidden", object.visible)
	}
	return object, nil
}
