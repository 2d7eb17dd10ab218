// Command check-binary inspects a program that was linked for another system
// and cannot run here. Run it from the root of the module:
//
//	go run ./scripts/check-binary [-glibc VERSION] FILE
//
// A Mach-O file must be for macOS 11 or later, load only the libraries that Go
// itself loads, and contain the core without exporting or importing it. For
// Apple's processors it must be signed. An ELF file must not need a newer glibc
// than the given version. The command prints its findings, and exits with
// status 1 if a check fails.
package main

import (
	"debug/elf"
	"debug/macho"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

func main() {
	glibc := flag.String("glibc", "2.17", "the newest glibc `version` that an ELF file may need")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: go run ./scripts/check-binary [-glibc VERSION] FILE")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	found, err := check(flag.Arg(0), *glibc)
	if err != nil {
		fmt.Fprintf(os.Stderr, "check-binary: %s: %v\n", flag.Arg(0), err)
		os.Exit(1)
	}
	fmt.Println(found)
}

// check checks a file and returns a line that describes it.
func check(name, glibc string) (string, error) {
	if f, err := macho.Open(name); err == nil {
		defer f.Close()
		return checkMachO(f)
	}
	f, err := elf.Open(name)
	if err != nil {
		return "", fmt.Errorf("neither Mach-O nor ELF: %w", err)
	}
	defer f.Close()
	return checkELF(f, glibc)
}

// systemLibraries are the libraries that Go's runtime, net and crypto/x509 load
// on macOS.
var systemLibraries = []string{
	"/System/Library/Frameworks/CoreFoundation.framework/Versions/A/CoreFoundation",
	"/System/Library/Frameworks/Security.framework/Versions/A/Security",
	"/usr/lib/libSystem.B.dylib",
	"/usr/lib/libresolv.9.dylib",
}

// checkMachO checks a Mach-O file and returns a line that describes it.
func checkMachO(f *macho.File) (string, error) {
	const codeSignature, buildVersion, macOS, oldest = 0x1d, 0x32, 1, 11
	if f.Type != macho.TypeExec {
		return "", fmt.Errorf("it is %v, not an executable", f.Type)
	}
	libraries, err := f.ImportedLibraries()
	if err != nil {
		return "", err
	}
	for _, library := range libraries {
		if !slices.Contains(systemLibraries, library) {
			return "", fmt.Errorf("it loads %s", library)
		}
	}
	signed, version := false, ""
	for _, load := range f.Loads {
		raw := load.Raw()
		switch f.ByteOrder.Uint32(raw) {
		case codeSignature:
			signed = true
		case buildVersion:
			platform, least := f.ByteOrder.Uint32(raw[8:]), f.ByteOrder.Uint32(raw[12:])
			if platform != macOS || least>>16 < oldest {
				return "", fmt.Errorf("it is for platform %d, version %d", platform, least>>16)
			}
			version = fmt.Sprintf("%d.%d", least>>16, least>>8&0xff)
		}
	}
	if version == "" {
		return "", errors.New("it has no macOS version")
	}
	if f.Cpu == macho.CpuArm64 && !signed {
		return "", errors.New("it is not signed, as macOS requires on arm64")
	}
	count, err := coreSymbols(f)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%v for macOS %s, signed: %t, %d symbols of the core, loads %s",
		f.Cpu, version, signed, count, strings.Join(libraries, " ")), nil
}

// coreSymbols counts the functions and tables of the core. It returns an error
// if the program imports or exports one.
func coreSymbols(f *macho.File) (int, error) {
	const kind, undefined, external = 0x0e, 0x00, 0x01
	var names []string
	for _, s := range f.Symtab.Syms {
		if !strings.HasPrefix(s.Name, "_xc_") {
			continue
		}
		if s.Type&kind == undefined || s.Type&external != 0 {
			return 0, fmt.Errorf("%s is imported or exported", s.Name)
		}
		names = append(names, s.Name)
	}
	for _, name := range []string{"_xc_plan_compile", "_xc_evaluate", "_xc_plan_free"} {
		if !slices.Contains(names, name) {
			return 0, fmt.Errorf("it has no %s", name)
		}
	}
	return len(names), nil
}

// checkELF checks an ELF file and returns a line that describes it.
func checkELF(f *elf.File, glibc string) (string, error) {
	symbols, err := f.ImportedSymbols()
	if err != nil {
		return "", err
	}
	newest := "0"
	for _, s := range symbols {
		if strings.HasPrefix(s.Name, "xc_") {
			return "", fmt.Errorf("%s is imported", s.Name)
		}
		version, ok := strings.CutPrefix(s.Version, "GLIBC_")
		if ok && newer(version, newest) {
			newest = version
		}
	}
	if newest == "0" {
		return "", errors.New("it needs no symbol of glibc: it is not linked with glibc dynamically")
	}
	if newer(newest, glibc) {
		return "", fmt.Errorf("it needs glibc %s", newest)
	}
	return fmt.Sprintf("%v, needs glibc %s, %d symbols", f.Machine, newest, len(symbols)), nil
}

// newer reports whether version a, such as 2.17, is newer than b.
func newer(a, b string) bool {
	return slices.Compare(numbers(a), numbers(b)) > 0
}

// numbers returns the components of a version. A component that is not a number
// counts as 0.
func numbers(version string) []int {
	var all []int
	for part := range strings.SplitSeq(version, ".") {
		n, _ := strconv.Atoi(part)
		all = append(all, n)
	}
	return all
}
