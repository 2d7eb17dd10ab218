//go:build cgo

package conformance

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const testdata = "../../testdata/conformance"

func TestRun_EverySuitePasses(t *testing.T) {
	// testdata/conformance/README.md states these numbers: no suite can go
	// missing.
	for _, tt := range []struct {
		folder        string
		suites, cases int
	}{
		{"public", 34, 13374},
		{"decisions", 30, 890},
	} {
		files, err := Files(filepath.Join(testdata, tt.folder))
		require.NoError(t, err)
		assert.Len(t, files, tt.suites)
		cases := 0
		for _, file := range files {
			suite, err := Load(file)
			require.NoError(t, err)
			cases += len(suite.cases)
			t.Run(tt.folder+"/"+suite.Name, func(t *testing.T) {
				for name, form := range map[string]Form{"object": Object, "slots": Slots} {
					report, err := suite.Run(form)
					require.NoError(t, err)
					requirePass(t, name, report, len(suite.cases))
				}
			})
		}
		assert.Equal(t, tt.cases, cases)
	}
}

// requirePass fails the test, and logs the first failures, unless all cases of
// a report passed.
func requirePass(t *testing.T, form string, report Report, cases int) {
	t.Helper()
	for i, failure := range report.Failures {
		if i == 10 {
			t.Logf("and %d more", len(report.Failures)-i)
			break
		}
		t.Logf("context as %s: %s", form, failure)
	}
	require.Zero(t, report.Failed)
	require.Equal(t, cases, report.Passed)
}

