//go:build cgo

package snapshot_test

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/cohort"
	"github.com/amplitude/experiment-go-server/internal/snapshot"
)

// snapshotOf returns the state of flags and cohorts.
func snapshotOf(
	t testing.TB, flags []string, cohorts map[string]*cohort.Cohort, withhold bool,
) *snapshot.Snapshot {
	s, err := snapshot.New([]byte("[" + strings.Join(flags, ",") + "]"))
	require.NoError(t, err)
	return s.With(cohorts, testKey, withhold, snapshot.Provenance{})
}

func TestChanged_NamesFlags(t *testing.T) {
	cohorts := someCohorts(t)
	replaced, modified, without := maps.Clone(cohorts), maps.Clone(cohorts), maps.Clone(cohorts)
	replaced["a"] = cohortOf(t, testKey, "a", cohort.UserType, "u1", "u2")
	later := *cohorts["g"]
	later.LastModified++
	modified["g"] = &later
	delete(without, "b")
	editedParent := append([]string{targeting("in-a", `[]`, userCohorts, "set contains any", `["a","b"]`)},
		targetingFlags[1:]...)
	withNew := append([]string{`{"key":"new","segments":[],"variants":{}}`}, targetingFlags...)
	reversed := []string{}
	for _, flag := range targetingFlags {
		reversed = append([]string{flag}, reversed...)
	}
	all := strings.Fields("child grandchild in-a is-b nobody not-in-b org plain")
	for _, tt := range []struct {
		name     string
		flags    []string
		cohorts  map[string]*cohort.Cohort
		withhold bool
		want     string
	}{
		{"nothing", targetingFlags, cohorts, false, ""},
		{"the order of flags", reversed, cohorts, false, ""},
		{"the config of a parent", editedParent, cohorts, false, "child grandchild in-a"},
		{"a parent is gone", targetingFlags[1:], cohorts, false, "child grandchild in-a is-b nobody"},
		{"a flag is new", withNew, cohorts, false, "new"},
		{"a flag is gone", targetingFlags[:7], cohorts, false, "plain"},
		{"another set", targetingFlags, replaced, false, "child grandchild in-a is-b nobody"},
		{"a later set", targetingFlags, modified, false, "is-b nobody org"},
		{"a cohort is missing", targetingFlags, without, false, "is-b nobody not-in-b"},
		{"withheld", targetingFlags, without, true, "is-b nobody not-in-b"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			previous := snapshotOf(t, targetingFlags, cohorts, false)
			got := snapshotOf(t, tt.flags, tt.cohorts, tt.withhold).Changed(previous)
			assert.Equal(t, strings.Fields(tt.want), append([]string{}, got...))
		})
	}
	assert.Equal(t, all, snapshotOf(t, targetingFlags, cohorts, false).Changed(nil))
	missing := snapshotOf(t, targetingFlags, without, false)
	assert.Equal(t, strings.Fields("is-b nobody not-in-b"),
		snapshotOf(t, targetingFlags, without, true).Changed(missing), "withheld from now on")
}

func TestProvenance_VersionIdentifiesTheContent(t *testing.T) {
	cohorts := someCohorts(t)
	version := func(flags []string, cohorts map[string]*cohort.Cohort, withhold bool) string {
		return snapshotOf(t, flags, cohorts, withhold).Provenance().Version
	}
	base := version(targetingFlags, cohorts, false)
	assert.Len(t, base, 16)
	unread, reloaded := maps.Clone(cohorts), maps.Clone(cohorts)
	delete(unread, "unread")
	reloaded["a"] = cohortOf(t, testKey, "a", cohort.UserType, "u1", "u2")
	assert.Equal(t, base, version(targetingFlags, cohorts, true))
	assert.Equal(t, base, version(targetingFlags, unread, false))
	assert.Equal(t, base, version(targetingFlags, reloaded, false))

	seen := map[string]string{base: "base"}
	for name, change := range map[string]func(map[string]*cohort.Cohort){
		"missing": func(c map[string]*cohort.Cohort) { delete(c, "a") },
		"size":    func(c map[string]*cohort.Cohort) { c["a"] = cohortOf(t, testKey, "a", cohort.UserType, "u1") },
		"type":    func(c map[string]*cohort.Cohort) { c["a"] = cohortOf(t, testKey, "a", "org", "u1", "u2") },
		"modified": func(c map[string]*cohort.Cohort) {
			later := *c["a"]
			later.LastModified++
			c["a"] = &later
		},
	} {
		changed := maps.Clone(cohorts)
		change(changed)
		got := version(targetingFlags, changed, false)
		assert.Empty(t, seen[got], name)
		seen[got] = name
	}
	assert.NotContains(t, seen, version(targetingFlags[1:], cohorts, false))
}

func TestProvenance_IsWhatWithWasGiven(t *testing.T) {
	s := load(t)
	hash := sha256.Sum256([]byte(document))
	version := hex.EncodeToString(hash[:8])
	assert.Equal(t, snapshot.Provenance{Version: version}, s.Provenance())
	given := snapshot.Provenance{Source: "stream", LoadedAt: time.Unix(1, 0), Version: "ignored"}
	got := s.With(nil, testKey, true, given).Provenance()
	assert.Equal(t, snapshot.Provenance{Source: "stream", LoadedAt: time.Unix(1, 0), Version: version}, got)
}
