package updater

import (
	"log/slog"
	"sync/atomic"

	"github.com/amplitude/experiment-go-server/internal/snapshot"
)

// maxWarnings is how many problems of one document are logged one by one. One
// more warning counts the others.
const maxWarnings = 20

// published holds the snapshot that evaluations use. Any number of goroutines
// may read it.
type published struct {
	current atomic.Pointer[snapshot.Snapshot] // nil before there are flags
}

// report logs a snapshot that has been put in use, and what was left out of it.
func report(logger *slog.Logger, next *snapshot.Snapshot) {
	logger.Debug("using new flags", "flags", next.NumFlags())
	diagnostics := next.Diagnostics()
	for i, d := range diagnostics {
		if i == maxWarnings {
			logger.Warn("more problems in flag configs", "number", len(diagnostics)-i)
			break
		}
		logger.Warn("problem in a flag config",
			"flag", d.Flag, "entry", d.Entry, "byte", d.Offset, "code", d.Code, "reason", d.Message)
	}
}