// Each suite is correct except for what its name says. The report must contain
// exactly that.
func TestRun_ReportsDifferences(t *testing.T) {
	const flags = `[
		{"key":"f","metadata":{"v":1},"variants":{"on":{"key":"on","value":"on","payload":{"n":1}}},
		 "segments":[{"metadata":{"segmentName":"all"},"variant":"on"}]},
		{"key":"g","variants":{"on":{"key":"on"}},"segments":[{"variant":"on"}]},
		{"key":"loop","dependencies":["loop"],"variants":{"on":{"key":"on"}},"segments":[{"variant":"on"}]}]`
	const f = `{"key":"on","metadata":{"segmentName":"all","v":1},"payload":{"n":1},"value":"on"}`
	const g = `{"key":"on"}`
	otherPayload, otherMetadata := strings.Replace(f, `"n":1`, `"n":2`, 1), strings.Replace(f, `"v":1`, `"v":2`, 1)
	for _, tt := range []struct {
		name  string
		cases string
		want  []Failure
	}{
		{"nothing", `{"id":"1","context":{},"expect":{"f":` + f + `,"g":` + g + `}}`, nil},
		{"a key", `{"id":"1","context":{},"expect":{"f":` + f + `,"g":{"key":"off"}}}`,
			[]Failure{{"s", "1", "g", g, `{"key":"off"}`}}},
		{"a value", `{"id":"1","context":{},"expect":{"f":` + f + `,"g":{"key":"on","value":"on"}}}`,
			[]Failure{{"s", "1", "g", g, `{"key":"on","value":"on"}`}}},
		{"a payload", `{"id":"1","context":{},"flagKeys":["f"],"expect":{"f":` + otherPayload + `}}`,
			[]Failure{{"s", "1", "f", f, otherPayload}}},
		{"the metadata", `{"id":"1","context":{},"flagKeys":["f"],"expect":{"f":` + otherMetadata + `}}`,
			[]Failure{{"s", "1", "f", f, otherMetadata}}},
		{"one result too many", `{"id":"1","context":{},"expect":{"f":` + f + `}}`,
			[]Failure{{"s", "1", "g", g, "no result"}}},
		{"a result missing", `{"id":"1","context":{},"flagKeys":["g"],"expect":{"f":` + f + `,"g":` + g + `}}`,
			[]Failure{{"s", "1", "f", "no result", f}}},
		{"two flags in one case", `{"id":"1","context":{},"expect":{"h":` + g + `,"f":` + f + `}}`,
			[]Failure{{"s", "1", "g", g, "no result"}, {"s", "1", "h", "no result", g}}},
		{"only unknown flags", `{"id":"1","context":{},"flagKeys":["h"],"expect":{"g":` + g + `}}`,
			[]Failure{{"s", "1", "g", "no result", g}}},
		{"a missing error", `{"id":"1","context":{},"flagKeys":["g"],"expectError":"cycle"}`,
			[]Failure{{"s", "1", "", `results: {"g":` + g + `}`, "an error that names the cycle"}}},
		{"an unexpected error", `{"id":"1","context":{},"flagKeys":["loop"],"expect":{}}`,
			[]Failure{{"s", "1", "", `an error: flag "loop" is on, or depends on, ` +
				`the dependency cycle "loop" → "loop": remove one of these dependencies`, "{}"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			suite, err := parse([]byte(`{"name":"s","flags":` + flags + `,"cases":[` + tt.cases +
				`,{"id":"2","context":{},"flagKeys":["loop"],"expectError":"cycle"}]}`))
			require.NoError(t, err)
			for _, form := range []Form{Object, Slots} {
				report, err := suite.Run(form)
				require.NoError(t, err)
				failed := min(len(tt.want), 1)
				assert.Equal(t, Report{Suite: "s", Passed: 2 - failed, Failed: failed, Failures: tt.want}, report)
			}
		})
	}
}

func TestRun_ReportsADifferentBucket(t *testing.T) {
	const template = `{"name":"s","kind":"bucketing","ids":["a","b"],
		"variantKeys":[null,"on","off"],"expect":{"f":[1,EXPECTED]},
		"flags":[{"key":"f","variants":{"on":{"key":"on","value":"x"}},
		 "segments":[{"variant":"on","conditions":[[
			{"selector":["context","user","user_id"],"op":"is","values":["a"]}]]}]}]}`
	for _, tt := range []struct {
		expected string
		want     []Failure
	}{
		{"0", nil},
		{"1", []Failure{{"s", `ids[1] "b"`, "f", "no result", `"on"`}}},
		{"2", []Failure{{"s", `ids[1] "b"`, "f", "no result", `"off"`}}},
	} {
		suite, err := parse([]byte(strings.Replace(template, "EXPECTED", tt.expected, 1)))
		require.NoError(t, err)
		report, err := suite.Run(Object)
		require.NoError(t, err)
		assert.Equal(t, tt.want, report.Failures)
		assert.Equal(t, 2, report.Passed+report.Failed)
		assert.Equal(t, len(tt.want), report.Failed)
	}
}

// Each case of a real suite must fail if its expectation is broken.
func TestRun_NoticesEveryBrokenExpectation(t *testing.T) {
	suite, err := Load(filepath.Join(testdata, "public", "targeting.json"))
	require.NoError(t, err)
	for i := range suite.cases {
		broken := suite.cases[i]
		want := maps.Clone(broken.want)
		for flag := range broken.want {
			want[flag] = map[string]any{"key": "no such variant"}
		}
		want["no such flag"] = map[string]any{}
		broken.want = want
		cases := slices.Clone(suite.cases)
		cases[i] = broken
		report, err := (&Suite{Name: suite.Name, flags: suite.flags, cases: cases}).Run(Object)
		require.NoError(t, err)
		assert.Equal(t, 1, report.Failed, broken.id)
		assert.Len(t, report.Failures, len(want), broken.id)
	}
}

func TestRun_FailsIfFlagsDoNotCompile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "s.json")
	require.NoError(t, os.WriteFile(file, []byte(`{"flags":7,"cases":[{"id":"1","context":{},"expect":{}}]}`), 0o600))
	_, err := Run(file)
	require.ErrorContains(t, err, "running suite s: compiling flags: ")
}

func TestSlots_HaveTheJSONOfTheContext(t *testing.T) {
	paths := [][]string{
		{}, {"user"}, {"user", "missing"}, {"user", "n"}, {"user", "n", "deeper"}, {"user", ""}, {"user", "null"},
	}
	const context = `{"user":{"n":1.50e0,"":[1, 2],"null":null,"n":7.0}}`
	assert.Equal(t,
		`[0,`+context+`,1,{"n":1.50e0,"":[1, 2],"null":null,"n":7.0},3,7.0,5,[1, 2],6,null]`,
		string(slots(paths, json.RawMessage(context))))
	assert.Equal(t, `[]`, string(slots(nil, json.RawMessage(context))))
}
