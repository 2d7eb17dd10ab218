//go:build cgo

package local_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experimenttest"
	"github.com/amplitude/experiment-go-server/internal/testlog"
	"github.com/amplitude/experiment-go-server/internal/testservice"
	"github.com/amplitude/experiment-go-server/local"
)

// newFake returns a fake service with these flags, which the end of the test
// closes.
func newFake(t testing.TB, flags ...string) *experimenttest.Server {
	server, err := experimenttest.NewServer(&experimenttest.Config{Flags: documentOf(flags)})
	require.NoError(t, err)
	t.Cleanup(server.Close)
	return server
}

// documentOf returns a document of flag configs.
func documentOf(flags []string) []byte { return []byte("[" + strings.Join(flags, ",") + "]") }

// setFlags replaces the flags of a fake service.
func setFlags(t testing.TB, server *experimenttest.Server, flags ...string) {
	require.NoError(t, server.SetFlags(documentOf(flags)))
}

// setCohort sets a cohort of users.
func setCohort(t testing.TB, server *experimenttest.Server, id string, userIDs ...string) {
	require.NoError(t, server.SetCohort(experimenttest.Cohort{ID: id, MemberIDs: userIDs}))
}

// plain returns a flag that gives every user a variant with the value.
func plain(key, value string) string {
	document := testservice.Document(value, key)
	return document[1 : len(document)-1]
}

// targetingFlag returns a flag that is "in" where the operator holds for the
// value of the selector and the cohort, and "out" otherwise.
func targetingFlag(key, selector, operator, cohort string) string {
	return fmt.Sprintf(`{"key":%q,"variants":{"in":{"key":"in","value":"in"},"out":{"key":"out","value":"out"}},`+
		`"segments":[{"conditions":[[{"selector":%s,"op":%q,"values":[%q]}]],"variant":"in"},{"variant":"out"}]}`,
		key, selector, operator, cohort)
}

// ofUsers returns a flag that is "in" for the users of a cohort.
func ofUsers(key, cohort string) string {
	return targetingFlag(key, `["context","user","cohort_ids"]`, "set contains any", cohort)
}

// dependent returns a flag that is "in" where another one is.
func dependent(key, parent string) string {
	flag := targetingFlag(key, fmt.Sprintf(`["result",%q,"key"]`, parent), "is", "in")
	return flag[:len(flag)-1] + fmt.Sprintf(`,"dependencies":[%q]}`, parent)
}

// liveConfig returns a Config that streams and loads cohorts.
func liveConfig(server *experimenttest.Server) *local.Config {
	logger, _ := testlog.New()
	return &local.Config{
		ServerURL:       server.URL,
		StreamUpdates:   true,
		StreamServerURL: server.URL,
		CohortSync: &local.CohortSync{
			APIKey: server.APIKey, SecretKey: server.SecretKey, ServerURL: server.URL,
		},
		Logger: logger,
	}
}

// initializeFor returns a client of the fake service, which the end of the test
// closes.
func initializeFor(t testing.TB, server *experimenttest.Server, config *local.Config) *local.Client {
	client, err := local.Initialize(server.DeploymentKey, config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	return client
}

// changes returns a channel that gets the flags of each Update.
func changes(client *local.Client) <-chan []string {
	updates := make(chan []string, 100)
	client.OnUpdate(func(update local.Update) { updates <- update.FlagKeys })
	return updates
}

// eventually waits until a condition holds that no event announces.
func eventually(t testing.TB, condition func() bool) {
	t.Helper()
	require.Eventually(t, condition, testservice.Timeout, time.Millisecond)
}

// requests returns how many requests of an endpoint the fake has received.
func requests(server *experimenttest.Server, endpoint experimenttest.Endpoint) int {
	all := server.Requests()
	return len(slices.DeleteFunc(all, func(r experimenttest.Request) bool { return r.Endpoint != endpoint }))
}
