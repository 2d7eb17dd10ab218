// Package testlog records what a logger gets, for tests to read.
//
// Only tests import it.
package testlog

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
	"sync"
	"testing"
)

// Log is the records of a logger, one line of JSON each. Any number of
// goroutines may use one.
type Log struct {
	mu    sync.Mutex
	lines bytes.Buffer
}

// New returns a logger and the Log of its records, at debug level and above.
func New() (*slog.Logger, *Log) {
	l := &Log{}
	return slog.New(slog.NewJSONHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug})), l
}

// Write appends a line.
func (l *Log) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lines.Write(line)
}

// String returns all lines.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lines.String()
}

// Messages returns the messages that were logged at a level, in order.
func (l *Log) Messages(t testing.TB, level slog.Level) []string {
	t.Helper()
	messages := []string{}
	for line := range strings.Lines(l.String()) {
		var record struct{ Level, Msg string }
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Fatal(err)
		}
		if record.Level == level.String() {
			messages = append(messages, record.Msg)
		}
	}
	return messages
}
