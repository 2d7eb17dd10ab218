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
	return fmt.Sprintf("encoding %s: %v; use a value that encoding/json supports", where, e.Err)
}

// Unwrap returns the cause.
func (e *ValueError) Unwrap() error { return e.Err }
