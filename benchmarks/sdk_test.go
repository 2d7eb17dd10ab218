package benchmarks_test

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/benchmarks"
	"github.com/amplitude/experiment-go-server/internal/benchdata"
)

// Forty flags have each pair of the five operators, with both conditions met by the accounts in every second flag, and one
// of them in the others.
const allPairs = 40

func TestEverySDKFollowsTheRule(t *testing.T) {
	met, listed := benchmarks.Accounts(1)[0], meetingNothing()
	flags := telling(t)
	for _, sdk := range benchmarks.Lookups() {
		t.Run(sdk.Name, func(t *testing.T) {
			client := connect(t, sdk, flags, []*benchmarks.Account{met, meetingNothing()})
			for i := range allPairs {
				flag := find(t, flags, benchdata.Key(i))
				ofRule, ofOthers := flag.Variants[0], flag.Variants[1]
				want := ofOthers
				if i%2 == 0 {
					want = ofRule
				}
				assert.Equal(t, want, client.Variant(0, flag.Key), "%s: who may meet the rule", flag.Key)
				assert.Equal(t, want, client.VariantsOf(met, flag.Key), "%s: made per call", flag.Key)
				assert.Equal(t, ofOthers, client.Variant(1, flag.Key), "%s: who meets nothing", flag.Key)
				for _, id := range flag.Listed {
					listed.ID = id
					assert.Equal(t, ofRule, client.VariantsOf(listed, flag.Key), "%s: who is listed", flag.Key)
				}
			}
		})
	}
}

func TestEverySDKSplitsUsers(t *testing.T) {
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
			assert.InDelta(t, flag.Matched, first, 0.1, "the part that gets %s", flag.Variants[0])
		})
	}
}

func TestCallsForAllFlagsEvaluateAll(t *testing.T) {
	var have []string
	for _, sdk := range benchmarks.SDKs() {
		client, ok := connect(t, sdk, telling(t), benchmarks.Accounts(1)).(benchmarks.AllClient)
		if ok {
			have = append(have, fmt.Sprint(sdk.Name, " ", client.All(0)))
		}
	}
	assert.Equal(t, []string{"ours 40", "launchdarkly 40", "posthog 40", "statsig 40"}, have)
}

func TestTheDocumentIsThatOfBenchdata(t *testing.T) {
	flags := flagsOf(t, 100)
	assert.Equal(t, benchmarks.MeasuredKey(), flags[50].Key)
	flags[0], flags[50] = flags[50], flags[0]
	document, err := benchmarks.Document(flags)
	require.NoError(t, err)
	assert.JSONEq(t, string(benchdata.Flags(100)), string(document))
}

func telling(t *testing.T) []benchmarks.Flag {
	flags := flagsOf(t, allPairs)
	for i := range flags {
		flags[i] = flags[i].Telling()
	}
	return flags
}

// meetingNothing is an account that meets no condition of any flag.
func meetingNothing() *benchmarks.Account {
	return &benchmarks.Account{ID: "user-nobody", Plan: "none", Email: "nobody@example.net", AppVersion: "1.0.0"}
}

func find(tb testing.TB, flags []benchmarks.Flag, key string) benchmarks.Flag {
	for _, flag := range flags {
		if flag.Key == key {
			return flag
		}
	}
	require.FailNow(tb, "there is no flag "+key)
	return benchmarks.Flag{}
}

func connect(tb testing.TB, sdk benchmarks.SDK, flags []benchmarks.Flag, accounts []*benchmarks.Account) benchmarks.Client {
	source, end, err := sdk.Serve(flags)
	require.NoError(tb, err)
	tb.Cleanup(end)
	client, err := sdk.Connect(source, accounts)
	require.NoError(tb, err)
	tb.Cleanup(client.Close)
	return client
}

// The other half of this is in module amplitude.
func TestAnswersAreThoseThatAmplitudesSDKIsTestedFor(t *testing.T) {
	answers, err := benchmarks.Answers()
	require.NoError(t, err)
	file, err := os.ReadFile("amplitude/testdata/variants.json")
	require.NoError(t, err)
	var recorded map[string]map[string]string
	require.NoError(t, json.Unmarshal(file, &recorded))
	assert.Equal(t, answers, recorded)
}
