package updater

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"runtime"

	"github.com/amplitude/experiment-go-server/internal/cohort"
	"github.com/amplitude/experiment-go-server/internal/snapshot"
)

// restore puts the last good state of the disk in use. If that is not possible
// it logs why, and the next state that is saved replaces the file.
func (u *Updater) restore(logger *slog.Logger) {
	state, err := u.readLastGood(logger)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		logger.Debug("there is no CacheFile yet", "error", err)
	case err != nil:
		logger.Warn("the CacheFile is not used, and will be replaced", "error", err)
	default:
		u.put(state)
		logger.Info("using the flags of the CacheFile until the service confirms them",
			"flags", state.NumFlags(), "confirmed", u.Health().ConfirmedAt)
		report(logger, state)
	}
}

// maxReads is how often the last good state is read if another process keeps
// replacing it.
const maxReads = 20

// savedState is what the files of a state have.
type savedState struct {
	index   *index
	flags   *snapshot.Snapshot
	cohorts map[string]*cohort.Cohort
	lacking map[string]error // why a cohort cannot be read, by ID
}

// readLastGood reads the state that was saved last. A cohort that cannot be
// read is missing in it.
func (u *Updater) readLastGood(logger *slog.Logger) (*snapshot.Snapshot, error) {
	state, err := u.readSaved()
	if err != nil {
		return nil, err
	}
	for id, err := range state.lacking {
		logger.Warn("a cohort of the CacheFile is not used, and will be loaded again",
			"cohort", namesOf([]string{id}), "error", err)
	}
	u.saver.flagsPart = state.index.Flags
	u.known.key = cohort.KeyOf(state.index.Key)
	u.known.held = state.cohorts
	u.health.confirmedAt = state.index.ConfirmedAt
	return u.known.join(state.flags, u.options.Cohorts, SourceFile), nil
}

// readSaved reads the index and what it names. Another process may replace the
// index meanwhile, and remove what the previous one named: then readSaved reads
// everything again.
func (u *Updater) readSaved() (*savedState, error) {
	encoded, err := u.readIndex()
	if err != nil {
		return nil, err
	}
	for reads := 1; ; reads++ {
		state, err := u.readParts(encoded)
		if err == nil && len(state.lacking) == 0 || reads == maxReads {
			return state, err
		}
		again, againErr := u.readIndex()
		if againErr != nil || bytes.Equal(again, encoded) {
			return state, err
		}
		encoded = again
	}
}

// readIndex returns a copy of the encoded index.
func (u *Updater) readIndex() ([]byte, error) {
	file, err := u.options.LastGood.Read(u.ctx)
	if err != nil {
		return nil, err
	}
	encoded, _ := file.Section(indexSection)
	encoded = bytes.Clone(encoded)
	runtime.KeepAlive(file) // the section is memory of the file
	return encoded, nil
}

// readParts reads what an index names.
func (u *Updater) readParts(encoded []byte) (*savedState, error) {
	index, err := decodeIndex(encoded)
	if err != nil {
		return nil, err
	}
	file, err := u.options.LastGood.ReadPart(u.ctx, index.Flags)
	if err != nil {
		return nil, partError("the flags", err)
	}
	document, _ := file.Section(flagsSection)
	flags, err := snapshot.New(document)
	runtime.KeepAlive(file) // the document is memory of the file
	if err != nil {
		return nil, err
	}
	if err := flags.CheckUsable(); err != nil {
		return nil, err
	}
	state := &savedState{index, flags, map[string]*cohort.Cohort{}, map[string]error{}}
	if u.cohorts == nil {
		return state, nil
	}
	for _, one := range index.Cohorts {
		if state.cohorts[one.ID], err = u.readCohort(one); err != nil {
			delete(state.cohorts, one.ID)
			state.lacking[one.ID] = err
		}
	}
	return state, nil
}

// readCohort reads a cohort that an index names.
func (u *Updater) readCohort(indexed indexedCohort) (*cohort.Cohort, error) {
	file, err := u.options.LastGood.ReadPart(u.ctx, indexed.Part)
	if err != nil {
		return nil, partError("its members", err)
	}
	data, _ := file.Section(membersSection)
	members, err := cohort.FromBytes(data, file)
	if err != nil {
		return nil, err
	}
	return &cohort.Cohort{
		ID: indexed.ID, GroupType: indexed.GroupType, LastModified: indexed.LastModified, Members: members,
	}, nil
}

// partError returns the error for a part that cannot be read, which is not the
// same as a file that is not there.
func partError(what string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("reading %s: the part is missing: %v", what, err) //nolint:errorlint // hides fs.ErrNotExist
	}
	return fmt.Errorf("reading %s: %w", what, err)
}
