//go:build cgo

package updater_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/testservice"
)

// cohortFlag returns a flag that targets a cohort of users.
func cohortFlag(key, cohort string) string {
	const flag = `{"key":%q,"variants":{"on":{"key":"on"}},"segments":[{"variant":"on","conditions":[[` +
		`{"selector":["context","user","cohort_ids"],"op":"set contains any","values":[%q]}]]}]}`
	return fmt.Sprintf(flag, key, cohort)
}

// cohortRecord is the part of a warning that names flags and cohorts.
type cohortRecord struct{ Level, Msg, Flags, Cohorts string }

// cohortRecords returns the records about cohorts in a log.
func cohortRecords(t *testing.T, log string) []cohortRecord {
	t.Helper()
	records := []cohortRecord{}
	for line := range strings.Lines(log) {
		if !strings.Contains(line, "target cohorts") {
			continue
		}
		var record cohortRecord
		require.NoError(t, json.Unmarshal([]byte(line), &record))
		records = append(records, record)
	}
	return records
}

func TestStart_WarnsOfFlagsThatTargetCohorts(t *testing.T) {
	const group = `{"key":"ofGroup","variants":{"on":{"key":"on"}},"segments":[{"variant":"on","conditions":[[` +
		`{"selector":["context","groups","org","cohort_ids"],"op":"set contains any",` +
		`"values":["org-cohort","cohort-1"]}]]}]}`
	s := testservice.New(t)
	options, log := logged(optionsFor(t, s))
	u := newUpdater(t, options)
	plain := testservice.Document("1", "plain")
	document := plain[:len(plain)-1] + "," + cohortFlag("beta", "cohort-1") + "," + group + "]"
	poll := start(t, s, u, testservice.Body(document))
	want := cohortRecord{
		Level: slog.LevelWarn.String(),
		Msg: "flags target cohorts, which are not loaded without Config.CohortSync: " +
			"users are members only of the cohorts in User.CohortIDs and User.GroupCohortIDs",
		Flags: "beta, ofGroup", Cohorts: "cohort-1, org-cohort",
	}
	assert.Equal(t, []cohortRecord{want}, cohortRecords(t, log.String()))
	poll = poll.RespondAndNext(t, testservice.Body(document))
	assert.Len(t, cohortRecords(t, log.String()), 1, "one warning for each version")
	poll = poll.RespondAndNext(t, testservice.Body(document+" "))
	assert.Len(t, cohortRecords(t, log.String()), 2)
	poll.RespondAndNext(t, testservice.Body(plain))
	assert.Len(t, cohortRecords(t, log.String()), 2)
}

func TestStart_LimitsTheNamesInAWarning(t *testing.T) {
	s := testservice.New(t)
	options, log := logged(optionsFor(t, s))
	u := newUpdater(t, options)
	flags := make([]string, 25)
	for i := range flags {
		flags[i] = cohortFlag(fmt.Sprintf("%02d-%s", i, strings.Repeat("é", 10_000)), "c")
	}
	start(t, s, u, testservice.Body("["+strings.Join(flags, ",")+"]"))
	records := cohortRecords(t, log.String())
	require.Len(t, records, 1)
	assert.Less(t, len(records[0].Flags), 2200)
	assert.True(t, strings.HasPrefix(records[0].Flags, "00-éé"), records[0].Flags)
	assert.True(t, strings.HasSuffix(records[0].Flags, "é… and 5 more"), records[0].Flags)
	assert.Equal(t, "c", records[0].Cohorts)
}
