package usercontext

import (
	"errors"
	"fmt"
	"strings"
)

// ErrNoUser is returned for a nil user.
var ErrNoUser = errors.New("the user is nil; pass &experiment.User{} for an anonymous user")

// ValueError names a value of a user that cannot be written as JSON.
type ValueError struct {
	Path []string // of the value in the context
	Err  error
}

func (e *ValueError) Error() string {
	where := "context"
	if len(e.Path) > 0 {
		where = strings.Join(e.Path, ".")
	}
	advice := "; use a value that encoding/json supports"
	if errors.As(e.Err, new(sizeError)) {
		advice = ""
	}
	return fmt.Sprintf("encoding %s: %v%s", where, e.Err, advice)
}

// Unwrap returns the cause.
func (e *ValueError) Unwrap() error { return e.Err }

// maxValueBytes limits the JSON of one value of a user, unless the value is a
// string: the core needs up to 64 bytes of memory for each byte. See
// RATIONALE.md, "Why is the size of a user's values limited?".
const maxValueBytes = 1 << 20

// sizeError is the error for a value with this many bytes of JSON.
type sizeError int

func (e sizeError) Error() string {
	return fmt.Sprintf("the value has %d bytes as JSON, more than the limit of %d", int(e), maxValueBytes)
}

// checkSize returns an error if a value with this many bytes is too large.
func checkSize(bytes int) error {
	if bytes > maxValueBytes {
		return sizeError(bytes)
	}
	return nil
}
