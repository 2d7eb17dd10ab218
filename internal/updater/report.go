package updater

import (
	"fmt"
	"log/slog"
	"strings"

	"github.com/amplitude/experiment-go-server/internal/snapshot"
)

// maxWarnings is how many problems of one document are logged one by one. One
// more warning counts the others.
const maxWarnings = 20

// maxNames and maxNameBytes limit how many names one record has, and how much
// of each.
const (
	maxNames     = 20
	maxNameBytes = 100
)

// report logs flags that have been put in use and what was left out of them.
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

// reportWithoutSync warns of flags that target cohorts, in a client that does
// not load cohorts.
func reportWithoutSync(logger *slog.Logger, next *snapshot.Snapshot) {
	if ids, flagKeys := next.Cohorts(); len(ids) > 0 {
		logger.Warn("flags target cohorts, which are not loaded without Config.CohortSync: "+
			"users are members only of the cohorts in User.CohortIDs and User.GroupCohortIDs",
			"flags", namesOf(flagKeys), "cohorts", namesOf(ids))
	}
}

// namesOf returns the first names of a list as one string.
func namesOf(list []string) string {
	var names strings.Builder
	for i, name := range list {
		if i == maxNames {
			fmt.Fprintf(&names, " and %d more", len(list)-i)
			break
		}
		if i > 0 {
			names.WriteString(", ")
		}
		if len(name) > maxNameBytes {
			name = strings.ToValidUTF8(name[:maxNameBytes], "") + "…"
		}
		names.WriteString(name)
	}
	return names.String()
}
