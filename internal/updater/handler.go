package updater

import (
	"context"
	"log/slog"
)

// unlockedHandler is a log handler for the holder of an Updater's work. It
// unlocks work while the caller's handler runs, so that the handler may call
// Close. After Close it drops records.
type unlockedHandler struct {
	slog.Handler
	updater *Updater
}

// Enabled reports whether the caller's handler handles the level. After Close
// no level is enabled.
func (h unlockedHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return !h.updater.closed() && h.Handler.Enabled(ctx, level)
}

// Handle passes the record to the caller's handler.
func (h unlockedHandler) Handle(ctx context.Context, record slog.Record) error {
	h.updater.work.Unlock()
	defer h.updater.work.Lock()
	return h.Handler.Handle(ctx, record)
}

// WithAttrs adds attributes to the records.
func (h unlockedHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return unlockedHandler{h.Handler.WithAttrs(attrs), h.updater}
}

// WithGroup opens a group for the attributes that follow.
func (h unlockedHandler) WithGroup(name string) slog.Handler {
	return unlockedHandler{h.Handler.WithGroup(name), h.updater}
}
