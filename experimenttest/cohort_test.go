package experimenttest_test

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experimenttest"
)

// getCohort requests a cohort with the Server's project keys. The path is the
// part after /sdk/v1/cohort/.
func getCohort(t *testing.T, server *experimenttest.Server, path string, acceptEncoding ...string) response {
	t.Helper()
	header := basicAuth(server.APIKey, server.SecretKey)
	header["Accept-Encoding"] = acceptEncoding
	return send(t, server, "GET", "/sdk/v1/cohort/"+path, header, "")
}

func TestCohort_RespondsToQueries(t *testing.T) {
	server := start(t, &experimenttest.Config{APIKey: "a", SecretKey: "s"})
	require.NoError(t, server.SetCohort(experimenttest.Cohort{
		ID: "users", LastModified: time.UnixMilli(1700000000000), MemberIDs: []string{"u1", "<u2>"},
	}))
	require.NoError(t, server.SetCohort(experimenttest.Cohort{
		ID: "a/b", GroupType: "org name", LastModified: time.UnixMilli(5),
	}))
	const users = `{"cohortId":"users","lastModified":1700000000000,"size":2,"groupType":"User",` +
		`"memberIds":["u1","<u2>"]}`
	for _, tt := range []struct {
		name, path string
		status     int
		body       string
	}{
		{"of users", "users", 200, users},
		{"of groups, empty, with an escaped ID", "a%2Fb", 200,
			`{"cohortId":"a/b","lastModified":5,"size":0,"groupType":"org name","memberIds":[]}`},
		{"small enough", "users?maxCohortSize=2", 200, users},
		{"too large", "users?maxCohortSize=1", 413,
			"413 Request Entity Too Large: cohort \"users\" has 2 members, more than maxCohortSize, which is 1\n"},
		{"already known", "users?maxCohortSize=2147483647&lastModified=1700000000000", 204, ""},
		{"known in an older state", "users?lastModified=1699999999999", 200, users},
		{"unknown", "none", 404, "404 Not Found: there is no cohort \"none\"\n"},
		{"maxCohortSize is not a number", "users?maxCohortSize=many", 400,
			"400 Bad Request: reading the query: maxCohortSize is \"many\", not an integer\n"},
		{"lastModified is not a number", "users?lastModified=", 400,
			"400 Bad Request: reading the query: lastModified is \"\", not an integer\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := getCohort(t, server, tt.path, "identity")
			assert.Equal(t, tt.status, got.status)
			assert.Equal(t, tt.body, got.body)
			assert.Empty(t, got.header.Get("Content-Encoding"))
		})
	}
}

func TestCohort_CompressesForClientsThatAcceptGzip(t *testing.T) {
	server := start(t, nil)
	require.NoError(t, server.SetCohort(experimenttest.Cohort{
		ID: "c", LastModified: time.UnixMilli(7), MemberIDs: []string{"u"},
	}))
	got := getCohort(t, server, "c", "br, gzip")
	require.Equal(t, "gzip", got.header.Get("Content-Encoding"))
	reader, err := gzip.NewReader(strings.NewReader(got.body))
	require.NoError(t, err)
	body, err := io.ReadAll(reader)
	require.NoError(t, err)
	assert.Equal(t, `{"cohortId":"c","lastModified":7,"size":1,"groupType":"User","memberIds":["u"]}`, string(body))
}

func TestConfig_NoGzipSendsCohortsUncompressed(t *testing.T) {
	server := start(t, &experimenttest.Config{NoGzip: true})
	require.NoError(t, server.SetCohort(experimenttest.Cohort{
		ID: "c", LastModified: time.UnixMilli(-7), MemberIDs: []string{"u", `v"`},
	}))
	got := getCohort(t, server, "c", "gzip")
	assert.Empty(t, got.header.Get("Content-Encoding"))
	assert.Equal(t, `{"cohortId":"c","lastModified":-7,"size":2,"groupType":"User","memberIds":["u","v\""]}`, got.body)
}

func TestSetCohort_AgainAdvancesLastModified(t *testing.T) {
	server := start(t, nil)
	lastModified := func() int64 {
		t.Helper()
		got := getCohort(t, server, "c")
		require.Equal(t, 200, got.status)
		var cohort struct{ LastModified int64 }
		require.NoError(t, json.Unmarshal([]byte(got.body), &cohort))
		return cohort.LastModified
	}
	require.NoError(t, server.SetCohort(experimenttest.Cohort{ID: "c"}))
	before := lastModified()
	for range 3 {
		require.NoError(t, server.SetCohort(experimenttest.Cohort{ID: "c"}))
		after := lastModified()
		assert.Greater(t, after, before)
		before = after
	}
}

func TestRemoveCohort_RespondsNotFound(t *testing.T) {
	server := start(t, nil)
	require.NoError(t, server.SetCohort(experimenttest.Cohort{ID: "c"}))
	server.RemoveCohort("c")
	server.RemoveCohort("never set")
	assert.Equal(t, 404, getCohort(t, server, "c").status)
}

// BenchmarkCohort_10M measures what a cohort of ten million members costs the
// Server: setting it, and serving it uncompressed.
func BenchmarkCohort_10M(b *testing.B) {
	server, err := experimenttest.NewServer(&experimenttest.Config{NoGzip: true})
	require.NoError(b, err)
	defer server.Close()
	cohort := experimenttest.Cohort{ID: "c", MemberIDs: make([]string, 10_000_000)}
	for i := range cohort.MemberIDs {
		cohort.MemberIDs[i] = fmt.Sprintf("user%08d", i)
	}
	b.Run("set", func(b *testing.B) {
		for b.Loop() {
			require.NoError(b, server.SetCohort(cohort))
		}
	})
	require.NoError(b, server.SetCohort(cohort))
	b.Run("serve", func(b *testing.B) {
		request, err := http.NewRequestWithContext(b.Context(), "GET", server.URL+"/sdk/v1/cohort/c", http.NoBody)
		require.NoError(b, err)
		request.SetBasicAuth(server.APIKey, server.SecretKey)
		for b.Loop() {
			got, err := http.DefaultClient.Do(request)
			require.NoError(b, err)
			n, err := io.Copy(io.Discard, got.Body)
			require.NoError(b, err)
			b.SetBytes(n)
			require.NoError(b, got.Body.Close())
		}
	})
}

func TestSetCohort_RequiresID(t *testing.T) {
	require.EqualError(t, start(t, nil).SetCohort(experimenttest.Cohort{}), "setting cohort: the ID is empty")
}
