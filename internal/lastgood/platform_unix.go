//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package lastgood

import (
	"errors"
	"os"
	"syscall"
)

// openNonblocking is a flag: opening a pipe does not wait for its writer.
const openNonblocking = syscall.O_NONBLOCK

const canMap = true

// mapFile maps the first bytes of a file for reading.
func mapFile(file *os.File, length int) ([]byte, error) {
	return syscall.Mmap(int(file.Fd()), 0, length, syscall.PROT_READ, syscall.MAP_SHARED)
}

// unmap releases what mapFile returned.
func unmap(mapped []byte) {
	_ = syscall.Munmap(mapped) // it fails only if mapped is not a mapping
}

// syncFolder forces the names in a folder to the disk. File systems that cannot
// do this return EINVAL or ENOTSUP.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	defer folder.Close()
	err = folder.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		return nil
	}
	return err
}
