package httpapi

import (
	"errors"
	"log/slog"
	"os"
)

// ErrNotInitialized is returned by the methods of a nil or zero client. A
// program has such a client if it ignored the error of Initialize.
var ErrNotInitialized = errors.New("the client was not made by Initialize: was its error checked?")

// Logger returns the logger of a client's config: logger if it is not nil, one
// that writes everything to standard error as text if debug is set, and
// slog.Default() otherwise.
func Logger(logger *slog.Logger, debug bool) *slog.Logger {
	switch {
	case logger != nil:
		return logger
	case debug:
		return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	return slog.Default()
}
