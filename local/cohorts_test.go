//go:build cgo

package local_test

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/experimenttest"
	"github.com/amplitude/experiment-go-server/internal/testlog"
	"github.com/amplitude/experiment-go-server/internal/testservice"
	"github.com/amplitude/experiment-go-server/local"
)

// valueFor returns the value of a flag for a user, or "" if it has no variant.
func valueFor(client *local.Client, user *experiment.User, flagKey string) string {
	variant, _ := client.Variant(user, flagKey)
	return variant.Value
}

func TestCohortSync_DecidesMembershipOfUsersAndGroups(t *testing.T) {
	server := newFake(t,
		ofUsers("users", "c/1 ü"),
		targetingFlag("strangers", `["context","user","cohort_ids"]`, "set does not contain any", "c/1 ü"),
		targetingFlag("orgs", `["context","groups","org","cohort_ids"]`, "set contains any", "c-org"),
	)
	setCohort(t, server, "c/1 ü", "ada", "b\"ob")
	setCohort(t, server, "unreferenced", "ada")
	require.NoError(t, server.SetCohort(experimenttest.Cohort{
		ID: "c-org", GroupType: "org", MemberIDs: []string{"acme"},
	}))
	client := initializeFor(t, server, liveConfig(server))
	require.NoError(t, client.Start(t.Context()))
	for _, tt := range []struct {
		name                    string
		user                    experiment.User
		users, strangers, group string
	}{
		{"member", experiment.User{UserID: "ada"}, "in", "out", "out"},
		{"member with a quote", experiment.User{UserID: `b"ob`}, "in", "out", "out"},
		{"stranger", experiment.User{UserID: "eve"}, "out", "in", "out"},
		{"no ID", experiment.User{}, "out", "in", "out"},
		{"device ID does not count", experiment.User{DeviceID: "ada"}, "out", "in", "out"},
		{
			"own cohorts count too", experiment.User{UserID: "eve", CohortIDs: []string{"x", "c/1 ü"}},
			"in", "out", "out",
		},
		{
			"first group", experiment.User{Groups: map[string][]string{"org": {"acme", "other"}}},
			"out", "in", "in",
		},
		{
			"second group does not count", experiment.User{Groups: map[string][]string{"org": {"other", "acme"}}},
			"out", "in", "out",
		},
		{
			"own cohorts of a group", experiment.User{
				Groups:         map[string][]string{"org": {"other"}},
				GroupCohortIDs: map[string]map[string][]string{"org": {"other": {"c-org"}}},
			}, "out", "in", "in",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want := map[string]string{"users": tt.users, "strangers": tt.strangers, "orgs": tt.group}
			before := fmt.Sprintf("%+v", tt.user)
			all, err := client.Evaluate(&tt.user)
			require.NoError(t, err)
			subject, err := client.Prepare(&tt.user)
			require.NoError(t, err)
			for key, value := range want {
				assert.Equal(t, value, valueFor(client, &tt.user, key), key)
				assert.Equal(t, value, all[key].Value, key)
				variant, _ := subject.Variant(key)
				assert.Equal(t, value, variant.Value, key)
			}
			assert.Equal(t, before, fmt.Sprintf("%+v", tt.user), "the user is only read")
		})
	}
	assert.Equal(t, 2, requests(server, experimenttest.EndpointCohort), "only cohorts that flags read")
}

func TestCohortSync_PutsAFlagInUseTogetherWithItsCohort(t *testing.T) {
	server := newFake(t, plain("f", "1"))
	client := initializeFor(t, server, liveConfig(server))
	require.NoError(t, client.Start(t.Context()))
	updates := changes(client)
	arrive := make(chan struct{})
	require.NoError(t, server.Fail(experimenttest.EndpointCohort, experimenttest.Fault{Wait: arrive}))
	setCohort(t, server, "c", "ada")
	setFlags(t, server, plain("f", "2"), ofUsers("g", "c"))
	eventually(t, func() bool { return requests(server, experimenttest.EndpointCohort) == 1 })
	assert.Equal(t, "1", value(t, client, "f"), "the flags wait for the cohort")
	assert.Empty(t, valueFor(client, &experiment.User{UserID: "ada"}, "g"))
	close(arrive)
	assert.Equal(t, []string{"f", "g"}, testservice.Receive(t, updates))
	assert.Equal(t, "2", value(t, client, "f"))
	assert.Equal(t, "in", valueFor(client, &experiment.User{UserID: "ada"}, "g"))
}

