package updater

import (
	"fmt"
	"log/slog"
	"slices"
	"sync"
)

// listeners are the functions that want to know of changed flags. Each has a
// goroutine of its own while it has something to hear, so a slow one holds up
// neither the Updater nor the others.
type listeners struct {
	mu     sync.Mutex
	all    map[*listener]struct{}
	closed bool
	logger *slog.Logger
}

// listener calls one function, with one change at a time. Changes that come
// while the function runs are joined to one.
type listener struct {
	call    func(flagKeys []string)
	logger  *slog.Logger
	mu      sync.Mutex
	changed map[string]struct{} // the flags that call has not been told of
	running bool
	ended   bool
}

// add adds a function and returns another one, which removes it.
func (ls *listeners) add(call func(flagKeys []string)) (remove func()) {
	l := &listener{call: call, logger: ls.logger, changed: map[string]struct{}{}}
	ls.mu.Lock()
	defer ls.mu.Unlock()
	if ls.closed {
		return func() {}
	}
	if ls.all == nil {
		ls.all = map[*listener]struct{}{}
	}
	ls.all[l] = struct{}{}
	return func() {
		ls.mu.Lock()
		delete(ls.all, l)
		ls.mu.Unlock()
		l.end()
	}
}

// any reports whether there are listeners.
func (ls *listeners) any() bool {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	return len(ls.all) > 0
}

// notify passes changed flags to every listener. It does not wait for them.
func (ls *listeners) notify(flagKeys []string) {
	if len(flagKeys) == 0 {
		return
	}
	ls.mu.Lock()
	defer ls.mu.Unlock()
	for l := range ls.all {
		l.notify(flagKeys)
	}
}

// close ends all listeners. A call that has begun goes on.
func (ls *listeners) close() {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	ls.closed = true
	for l := range ls.all {
		l.end()
	}
	clear(ls.all)
}

func (l *listener) notify(flagKeys []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, key := range flagKeys {
		l.changed[key] = struct{}{}
	}
	if !l.running {
		l.running = true
		go l.run()
	}
}

// end lets no further call begin.
func (l *listener) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
}

// run calls the function until it has heard everything.
func (l *listener) run() {
	for {
		flagKeys, ok := l.next()
		if !ok {
			return
		}
		l.callContained(flagKeys)
	}
}

// next returns the flags that the function has not been told of, in order, or
// false if there are none.
func (l *listener) next() ([]string, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended || len(l.changed) == 0 {
		l.running = false
		return nil, false
	}
	flagKeys := make([]string, 0, len(l.changed))
	for key := range l.changed {
		flagKeys = append(flagKeys, key)
	}
	slices.Sort(flagKeys)
	clear(l.changed)
	return flagKeys, true
}

// callContained calls the function. A panic of the function is logged, and the
// program goes on.
func (l *listener) callContained(flagKeys []string) {
	defer func() {
		if reason := recover(); reason != nil {
			l.logger.Error("a function given to OnUpdate panicked", "panic", fmt.Sprint(reason))
		}
	}()
	l.call(flagKeys)
}
