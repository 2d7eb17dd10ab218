package lastgood

import (
	"errors"
	"fmt"
)

// Errors of reading and writing wrap these, or an error of the operating
// system. If a file is not there, that is [io/fs.ErrNotExist]. No error has the
// deployment key in its text.
var (
	// ErrCorrupt is wrapped if a file is truncated, damaged, or was never
	// written by this package.
	ErrCorrupt = errors.New("the file is corrupt")
	// ErrOtherVersion is wrapped if another version of this package wrote the
	// file, in a format that this one cannot read.
	ErrOtherVersion = errors.New("the file has another format version")
	// ErrOtherKey is wrapped if the file was written for another deployment
	// key.
	ErrOtherKey = errors.New("the file belongs to another deployment key: give each deployment a file of its own")
	// ErrNotRegular is wrapped if the path names a folder, a pipe, a device or
	// a socket. It is neither read nor replaced.
	ErrNotRegular = errors.New("this is not a regular file: set the path to a file, or to one that does not exist")
	// ErrTooLarge is wrapped if a file is, or would become, larger than
	// [MaxFileSize].
	ErrTooLarge = fmt.Errorf("the file is larger than %d bytes", MaxFileSize)
	// ErrNoPart is wrapped if Write is to keep a part that is not there, or is
	// damaged. Another process may have removed it after it was written.
	ErrNoPart = errors.New("the part is not there: write it again, then the main file")
)

// corrupt returns an ErrCorrupt that says what is wrong.
func corrupt(format string, arguments ...any) error {
	return fmt.Errorf("%w: %s", ErrCorrupt, fmt.Sprintf(format, arguments...))
}