func TestCohortSync_GoesOnWithoutACohortThatIsMissing(t *testing.T) {
	ada := &experiment.User{UserID: "ada"}
	for _, tt := range []struct {
		name              string
		policy            local.MissingCohort
		target, dependent string // of ada, without the cohort
		withheld          []string
		warning           string
	}{
		{
			"not member", local.NotMember, "out", "out", nil,
			"cohorts are missing, and loading them is retried: users count as not in them",
		},
		{
			"withhold", local.Withhold, "", "", []string{"child", "target"},
			"cohorts are missing, and loading them is retried: these flags give no variant until then",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := newFake(t, ofUsers("target", "c"), dependent("child", "target"), plain("f", "1"))
			config := liveConfig(server)
			config.CohortSync.OnMissingCohort = tt.policy
			config.CohortSync.Timeout = time.Millisecond
			logger, log := testlog.New()
			config.Logger = logger
			client := initializeFor(t, server, config)
			require.NoError(t, client.Start(t.Context()))
			assert.Equal(t, "1", value(t, client, "f"), "all other flags work")
			assert.Equal(t, tt.target, valueFor(client, ada, "target"))
			assert.Equal(t, tt.dependent, valueFor(client, ada, "child"))
			status := client.Status()
			assert.Equal(t, tt.withheld, status.Withheld)
			require.Len(t, status.Cohorts, 1)
			assert.False(t, status.Cohorts[0].Loaded)
			assert.Equal(t, []string{tt.warning}, log.Messages(t, slog.LevelWarn))

			updates := changes(client)
			setCohort(t, server, "c", "ada")
			assert.Equal(t, []string{"child", "target"}, testservice.Receive(t, updates), "after a retry")
			assert.Equal(t, "in", valueFor(client, ada, "target"))
			assert.Equal(t, "in", valueFor(client, ada, "child"))
			assert.Empty(t, client.Status().Withheld)
			assert.True(t, client.Status().Cohorts[0].Loaded)
		})
	}
}

func TestCohortSync_DoesNotWaitForACohortThatCannotBeHad(t *testing.T) {
	server := newFake(t, ofUsers("target", "c"))
	setCohort(t, server, "c", "ada", "bob", "eve")
	config := liveConfig(server)
	config.CohortSync.MaxCohortSize = 2
	config.CohortSync.Timeout = time.Hour
	client := initializeFor(t, server, config)
	require.NoError(t, client.Start(t.Context()))
	assert.Equal(t, "out", valueFor(client, &experiment.User{UserID: "ada"}, "target"))
	status := client.Status()
	require.Len(t, status.Cohorts, 1)
	assert.ErrorContains(t, status.Cohorts[0].Err, "413")
	assert.ErrorContains(t, status.LastError, "413")
}

func TestCohortSync_ForgetsCohortsThatNoFlagReads(t *testing.T) {
	server := newFake(t, ofUsers("target", "c"))
	setCohort(t, server, "c", "ada")
	client := initializeFor(t, server, liveConfig(server))
	require.NoError(t, client.Start(t.Context()))
	require.Len(t, client.Status().Cohorts, 1)
	updates := changes(client)
	setFlags(t, server, plain("f", "1"))
	testservice.Receive(t, updates)
	assert.Empty(t, client.Status().Cohorts)
	setFlags(t, server, ofUsers("target", "c"))
	testservice.Receive(t, updates)
	assert.Equal(t, "in", valueFor(client, &experiment.User{UserID: "ada"}, "target"))
	assert.Equal(t, 2, requests(server, experimenttest.EndpointCohort), "it is loaded again")
}
