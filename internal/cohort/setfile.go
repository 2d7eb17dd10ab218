package cohort

import (
	"bytes"
	"errors"
	"fmt"
	"unsafe"
)

const wordSize = 8

// The header is four words in front of the table.
const (
	headerMagic   = iota // the bytes of magic
	headerOrder          // byteOrder, as the machine writes it
	headerHomes          // how many slots are a home
	headerMembers        // how many slots are not free
	headerWords
)

const (
	magic     = "xpmtset\x01" // the last byte is the version of the format
	byteOrder = 0x0102030405060708
)

// Bytes returns the set as bytes for a file, in the order of this machine. They
// are the memory of the set: read-only, and gone when the Set is. So the caller
// keeps the Set reachable while it uses them, with runtime.KeepAlive if
// necessary.
func (s *Set) Bytes() []byte {
	if len(s.memory) == 0 {
		memory := make([]uint64, headerWords)
		writeHeader(memory, 0, 0)
		return asBytes(memory)
	}
	return asBytes(s.memory)
}

// FromBytes returns the set whose Bytes these are. It uses them without a copy,
// so they must not change, and keeps owner reachable as long as the Set: the
// mapped file, say, or nil. It returns an error if the bytes are not a set, are
// from a machine with another byte order, or do not begin at a multiple of 8.
// It checks the header and the length, not each hash: a file needs a checksum.
// Whatever the hashes are, a lookup ends.
func FromBytes(data []byte, owner any) (*Set, error) {
	s, err := fromBytes(data)
	if err != nil {
		return nil, fmt.Errorf("reading a set of members: %w", err)
	}
	s.owner = owner
	return s, nil
}

func fromBytes(data []byte) (*Set, error) {
	if len(data) < headerWords*wordSize || len(data)%wordSize != 0 {
		return nil, fmt.Errorf("%d bytes are not a header of %d and a table of 8-byte hashes",
			len(data), headerWords*wordSize)
	}
	if uintptr(unsafe.Pointer(unsafe.SliceData(data)))%wordSize != 0 {
		return nil, errors.New("the bytes do not begin at a multiple of 8")
	}
	if !bytes.HasPrefix(data, []byte(magic)) {
		return nil, fmt.Errorf("the bytes begin with %q, not with %q: were they written by another version?",
			data[:len(magic)], magic)
	}
	memory := unsafe.Slice((*uint64)(unsafe.Pointer(unsafe.SliceData(data))), len(data)/wordSize)
	if memory[headerOrder] != byteOrder {
		return nil, errors.New("the bytes are in another order: were they written on another kind of machine?")
	}
	homes, members, slots := memory[headerHomes], memory[headerMembers], uint64(len(memory)-headerWords)
	if members > slots || homes > slots {
		return nil, fmt.Errorf("the header says %d members and %d homes, but there are %d slots", members, homes, slots)
	}
	return newSet(memory), nil
}

// newSet returns the set in this memory, which has a header.
func newSet(memory []uint64) *Set {
	return &Set{
		table: memory[headerWords:], homes: memory[headerHomes], members: int(memory[headerMembers]), memory: memory,
	}
}

func writeHeader(memory []uint64, homes, members int) {
	copy(asBytes(memory[headerMagic:headerMagic+1]), magic)
	memory[headerOrder] = byteOrder
	memory[headerHomes] = uint64(homes)
	memory[headerMembers] = uint64(members)
}

func asBytes(words []uint64) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(words))), len(words)*wordSize)
}
