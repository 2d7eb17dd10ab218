package lastgood

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

const (
	maxLockWait     = 30 * time.Second
	maxLockInterval = 50 * time.Millisecond
)

// errLocked is returned by lockFile if another process or goroutine holds the
// lock.
var errLocked = errors.New("another process holds the lock")

// locked calls write while it holds the lock of the path. The lock ends with
// the process. See RATIONALE.md, "Why do writers of the last good file hold a
// flock?".
func (s *Store) locked(ctx context.Context, write func() error) error {
	lock, err := waitForLock(ctx, s.path+lockSuffix)
	if err != nil {
		return err
	}
	defer lock.Close()
	return write()
}

// waitForLock returns the lock file, locked until it is closed.
func waitForLock(ctx context.Context, path string) (*os.File, error) {
	ctx, cancel := context.WithTimeout(ctx, maxLockWait)
	defer cancel()
	for interval := time.Millisecond; ; interval = min(2*interval, maxLockInterval) {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("waiting for the lock %s: %w", path, err)
		}
		file, err := lockFile(path)
		if err == nil {
			return file, nil
		}
		if !errors.Is(err, errLocked) {
			return nil, explainCreate(err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(interval):
		}
	}
}
