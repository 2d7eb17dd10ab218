package benchmarks_test

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/benchmarks"
)

// allPairs is the number of flags that have each pair of the five operators.
// The accounts meet both conditions in every second flag and one in the others.
const allPairs = 40

func TestVariant_FollowsTheRule(t *testing.T) {
	met, unmet, listed := benchmarks.Accounts(1)[0], newUnmetAccount(), newUnmetAccount()
	flags := flagsWithoutSplits(t)
	for _, sdk := range benchmarks.Lookups() {
		t.Run(sdk.Name, func(t *testing.T) {
			client := connect(t, sdk, flags, []*benchmarks.Account{met, unmet})
			for i := range allPairs {
				flag := find(t, flags, benchmarks.Key(i))
				matched, others := flag.Variants[0], flag.Variants[1]
				want := others
				if i%2 == 0 {
					want = matched
				}
				assert.Equal(t, want, client.Variant(0, flag.Key), "%s: the account may meet the rule", flag.Key)
				assert.Equal(t, want, client.VariantsOf(met, flag.Key), "%s: the user is made per call", flag.Key)
				assert.Equal(t, others, client.Variant(1, flag.Key), "%s: the account meets nothing", flag.Key)
				for _, id := range flag.Listed {
					listed.ID = id
					assert.Equal(t, matched, client.VariantsOf(listed, flag.Key), "%s: the account is listed", flag.Key)
				}
			}
		})
	}
}

func TestVariant_SplitsUsers(t *testing.T) {
	accounts := benchmarks.Accounts(256)
	flags := flagsOf(t, 100)
	for _, sdk := range benchmarks.Lookups() {
		t.Run(sdk.Name, func(t *testing.T) {
			client := connect(t, sdk, flags, accounts)
			flag := find(t, flags, benchmarks.MeasuredKey())
			users := map[string]int{}
			for i := range accounts {
				users[client.Variant(i, flag.Key)]++
			}
			assert.Len(t, users, 2)
			first := float64(users[flag.Variants[0]]) / float64(len(accounts))
			assert.InDelta(t, flag.Matched, first, 0.1, "the share of %s", flag.Variants[0])
		})
	}
}

func TestAll_EvaluatesAllFlags(t *testing.T) {
	var counts []string
	for _, sdk := range benchmarks.SDKs() {
		client, ok := connect(t, sdk, flagsWithoutSplits(t), benchmarks.Accounts(1)).(benchmarks.AllClient)
		if ok {
			counts = append(counts, fmt.Sprint(sdk.Name, " ", client.All(0)))
		}
	}
	assert.Equal(t, []string{"ours 40", "launchdarkly 40", "posthog 40", "statsig 40"}, counts)
}

func TestDocument_EncodesTheGeneratedFlags(t *testing.T) {
	flags := flagsOf(t, 100)
	assert.Equal(t, benchmarks.MeasuredKey(), flags[50].Key)
	flags[0], flags[50] = flags[50], flags[0]
	document, err := benchmarks.Document(flags)
	require.NoError(t, err)
	generated, err := benchmarks.GeneratedFlags(100)
	require.NoError(t, err)
	assert.JSONEq(t, string(generated), string(document))
}

// flagsWithoutSplits returns allPairs flags whose variants show whether the
// rule matched.
func flagsWithoutSplits(t *testing.T) []benchmarks.Flag {
	flags := flagsOf(t, allPairs)
	for i := range flags {
		flags[i] = flags[i].WithoutSplits()
	}
	return flags
}

// newUnmetAccount returns an account that meets no condition of any flag.
func newUnmetAccount() *benchmarks.Account {
	return &benchmarks.Account{
		ID:         "user-nobody",
		Properties: benchmarks.Properties{Plan: "none", Email: "nobody@example.net", AppVersion: "1.0.0"},
	}
}

// find returns the flag with the key.
func find(tb testing.TB, flags []benchmarks.Flag, key string) benchmarks.Flag {
	for _, flag := range flags {
		if flag.Key == key {
			return flag
		}
	}
	require.FailNow(tb, "no flag "+key)
	return benchmarks.Flag{}
}

// connect returns a client that has loaded the flags from a server. Both are
// closed at the end of the test.
func connect(
	tb testing.TB, sdk benchmarks.SDK, flags []benchmarks.Flag, accounts []*benchmarks.Account,
) benchmarks.Client {
	source, closeServer, err := sdk.Serve(flags)
	require.NoError(tb, err)
	tb.Cleanup(closeServer)
	client, err := sdk.Connect(source, accounts)
	require.NoError(tb, err)
	tb.Cleanup(client.Close)
	return client
}

// Module amplitude tests that Amplitude's SDK gives the recorded variants too.
func TestExpectedVariants_AreTheRecordedOnes(t *testing.T) {
	expected, err := benchmarks.ExpectedVariants()
	require.NoError(t, err)
	file, err := os.ReadFile("amplitude/testdata/variants.json")
	require.NoError(t, err)
	var recorded map[string]map[string]string
	require.NoError(t, json.Unmarshal(file, &recorded))
	assert.Equal(t, expected, recorded)
}
