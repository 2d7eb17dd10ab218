package main

import (
	"bytes"
	"debug/elf"
	"debug/macho"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// object holds the symbols of an object file by their C names, sorted.
type object struct {
	defined   []string // visible to other objects
	undefined []string
	visible   []string // defined, and visible outside the program
}

// platform describes the object of an archive.
type platform struct {
	name    string
	machine uint32
	parse   func(file []byte, machine uint32) (*object, error)
}

var platforms = []platform{
	{"linux_amd64", uint32(elf.EM_X86_64), parseELF},
	{"linux_arm64", uint32(elf.EM_AARCH64), parseELF},
	{"darwin_amd64", uint32(macho.CpuAmd64), parseMachO},
	{"darwin_arm64", uint32(macho.CpuArm64), parseMachO},
}

// parseELF returns the symbols of an ELF object for the machine.
func parseELF(file []byte, machine uint32) (*object, error) {
	f, err := elf.NewFile(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	if f.Type != elf.ET_REL || f.Machine != elf.Machine(machine) {
		return nil, fmt.Errorf("it is %v for %v, not an object for %v", f.Type, f.Machine, elf.Machine(machine))
	}
	symbols, err := f.Symbols()
	if err != nil {
		return nil, err
	}
	o := &object{}
	for _, s := range symbols {
		if elf.ST_BIND(s.Info) == elf.STB_LOCAL {
			continue
		}
		if s.Section == elf.SHN_UNDEF {
			o.undefined = append(o.undefined, s.Name)
			continue
		}
		o.defined = append(o.defined, s.Name)
		if elf.ST_VISIBILITY(s.Other) != elf.STV_HIDDEN {
			o.visible = append(o.visible, s.Name)
		}
	}
	o.sort()
	return o, nil
}

// parseMachO returns the symbols of a Mach-O object for the machine.
func parseMachO(file []byte, machine uint32) (*object, error) {
	// Bits of a symbol's type; debug/macho has no names for them.
	const debugging, private, kind, undefined, external = 0xe0, 0x10, 0x0e, 0x00, 0x01
	f, err := macho.NewFile(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	if f.Type != macho.TypeObj || f.Cpu != macho.Cpu(machine) {
		return nil, fmt.Errorf("it is %v for %v, not an object for %v", f.Type, f.Cpu, macho.Cpu(machine))
	}
	if f.Symtab == nil {
		return nil, errors.New("it has no symbols")
	}
	o := &object{}
	for _, s := range f.Symtab.Syms {
		if s.Type&debugging != 0 || s.Type&external == 0 {
			continue
		}
		name, ok := strings.CutPrefix(s.Name, "_")
		if !ok {
			return nil, fmt.Errorf("the symbol %s is not a C name: it does not begin with _", s.Name)
		}
		if s.Type&kind == undefined {
			o.undefined = append(o.undefined, name)
			continue
		}
		o.defined = append(o.defined, name)
		if s.Type&private == 0 {
			o.visible = append(o.visible, name)
		}
	}
	o.sort()
	return o, nil
}

func (o *object) sort() {
	slices.Sort(o.defined)
	slices.Sort(o.undefined)
	slices.Sort(o.visible)
}
