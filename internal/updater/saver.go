package updater

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"github.com/amplitude/experiment-go-server/internal/cohort"
	"github.com/amplitude/experiment-go-server/internal/lastgood"
	"github.com/amplitude/experiment-go-server/internal/snapshot"
)

// lockTimeout limits how long a saver waits for another process that writes the
// same files.
const lockTimeout = 3 * time.Second

// saver keeps the state in use on disk, on a goroutine that runs while there is
// something to write. If states come faster than the disk takes them, only the
// newest is written.
type saver struct {
	store    *lastgood.Store
	logger   *slog.Logger
	activity *activity

	mu      sync.Mutex
	next    *saved // nil if everything is written
	running bool

	// These belong to the goroutine.
	flagsPart string // the part with the flags that were last written
	unwritten []byte // the flags of a write that failed; nil if there are none
	failed    bool   // whether the last write failed
}

// saved is a state to write.
type saved struct {
	version     string
	confirmedAt time.Time
	document    []byte // the flags; nil if they were written before
	cohorts     []*cohort.Cohort
	key         cohort.Key
}

func newSaver(store *lastgood.Store, logger *slog.Logger, activity *activity) *saver {
	return &saver{store: store, logger: logger, activity: activity}
}

// save writes a state soon. It does not wait.
func (s *saver) save(state *snapshot.Snapshot, document []byte, cohorts []*cohort.Cohort, key cohort.Key) {
	next := &saved{
		version: state.Provenance().Version, confirmedAt: now(),
		document: document, cohorts: cohorts, key: key,
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next != nil && next.document == nil {
		next.document = s.next.document
	}
	s.next = next
	if !s.running {
		s.running = true
		s.activity.enter()
		go func() {
			defer s.activity.leave()
			s.run()
		}()
	}
}

// run writes until everything is written.
func (s *saver) run() {
	for {
		next := s.take()
		if next == nil {
			return
		}
		if next.document == nil {
			next.document = s.unwritten
		}
		if next.document == nil && s.flagsPart == "" {
			continue // the Bootstrap is not kept
		}
		err := s.write(next)
		s.unwritten = next.document
		s.report(err)
	}
}

func (s *saver) take() *saved {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := s.next
	s.next = nil
	if next == nil {
		s.running = false
	}
	return next
}

// report logs the first of several failures as a warning.
func (s *saver) report(err error) {
	switch {
	case err == nil && s.failed:
		s.logger.Info("writing the CacheFile works again")
	case errors.Is(err, lastgood.ErrNoPart):
		s.logger.Debug("another process has replaced the CacheFile meanwhile", "error", err)
		return // the next change writes everything
	case err != nil && s.failed:
		s.logger.Debug("writing the CacheFile failed again", "error", err)
	case err != nil:
		s.logger.Warn("writing the CacheFile failed; a restart will not have the current flags until it works",
			"error", err)
	}
	s.failed = err != nil
}

// write writes the parts that are not on disk yet, and then the file that names
// them. It takes away the document when that is written.
func (s *saver) write(next *saved) error {
	ctx, cancel := context.WithTimeout(context.Background(), lockTimeout)
	defer cancel()
	if next.document != nil {
		name := flagsPart(next.document)
		if err := s.store.WritePart(ctx, name, lastgood.Section{Name: flagsSection, Data: next.document}); err != nil {
			return err
		}
		s.flagsPart = name
		next.document = nil
	}
	index := index{
		Version: next.version, ConfirmedAt: next.confirmedAt, Flags: s.flagsPart, Key: next.key.Bytes(),
		Cohorts: make([]indexedCohort, 0, len(next.cohorts)),
	}
	parts := []string{s.flagsPart}
	for _, c := range next.cohorts {
		part := cohortPart(c, next.key)
		err := s.store.WritePart(ctx, part, lastgood.Section{Name: membersSection, Data: c.Members.Bytes()})
		runtime.KeepAlive(c) // the bytes are memory of the set
		if err != nil {
			return err
		}
		parts = append(parts, part)
		index.Cohorts = append(index.Cohorts, indexedCohort{c.ID, c.GroupType, c.LastModified, part})
	}
	encoded, err := index.encode()
	if err != nil {
		return err
	}
	return s.store.Write(ctx, parts, lastgood.Section{Name: indexSection, Data: encoded})
}
