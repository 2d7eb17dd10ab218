package local

import (
	"cmp"
	"slices"
	"time"

	"github.com/amplitude/experiment-go-server/internal/datasource"
	"github.com/amplitude/experiment-go-server/internal/snapshot"
	"github.com/amplitude/experiment-go-server/internal/updater"
)

// Source says where the flags in use come from.
type Source string

// The sources of flags. A Client without flags has SourceNone.
const (
	SourceNone      Source = ""
	SourceStream    Source = Source(datasource.SourceStream)
	SourcePoll      Source = Source(datasource.SourcePoll)
	SourceFile      Source = updater.SourceFile
	SourceBootstrap Source = updater.SourceBootstrap
)

// Status describes the flags and cohorts that a Client uses, and how they are
// kept current.
type Status struct {
	// Source is where the flags in use come from.
	Source Source

	// Version is a hash of the flags and cohorts in use. Two Clients with the
	// same ones have the same Version.
	Version string

	// LoadedAt is when the flags and cohorts in use were put in use, and
	// ConfirmedAt when the service last confirmed that they are current: by
	// sending them, by a 304, or by keeping a stream alive. With a CacheFile,
	// ConfirmedAt may be from before the start of the process. Both are times
	// of the wall clock, so they are right in a process that was frozen. They
	// are zero if it has not happened yet.
	LoadedAt    time.Time
	ConfirmedAt time.Time

	// Stale reports whether the service has not confirmed the flags for longer
	// than Config.StaleAfter, or not at all since the start of the Client.
	Stale bool

	// LastError is what last went wrong with loading flags or cohorts, at
	// LastErrorAt, and nil if nothing has yet. It stays after a success.
	LastError   error
	LastErrorAt time.Time

	// Flags is the number of flags that can be evaluated.
	Flags int

	// LeftOut are the flags that cannot be evaluated, and parts of flags that
	// do not work.
	LeftOut []LeftOutFlag

	// Withheld are the keys of the flags that give no variant because a cohort
	// is missing; see [Withhold].
	Withheld []string

	// Cohorts are the cohorts that flags read, in the order of their IDs.
	Cohorts []CohortStatus
}

// LeftOutFlag is a problem in the config of a flag.
type LeftOutFlag struct {
	FlagKey string // may be empty if the config has none
	Code    string // "malformed", "duplicate", "cycle", "limit" or "regex"
	Reason  string
}

// CohortStatus describes a cohort that flags read.
type CohortStatus struct {
	ID           string
	GroupType    string    // "User", or the type of the groups in it
	FlagKeys     []string  // of the flags that read it, also through flags they depend on
	Loaded       bool      // false if it is missing
	Members      int       // if it is loaded
	LastModified time.Time // if it is loaded; as the service says
	Err          error     // why the last download failed; nil if it did not
}

// Status returns the current Status. It may be called at any time, also after
// Close, and costs some microseconds for each hundred cohorts.
func (c *Client) Status() Status {
	if !c.initialized() {
		return Status{Stale: true}
	}
	health := c.updater.Health()
	status := Status{
		Stale:       true,
		ConfirmedAt: health.ConfirmedAt,
		LastError:   health.LastError,
		LastErrorAt: health.LastErrorAt,
	}
	current := c.updater.Current()
	if current == nil {
		return status
	}
	provenance := current.Provenance()
	status.Source = Source(provenance.Source)
	status.Version = provenance.Version
	status.LoadedAt = provenance.LoadedAt
	status.Stale = c.stale(status)
	status.Flags = current.NumFlags()
	status.LeftOut = leftOut(current)
	status.Withheld = current.Withheld()
	status.Cohorts = cohortsOf(current, health.CohortErrors)
	return status
}

// stale reports whether flags with this status are stale.
func (c *Client) stale(status Status) bool {
	if status.Source != SourceStream && status.Source != SourcePoll {
		return true
	}
	return c.staleAfter > 0 && time.Now().Round(0).Sub(status.ConfirmedAt) > c.staleAfter
}

func leftOut(current *snapshot.Snapshot) []LeftOutFlag {
	var list []LeftOutFlag
	for _, d := range current.Diagnostics() {
		list = append(list, LeftOutFlag{FlagKey: d.Flag, Code: d.Code, Reason: d.Message})
	}
	return list
}

func cohortsOf(current *snapshot.Snapshot, failed map[string]error) []CohortStatus {
	var list []CohortStatus
	for _, use := range current.CohortsRead() {
		status := CohortStatus{ID: use.ID, GroupType: use.GroupType, FlagKeys: use.FlagKeys, Err: failed[use.ID]}
		if loaded := current.Cohort(use.ID); loaded != nil {
			status.Loaded = true
			status.Members = loaded.Members.Len()
			status.LastModified = time.UnixMilli(loaded.LastModified)
		}
		list = append(list, status)
	}
	slices.SortStableFunc(list, func(a, b CohortStatus) int { return cmp.Compare(a.ID, b.ID) })
	return list
}
