package lastgood

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// readHeader reads the header of a file of this size and checks everything but
// the data and whom the file belongs to.
func readHeader(file io.ReaderAt, size int64) (*header, error) {
	if size > MaxFileSize {
		return nil, ErrTooLarge
	}
	var prefix [prefixLength]byte
	if size < prefixLength {
		return nil, corrupt("it has %d bytes, which is less than a header", size)
	}
	if err := readAt(file, prefix[:], 0); err != nil {
		return nil, err
	}
	if string(prefix[:len(magic)]) != magic {
		return nil, corrupt("it does not begin as a file of the SDK does: was it written by another program?")
	}
	if version := binary.LittleEndian.Uint32(prefix[8:]); version != formatVersion {
		return nil, fmt.Errorf("%w: %d instead of %d", ErrOtherVersion, version, formatVersion)
	}
	length := binary.LittleEndian.Uint32(prefix[12:])
	if length < fixedLength+4 || length > maxHeaderLength || length%alignment != 0 {
		return nil, corrupt("its header cannot have %d bytes", length)
	}
	if int64(length) > size {
		return nil, corrupt("it ends at byte %d, within its header of %d bytes", size, length)
	}
	encoded := make([]byte, length)
	if err := readAt(file, encoded, 0); err != nil {
		return nil, err
	}
	body, checksum := encoded[:length-4], binary.LittleEndian.Uint32(encoded[length-4:])
	if crc32.Checksum(body, castagnoli) != checksum {
		return nil, corrupt("the checksum of its header, bytes 0 to %d, does not match", length-1)
	}
	h, err := decodeHeader(body)
	if err != nil {
		return nil, err
	}
	if int64(h.fileLength) != size {
		return nil, corrupt("it has %d bytes, but %d according to its header", size, h.fileLength)
	}
	return h, nil
}

// decodeHeader decodes a header without its checksum, which matched. So a
// failure is a defect of the program that wrote the file.
func decodeHeader(encoded []byte) (*header, error) {
	r := fieldReader{rest: encoded[prefixLength:]}
	h := &header{length: len(encoded) + 4}
	h.fileLength = r.length()
	copy(h.salt[:], r.bytes(len(h.salt)))
	copy(h.identity[:], r.bytes(len(h.identity)))
	h.name = string(r.bytes(r.uint16()))
	count, end := r.uint16(), 0
	for range count {
		s := span{name: string(r.bytes(r.uint16())), offset: r.length(), length: r.length()}
		if r.failed || s.offset != roundUp(end) || s.length > h.dataLength()-s.offset {
			return nil, corrupt("section %q is not where it should be", s.name)
		}
		end = s.offset + s.length
		h.spans = append(h.spans, s)
	}
	if r.failed || end != h.dataLength() {
		return nil, corrupt("its sections end at byte %d of the data, which has %d bytes", end, h.dataLength())
	}
	h.checksums = make([]uint32, chunks(end))
	for i := range h.checksums {
		h.checksums[i] = r.uint32()
	}
	if r.failed || len(r.rest) >= alignment || len(bytes.Trim(r.rest, "\x00")) > 0 {
		return nil, corrupt("its header has fields of the wrong length")
	}
	return h, nil
}

// readAt fills b from the file. An end of the file is a corrupt file: it was
// larger before.
func readAt(file io.ReaderAt, b []byte, offset int64) error {
	n, err := file.ReadAt(b, offset)
	if n == len(b) {
		return nil
	}
	if errors.Is(err, io.EOF) {
		return corrupt("it was truncated to %d bytes while it was read", offset+int64(n))
	}
	return err
}

// fieldReader takes fields off a header. If one is not there or too large, the
// reader has failed, and this and all later fields are zero.
type fieldReader struct {
	rest   []byte
	failed bool
}

func (r *fieldReader) bytes(n int) []byte {
	if n > len(r.rest) {
		r.failed, r.rest = true, nil
		return nil
	}
	field := r.rest[:n]
	r.rest = r.rest[n:]
	return field
}

func (r *fieldReader) uint16() int {
	if b := r.bytes(2); b != nil {
		return int(binary.LittleEndian.Uint16(b))
	}
	return 0
}

func (r *fieldReader) uint32() uint32 {
	if b := r.bytes(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

// length takes a length or an offset.
func (r *fieldReader) length() int {
	b := r.bytes(8)
	if b == nil {
		return 0
	}
	n := binary.LittleEndian.Uint64(b)
	if n > MaxFileSize {
		r.failed = true
		return 0
	}
	return int(n)
}
