package benchdata_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/benchdata"
)

// The generator of testdata/perf, which shares no code with this package, wrote
// the files.
func TestFlags_MatchTheGenerator(t *testing.T) {
	for file, document := range map[string][]byte{
		"flags_1.json":     benchdata.Flags(1),
		"flags_100.json":   benchdata.Flags(100),
		"flag_regex.json":  benchdata.RegexFlag(),
		"flag_cohort.json": benchdata.CohortFlag(),
	} {
		want := read(t, file)
		assert.True(t, string(want) == string(document), file) // a difference would be too long to print
	}
}

func TestUser_MatchesTheGenerator(t *testing.T) {
	encoded, err := json.Marshal(benchdata.User())
	require.NoError(t, err)
	assert.JSONEq(t, string(read(t, "user.json")), string(encoded))
}

func TestFlags_SmallerSetIsAPrefix(t *testing.T) {
	small, large := string(benchdata.Flags(7)), string(benchdata.Flags(9))
	assert.Equal(t, small[:len(small)-1]+",", large[:len(small)])
}

func TestKey_IsTheKeyOfTheFlag(t *testing.T) {
	var flags []struct{ Key string }
	require.NoError(t, json.Unmarshal(benchdata.Flags(150), &flags))
	for i, flag := range flags {
		require.Equal(t, flag.Key, benchdata.Key(i))
	}
	assert.Equal(t, "checkout-redesign-00000", benchdata.Key(0))
	assert.Equal(t, "billing-sidebar-00147", benchdata.Key(147))
}

func TestUsers_DifferOnlyInTheirIDs(t *testing.T) {
	users := benchdata.Users(3)
	assert.Equal(t, "user-0000000000000002", users[2].UserID)
	assert.Equal(t, "8c1de0a4-52b7-4f9e-a6d3-000000000002", users[2].DeviceID)
	want := benchdata.User()
	want.UserID, want.DeviceID = users[2].UserID, users[2].DeviceID
	assert.Equal(t, want, users[2])
}

func TestWithProperties_KeepsPropertiesThatFlagsRead(t *testing.T) {
	user := benchdata.User()
	for _, tt := range []struct {
		n    int
		have []string
		not  string
	}{
		{3, []string{"plan", "session_count", "email"}, "app_version"},
		{12, []string{"plan", "interests", "signup_source"}, "unread_property_012"},
		{300, []string{"plan", "interests", "signup_source", "unread_property_012", "unread_property_299"}, "none"},
	} {
		changed := benchdata.WithProperties(user, tt.n)
		assert.Len(t, changed.UserProperties, tt.n)
		for _, name := range tt.have {
			assert.Contains(t, changed.UserProperties, name)
		}
		assert.NotContains(t, changed.UserProperties, tt.not)
		assert.Equal(t, user.UserProperties["plan"], changed.UserProperties["plan"])
		assert.Equal(t, user.UserID, changed.UserID)
	}
	assert.Equal(t, benchdata.User(), user, "the user itself is unchanged")
}

func TestWithProperties_AddsVariousTypes(t *testing.T) {
	properties := benchdata.WithProperties(benchdata.User(), 17).UserProperties
	assert.Equal(t, "value number 15", properties["unread_property_015"])
	assert.Equal(t, 16, properties["unread_property_016"])
	assert.Equal(t, 12.25, properties["unread_property_012"])
	assert.Equal(t, false, properties["unread_property_013"])
	assert.Equal(t, []string{"one", "two", "14"}, properties["unread_property_014"])
}

// read returns a file of testdata/perf.
func read(t *testing.T, file string) []byte {
	content, err := os.ReadFile(filepath.Join("../../testdata/perf", file))
	require.NoError(t, err)
	return content
}
