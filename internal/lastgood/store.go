package lastgood

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Store is a main file and its parts. It holds nothing open, and any number of
// goroutines and processes may use stores of one path at once.
type Store struct {
	path string
	key  func() string
}

// New returns the store of the main file at path, which it neither reads nor
// creates. The folder of the file must exist when a file is written. The path
// is made absolute, so it does not change with the working directory.
//
// Files are written for the deployment key that key returns, and only those
// written for the same key are read. The Store keeps the function, and not what
// it returns.
//
// If the path is a symbolic link, reading follows it, and writing replaces the
// link by a file. See RATIONALE.md, "Why does the last good file replace a
// symbolic link?".
func New(path string, key func() string) (*Store, error) {
	if path == "" || os.IsPathSeparator(path[len(path)-1]) {
		return nil, fmt.Errorf("the path %q does not name a file", path)
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("making the path %q absolute: %w", path, err)
	}
	return &Store{path: absolute, key: key}, nil
}

// Read returns the main file. The error wraps [io/fs.ErrNotExist] if there is
// none. Read needs no lock and never returns a part of a write.
//
// It checks every byte first, and ends early with the error of ctx when that
// ends.
func (s *Store) Read(ctx context.Context) (*File, error) {
	return s.read(ctx, s.path, "")
}

// ReadPart returns a part as Read returns the main file. A part that the main
// file mentions may be gone when another process has replaced both: read the
// main file again then.
func (s *Store) ReadPart(ctx context.Context, name string) (*File, error) {
	if err := checkPartName(name); err != nil {
		return nil, err
	}
	return s.read(ctx, s.partPath(name), name)
}

func (s *Store) read(ctx context.Context, path, name string) (*File, error) {
	f, err := readFile(ctx, path, name, s.key)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	return f, nil
}

// Write replaces the main file by one with these sections. Parts must name the
// parts that it mentions, and Write removes all others. It also removes what
// writes of processes that died have left. If it fails, the previous main file
// is still there, unless the error says that it was replaced.
//
// It waits for other writers of the path, but not for longer than 30 s. When
// ctx ends it returns the error of ctx, on a slow disk as soon as 32 MiB are
// written. The error wraps ErrNoPart if one of the parts is not there, and
// otherwise [io/fs.ErrNotExist] if the folder is not. When Write returns, the
// file is on the disk and not only in its cache.
func (s *Store) Write(ctx context.Context, parts []string, sections ...Section) error {
	err := s.locked(ctx, func() error {
		if err := s.checkParts(parts); err != nil {
			return err
		}
		removeStale(filepath.Dir(s.path), filepath.Base(s.path))
		if err := s.replace(ctx, s.path, "", sections); err != nil {
			return err
		}
		if err := s.removePartsExcept(parts); err != nil {
			return fmt.Errorf("the file was replaced, but parts were left: %w", err)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("writing %s: %w", s.path, err)
	}
	return nil
}

// WritePart writes a part, or does nothing if a good one with the same sections
// is there. Until a Write names it, any process that writes the main file may
// remove it again.
//
// A name has 1 to 100 lower case letters, digits, '-', '_' and '.', and does
// not begin with '.'. It should name one content for ever, and so depend on
// everything that the content depends on. Otherwise the main file of one
// process might mention the part of another. For waiting and errors see
// [Store.Write].
func (s *Store) WritePart(ctx context.Context, name string, sections ...Section) error {
	if err := checkPartName(name); err != nil {
		return err
	}
	path := s.partPath(name)
	err := s.locked(ctx, func() error {
		current, err := readFile(ctx, path, name, s.key)
		if err == nil && current.equal(sections) {
			return nil
		}
		if err := makeFolder(filepath.Dir(path)); err != nil {
			return err
		}
		removeStale(filepath.Dir(path), "")
		return s.replace(ctx, path, name, sections)
	})
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}

// makeFolder creates a folder for the user alone unless it exists.
func makeFolder(path string) error {
	if err := os.Mkdir(path, 0o700); err != nil {
		if errors.Is(err, os.ErrExist) {
			return nil // also if it is a file: creating one in it says so
		}
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// checkPartName returns an error if a name is not one that every file system
// can have and keeps apart from others.
func checkPartName(name string) error {
	const maxLength = 100
	if name == "" || len(name) > maxLength || strings.HasPrefix(name, ".") ||
		strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-_.") != "" {
		return fmt.Errorf("the name %q of a part is not 1 to %d of a-z, 0-9, '-', '_' and '.'", name, maxLength)
	}
	return nil
}
