package regexprog

import (
	"errors"
	"fmt"
	"regexp/syntax"
)

// Error is returned for a pattern that is not a valid regular expression. Its
// message names the pattern, the mistake, and the part of the pattern at fault.
type Error struct {
	Pattern string
	Err     error // the standard library's error, a *syntax.Error
}

func (e *Error) Error() string {
	var cause *syntax.Error
	if !errors.As(e.Err, &cause) {
		return fmt.Sprintf("compiling pattern %q: %v", e.Pattern, e.Err)
	}
	where := ""
	if cause.Expr != "" && cause.Expr != e.Pattern {
		where = fmt.Sprintf(" at %q", cause.Expr)
	}
	advice := "write it in RE2 syntax (https://pkg.go.dev/regexp/syntax)"
	if cause.Code == syntax.ErrLarge || cause.Code == syntax.ErrNestingDepth {
		advice = "make it smaller"
	}
	return fmt.Sprintf("compiling pattern %q: %s%s; %s", e.Pattern, cause.Code, where, advice)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }
