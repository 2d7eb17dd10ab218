package updater

import (
	"context"
	"log/slog"
	"sync"
)

// activity counts the goroutines of an Updater that are at work. A goroutine in
// a call of the caller's code is not counted, so Close does not wait for it and
// the caller's code may call Close.
//
// See RATIONALE.md, "Why does Close not wait for the log handler?".
type activity struct {
	mu      sync.Mutex
	running int
	idle    chan struct{} // closed when running becomes 0; nil unless somebody waits
}

// enter counts one more goroutine.
func (a *activity) enter() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.running++
}

// leave counts one goroutine less.
func (a *activity) leave() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.running--
	if a.running == 0 && a.idle != nil {
		close(a.idle)
		a.idle = nil
	}
}

// done returns a channel that is closed as soon as no goroutine is counted.
func (a *activity) done() <-chan struct{} {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.running == 0 {
		done := make(chan struct{})
		close(done)
		return done
	}
	if a.idle == nil {
		a.idle = make(chan struct{})
	}
	return a.idle
}

// uncountedHandler is a log handler for the goroutines of an Updater. It leaves
// the activity while the caller's handler runs, so that the handler may call
// Close. After Close it drops records.
type uncountedHandler struct {
	slog.Handler
	updater *Updater
}

// Enabled reports whether the caller's handler handles the level. After Close
// no level is enabled.
func (h uncountedHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return !h.updater.closed() && h.Handler.Enabled(ctx, level)
}

// Handle passes the record to the caller's handler.
func (h uncountedHandler) Handle(ctx context.Context, record slog.Record) error {
	h.updater.activity.leave()
	defer h.updater.activity.enter()
	return h.Handler.Handle(ctx, record)
}

// WithAttrs adds attributes to the records.
func (h uncountedHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return uncountedHandler{h.Handler.WithAttrs(attrs), h.updater}
}

// WithGroup opens a group for the attributes that follow.
func (h uncountedHandler) WithGroup(name string) slog.Handler {
	return uncountedHandler{h.Handler.WithGroup(name), h.updater}
}
