//go:build cgo && !race

package local_test

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experimenttest"
	"github.com/amplitude/experiment-go-server/internal/benchdata"
	"github.com/amplitude/experiment-go-server/local"
)

// largeCohort is the number of members of the cohort that load benchmarks use.
const largeCohort = 10_000_000

// idLength is the length of the IDs in bytes.
const idLength = 12

// memberIDs returns n IDs. They share one string, since ten million would take
// more memory than the rest of a benchmark.
func memberIDs(n int) []string {
	joined := make([]byte, 0, n*idLength)
	for i := range n {
		joined = fmt.Appendf(joined, "%0*d", idLength, i)
	}
	text := string(joined)
	ids := make([]string, n)
	for i := range ids {
		ids[i] = text[i*idLength : (i+1)*idLength]
	}
	return ids
}

// cohortFake returns a fake service with the flag that reads a cohort, and with
// the cohort, which it sends uncompressed.
func cohortFake(b *testing.B, members []string) *experimenttest.Server {
	fake, err := experimenttest.NewServer(&experimenttest.Config{Flags: benchdata.CohortFlag(), NoGzip: true})
	require.NoError(b, err)
	b.Cleanup(fake.Close)
	require.NoError(b, fake.SetCohort(experimenttest.Cohort{ID: benchdata.CohortID, MemberIDs: members}))
	return fake
}

// cohortConfig returns the config of a client of the fake that does nothing
// after its start, as far as a benchmark can notice.
func cohortConfig(url string) *local.Config {
	return &local.Config{
		ServerURL:                 url,
		FlagConfigPollingInterval: local.NoPolling,
		Logger:                    slog.New(slog.DiscardHandler),
		CohortSync: &local.CohortSync{
			APIKey:          experimenttest.DefaultAPIKey,
			SecretKey:       experimenttest.DefaultSecretKey,
			ServerURL:       url,
			PollingInterval: time.Hour,
			Timeout:         time.Minute,
		},
	}
}

// startWithCohort starts a client and checks that its cohort has n members.
func startWithCohort(t testing.TB, config *local.Config, n int) *local.Client {
	client, err := local.Initialize(experimenttest.DefaultDeploymentKey, config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	require.NoError(t, client.Start(t.Context()))
	requireCohort(t, client, n)
	return client
}

// requireCohort requires that a client has one cohort, of n members.
func requireCohort(t testing.TB, client *local.Client, n int) {
	cohorts := client.Status().Cohorts
	require.Len(t, cohorts, 1)
	require.NoError(t, cohorts[0].Err)
	require.Equal(t, n, cohorts[0].Members)
}

// BenchmarkVariantCohortNoAlloc evaluates a flag that reads a cohort of 100,000
// members, among them half of the users.
func BenchmarkVariantCohortNoAlloc(b *testing.B) {
	const members = 100_000
	users, ids := benchdata.Users(manyUsers), memberIDs(members)
	for i := 0; i < manyUsers; i += 2 {
		ids[i] = users[i].UserID
	}
	client := startWithCohort(b, cohortConfig(cohortFake(b, ids).URL), members)
	benchmarkVariant(b, client, users, benchdata.CohortKey)
}

// BenchmarkLoadCohort starts a client that loads a cohort of 10 million members
// from a fake in the same process, over loopback.
func BenchmarkLoadCohort(b *testing.B) {
	fake := cohortFake(b, memberIDs(largeCohort))
	b.SetBytes(largeCohort * int64(idLength+len(`"",`)))
	for b.Loop() {
		client := startWithCohort(b, cohortConfig(fake.URL), largeCohort)
		b.StopTimer()
		require.NoError(b, client.Close())
		b.StartTimer()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/largeCohort, "ns/member")
}

// BenchmarkRestoreCohort initializes a client that reads flags and a cohort of
// 10 million members from the CacheFile, without a service.
func BenchmarkRestoreCohort(b *testing.B) {
	fake := cohortFake(b, memberIDs(largeCohort))
	config := cohortConfig(fake.URL)
	config.CacheFile = b.TempDir() + "/cache"
	config.CloseTimeout = local.NoCloseLimit
	require.NoError(b, startWithCohort(b, config, largeCohort).Close()) // writes the file
	fake.Close()
	for b.Loop() {
		client, err := local.Initialize(experimenttest.DefaultDeploymentKey, config)
		require.NoError(b, err)
		b.StopTimer()
		requireCohort(b, client, largeCohort)
		require.Equal(b, local.SourceFile, client.Status().Source)
		require.NoError(b, client.Close())
		b.StartTimer()
	}
}
