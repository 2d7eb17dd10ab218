package updater

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

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

// readLastGood reads the state that was saved last. A cohort that cannot be
// read is missing in it.
func (u *Updater) readLastGood(logger *slog.Logger) (*snapshot.Snapshot, error) {
	store := u.options.LastGood
	file, err := store.Read(u.ctx)
	if err != nil {
		return nil, err
	}
	encoded, _ := file.Section(indexSection)
	index, err := decodeIndex(encoded)
	if err != nil {
		return nil, err
	}
	flags, err := store.ReadPart(u.ctx, index.Flags)
	if err != nil {
		return nil, partError("the flags", err)
	}
	document, _ := flags.Section(flagsSection)
	state, err := snapshot.New(document)
	if err != nil {
		return nil, err
	}
	if err := state.CheckUsable(); err != nil {
		return nil, err
	}
	u.saver.flagsPart = index.Flags
	u.known.key = cohort.KeyOf(index.Key)
	if u.cohorts != nil {
		for _, one := range index.Cohorts {
			if err := u.restoreCohort(one); err != nil {
				logger.Warn("a cohort of the CacheFile is not used, and will be loaded again",
					"cohort", namesOf([]string{one.ID}), "error", err)
			}
		}
	}
	u.health.confirmedAt = index.ConfirmedAt
	return u.known.join(state, u.options.Cohorts, SourceFile), nil
}

// restoreCohort makes a cohort of the file known.
func (u *Updater) restoreCohort(indexed indexedCohort) error {
	file, err := u.options.LastGood.ReadPart(u.ctx, indexed.Part)
	if err != nil {
		return partError("its members", err)
	}
	data, _ := file.Section(membersSection)
	members, err := cohort.FromBytes(data, file)
	if err != nil {
		return err
	}
	u.known.held[indexed.ID] = &cohort.Cohort{
		ID: indexed.ID, GroupType: indexed.GroupType, LastModified: indexed.LastModified, Members: members,
	}
	return nil
}

// partError returns the error for a part that cannot be read, which is not the
// same as a file that is not there.
func partError(what string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("reading %s: the part is missing: %v", what, err) //nolint:errorlint // hides fs.ErrNotExist
	}
	return fmt.Errorf("reading %s: %w", what, err)
}
