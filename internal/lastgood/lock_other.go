//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || windows)

package lastgood

import "os"

// lockFile opens the file and creates it if need be, but locks nothing. Files
// are replaced as a whole here, too. If two processes write at once, one may
// fail, or the main file of one may mention parts that the other has removed.
func lockFile(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
}
