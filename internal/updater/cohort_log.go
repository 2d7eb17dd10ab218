package updater

import "github.com/amplitude/experiment-go-server/internal/datasource"

// logDownload logs the download of a cohort that was missing. If it failed, a
// warning comes when flags go live without the cohort.
func (l *loop) logDownload(event datasource.CohortEvent) {
	id := namesOf([]string{event.ID})
	switch {
	case event.Err != nil:
		l.logger.Debug("loading a cohort failed", "cohort", id, "error", event.Err)
	case event.Cohort != nil:
		l.logger.Debug("loaded a cohort", "cohort", id, "members", event.Cohort.Members.Len())
	}
}

// logRefresh logs the refresh of a cohort, with the error of the refresh before
// it. An outage fails every refresh, so only the first failure is a warning,
// until all work again. A failure that needs somebody to change something is
// one too.
func (l *loop) logRefresh(event datasource.CohortEvent, before error) {
	id := namesOf([]string{event.ID})
	failed := l.known.failedRefreshes()
	switch {
	case event.Err == nil && before != nil && failed == 0:
		l.logger.Info("refreshing cohorts works again")
	case event.Err == nil:
		if event.Cohort != nil {
			l.logger.Debug("loaded a cohort", "cohort", id, "members", event.Cohort.Members.Len())
		}
	case before != nil || failed > 1 && !isFinal(event.Err):
		l.logger.Debug("refreshing a cohort failed", "cohort", id, "error", event.Err)
	default:
		l.logger.Warn("refreshing a cohort failed; the last good members stay in use, also of others that fail",
			"cohort", id, "error", event.Err)
	}
}

// failedRefreshes returns the number of cohorts that are held and whose last
// download failed, without those that isFinal reports.
func (k *knownCohorts) failedRefreshes() int {
	count := 0
	for id, err := range k.failed {
		if k.held[id] != nil && !isFinal(err) {
			count++
		}
	}
	return count
}
