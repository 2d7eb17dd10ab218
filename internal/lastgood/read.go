package lastgood

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"runtime"
	"unsafe"
)

// minMapped is the length of data from which a file is mapped. A mapping takes
// whole pages and two system calls.
const minMapped = 64 << 10

// File is a file that was read. It is immutable, and any number of goroutines
// may use it. The memory of a mapped file is released some time after the File
// becomes unreachable.
type File struct {
	header *header
	data   []byte
}

// Section returns the data of a section, or false if there is none of that
// name. The data begins at a multiple of 64 bytes in memory. It is read-only,
// and valid only as long as the File is reachable: who keeps the data must keep
// the File with it, and after the last use of the data there must be a
// [runtime.KeepAlive] of the File if nothing else holds it. To write to the
// data may end the process.
//
// See RATIONALE.md, "Why is the last good file mapped?".
func (f *File) Section(name string) ([]byte, bool) {
	s, ok := f.header.find(name)
	if !ok {
		return nil, false
	}
	end := s.offset + s.length
	return f.data[s.offset:end:end], true
}

// equal reports whether the file has exactly these sections.
func (f *File) equal(sections []Section) bool {
	if len(sections) != len(f.header.spans) {
		return false
	}
	for i, section := range sections {
		data, ok := f.Section(section.Name)
		if !ok || f.header.spans[i].name != section.Name || !bytes.Equal(data, section.Data) {
			return false
		}
	}
	runtime.KeepAlive(f)
	return true
}

// readFile reads the file at path, which must have this name and be for this
// key. See RATIONALE.md, "Why is the last good file read before it is mapped?".
func readFile(ctx context.Context, path, name string, key func() string) (*File, error) {
	file, h, err := openFile(path, name, key)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	f := &File{header: h}
	if h.dataLength() >= minMapped && canMap {
		if err := verify(ctx, file, h, nil); err != nil {
			return nil, err
		}
		if mapped, err := mapFile(file, h.fileLength); err == nil {
			f.data = mapped[h.length:]
			runtime.AddCleanup(f, unmap, mapped)
			return f, nil
		}
		// The file system cannot map files, or there is no address space.
	}
	f.data = makeAligned(h.dataLength())
	if err := verify(ctx, file, h, f.data); err != nil {
		return nil, err
	}
	return f, nil
}

// openFile opens a file and reads its header. It does not wait for a writer if
// the file is a pipe.
func openFile(path, name string, key func() string) (*os.File, *header, error) {
	file, err := os.OpenFile(path, os.O_RDONLY|openNonblocking, 0)
	if err != nil {
		return nil, nil, err
	}
	h, err := checkHeader(file, name, key)
	if err != nil {
		file.Close()
		return nil, nil, err
	}
	return file, h, nil
}

func checkHeader(file *os.File, name string, key func() string) (*header, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%w (it is a %s)", ErrNotRegular, info.Mode().Type())
	}
	h, err := readHeader(file, info.Size())
	switch {
	case err != nil:
		return nil, err
	case !h.belongsTo(key):
		return nil, ErrOtherKey
	case h.name != name:
		return nil, corrupt("it was written as part %q: was it renamed?", h.name)
	}
	return h, nil
}

// makeAligned returns n bytes that begin as the data of a mapped file does.
func makeAligned(n int) []byte {
	b := make([]byte, n+alignment-1)
	begin := -uintptr(unsafe.Pointer(unsafe.SliceData(b))) % alignment
	return b[begin:][:n:n]
}
