package lastgood

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	folderSuffix = ".d"
	lockSuffix   = ".lock"
	partSuffix   = ".part"
	temporary    = ".tmp-" // between the name of a file and digits
)

func (s *Store) partPath(name string) string {
	return filepath.Join(s.path+folderSuffix, name+partSuffix)
}

// checkParts returns an ErrNoPart unless all parts are there. It reads their
// headers only.
func (s *Store) checkParts(names []string) error {
	for _, name := range names {
		if err := checkPartName(name); err != nil {
			return err
		}
		file, _, err := openFile(s.partPath(name), name, s.key)
		if err != nil {
			return fmt.Errorf("part %s: %w (%w)", name, ErrNoPart, err)
		}
		file.Close()
	}
	return nil
}

// removePartsExcept removes the other parts, and files that were to become
// parts. The caller holds the lock. Files that are not the store's stay.
func (s *Store) removePartsExcept(names []string) error {
	folder := s.path + folderSuffix
	removeStale(folder, "")
	entries, err := listFolder(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, entry := range entries {
		name, isPart := strings.CutSuffix(entry, partSuffix)
		if isPart && !slices.Contains(names, name) {
			err = errors.Join(err, os.Remove(filepath.Join(folder, entry)))
		}
	}
	return err
}

// removeStale removes the temporary files of a file, or of all parts if name is
// "". The caller holds the lock, so the processes that wrote them have died. If
// a file cannot be removed, the next one can still be written.
func removeStale(folder, name string) {
	entries, _ := listFolder(folder)
	for _, entry := range entries {
		of, digits, isTemporary := cutLast(entry, temporary)
		ours := of == name || name == "" && strings.HasSuffix(of, partSuffix)
		if isTemporary && ours && digits != "" && strings.Trim(digits, "0123456789") == "" {
			os.Remove(filepath.Join(folder, entry))
		}
	}
}

// cutLast cuts s around the last separator.
func cutLast(s, separator string) (before, after string, found bool) {
	if i := strings.LastIndex(s, separator); i >= 0 {
		return s[:i], s[i+len(separator):], true
	}
	return s, "", false
}

// listFolder returns the names in a folder, which may be large and not ours, in
// no order and without asking for more than the names.
func listFolder(path string) ([]string, error) {
	folder, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	return folder.Readdirnames(-1)
}
