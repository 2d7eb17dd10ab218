package lastgood

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strconv"
	"strings"
)

// A file is a header and the data. Numbers are little endian.
//
//	magic              8 bytes
//	format version     4
//	header length      4: with padding and checksum, a multiple of 64
//	file length        8
//	salt              16: random
//	identity          32: SHA-256 of the salt and the deployment key
//	name               2 for its length, and the name: of the part, or empty
//	count of sections  2
//	each section       2 for the length of its name, the name,
//	                   8 for its offset in the data, 8 for its length
//	checksums          4 for each MiB of the data
//	padding            zeros
//	header checksum    4: of all bytes before it
//
// Each section begins at a multiple of 64 bytes in the data, and so in the
// file. The checksums cover the zeros between sections, too.
const (
	magic         = "xpmt\x93\r\n\x1a" // this is not UTF-8, and copying it as text changes it
	formatVersion = 1

	fixedLength     = 76 // of a header without name, sections and checksums
	prefixLength    = 16 // of what all format versions have in common
	maxHeaderLength = 1 << 20
	maxNameLength   = 255
	alignment       = 64
	chunkLength     = 1 << 20
)

// MaxFileSize is the largest size of a file, in bytes: 2000 MiB, so that every
// offset is an int on every platform. A cohort of 50 million members needs 450
// MB.
const MaxFileSize = 2000 << 20

// castagnoli is the polynomial that processors have instructions for.
// See RATIONALE.md, "Why does the last good file have a CRC-32C for each MiB?".
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Section is a named part of a file's data.
type Section struct {
	Name string
	Data []byte
}

// span is where a section is in the data.
type span struct {
	name           string
	offset, length int
}

type header struct {
	name       string // of the part, or ""
	fileLength int
	length     int // of the header
	salt       [16]byte
	identity   [sha256.Size]byte
	spans      []span
	checksums  []uint32
}

// newHeader returns the header of a file with these sections, without the
// checksums of its data.
func newHeader(name string, key func() string, sections []Section) (*header, error) {
	h := &header{name: name}
	if _, err := rand.Read(h.salt[:]); err != nil {
		return nil, err
	}
	h.identity = identity(h.salt, key)
	length, end := fixedLength+len(name), 0
	for i, section := range sections {
		if section.Name == "" || len(section.Name) > maxNameLength {
			return nil, fmt.Errorf("the name of section %d has %d bytes, not 1 to %d",
				i, len(section.Name), maxNameLength)
		}
		if _, twice := h.find(section.Name); twice {
			return nil, fmt.Errorf("there are two sections %q", section.Name)
		}
		offset := roundUp(end)
		if len(section.Data) > MaxFileSize-maxHeaderLength-offset {
			return nil, ErrTooLarge
		}
		end = offset + len(section.Data)
		h.spans = append(h.spans, span{section.Name, offset, len(section.Data)})
		length += 18 + len(section.Name)
	}
	h.checksums = make([]uint32, chunks(end))
	h.length = roundUp(length + 4*len(h.checksums) + 4)
	if h.length > maxHeaderLength {
		return nil, fmt.Errorf("the header has %d bytes, but %d at most: there are too many sections",
			h.length, maxHeaderLength)
	}
	h.fileLength = h.length + end
	return h, nil
}

// identity returns what a file for this key with this salt has.
func identity(salt [16]byte, key func() string) [sha256.Size]byte {
	return sha256.Sum256(append(salt[:], key()...))
}

// belongsTo reports whether the file was written for this key. The time it
// takes does not depend on the key.
func (h *header) belongsTo(key func() string) bool {
	wanted := identity(h.salt, key)
	return subtle.ConstantTimeCompare(wanted[:], h.identity[:]) == 1
}

func (h *header) find(name string) (span, bool) {
	for _, s := range h.spans {
		if s.name == name {
			return s, true
		}
	}
	return span{}, false
}

func (h *header) dataLength() int { return h.fileLength - h.length }

// chunk returns where a chunk begins and ends in the data.
func (h *header) chunk(i int) (begin, end int) {
	return i * chunkLength, min((i+1)*chunkLength, h.dataLength())
}

// at names the sections that have bytes from begin to end of the data.
func (h *header) at(begin, end int) string {
	var names []string
	for _, s := range h.spans {
		if s.offset < end && s.offset+s.length > begin {
			names = append(names, strconv.Quote(s.name))
		}
	}
	return "of " + strings.Join(names, ", ")
}

// encode returns the bytes of the header.
func (h *header) encode() []byte {
	little := binary.LittleEndian
	b := append(make([]byte, 0, h.length), magic...)
	b = little.AppendUint32(b, formatVersion)
	b = little.AppendUint32(b, uint32(h.length))
	b = little.AppendUint64(b, uint64(h.fileLength))
	b = append(b, h.salt[:]...)
	b = append(b, h.identity[:]...)
	b = appendName(b, h.name)
	b = little.AppendUint16(b, uint16(len(h.spans)))
	for _, s := range h.spans {
		b = appendName(b, s.name)
		b = little.AppendUint64(b, uint64(s.offset))
		b = little.AppendUint64(b, uint64(s.length))
	}
	for _, checksum := range h.checksums {
		b = little.AppendUint32(b, checksum)
	}
	b = append(b, make([]byte, h.length-4-len(b))...)
	return little.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

func appendName(b []byte, name string) []byte {
	return append(binary.LittleEndian.AppendUint16(b, uint16(len(name))), name...)
}

// roundUp returns the next multiple of the alignment.
func roundUp(n int) int { return (n + alignment - 1) / alignment * alignment }

// chunks returns how many chunks data of this length has.
func chunks(length int) int { return (length + chunkLength - 1) / chunkLength }
