//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package lastgood

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// lockFile opens the file, creates it if need be, and locks it. The lock is the
// open file's: it also keeps other goroutines out, and ends when the file is
// closed or the process dies. The file is never removed, because two processes
// could then hold locks of two files of that name.
func lockFile(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|openNonblocking|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	switch {
	case err == nil:
		return file, nil
	case errors.Is(err, syscall.EWOULDBLOCK):
		err = errLocked
	default:
		err = fmt.Errorf("locking %s: %w", path, err)
	}
	file.Close()
	return nil, err
}
