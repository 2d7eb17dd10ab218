package regexprog

import (
	"errors"
	"fmt"
	"regexp/syntax"
	"strconv"
)

// Error is returned for a pattern that is not a valid regular expression, or is
// too large. Its message names the pattern, the mistake, and the part of the
// pattern at fault. It quotes only the beginning of a pattern of more than 200
// bytes.
type Error struct {
	Pattern string
	Err     error // the standard library's error, a *syntax.Error, or about a limit
}

func (e *Error) Error() string {
	const maxQuoted = 200
	pattern := strconv.Quote(e.Pattern)
	if len(e.Pattern) > maxQuoted {
		pattern = strconv.Quote(e.Pattern[:maxQuoted]) + "…"
	}
	var cause *syntax.Error
	if !errors.As(e.Err, &cause) {
		return fmt.Sprintf("compiling pattern %s: %v", pattern, e.Err)
	}
	where := ""
	if cause.Expr != "" && cause.Expr != e.Pattern {
		where = fmt.Sprintf(" at %q", cause.Expr)
	}
	advice := "write it in RE2 syntax (https://pkg.go.dev/regexp/syntax)"
	if cause.Code == syntax.ErrLarge || cause.Code == syntax.ErrNestingDepth {
		advice = "make it smaller"
	}
	return fmt.Sprintf("compiling pattern %s: %s%s; %s", pattern, cause.Code, where, advice)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }
