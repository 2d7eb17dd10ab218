package experimenttest_test

import (
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experimenttest"
)

func basic(apiKey, secretKey string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(apiKey+":"+secretKey))
}

func TestCohortAnswers(t *testing.T) {
	server := start(t, &experimenttest.Config{APIKey: "a", SecretKey: "s"})
	require.NoError(t, server.SetCohort(experimenttest.Cohort{
		ID: "users", LastModified: time.UnixMilli(1700000000000), MemberIDs: []string{"u1", "<u2>"},
	}))
	require.NoError(t, server.SetCohort(experimenttest.Cohort{
		ID: "a/b", GroupType: "org name", LastModified: time.UnixMilli(5),
	}))
	const users = `{"cohortId":"users","lastModified":1700000000000,"size":2,"groupType":"User","memberIds":["u1","<u2>"]}`
	for _, tt := range []struct {
		name, path string
		status     int
		body       string
	}{
		{"of users", "users", 200, users},
		{"of groups, with an ID that is escaped, empty", "a%2Fb", 200,
			`{"cohortId":"a/b","lastModified":5,"size":0,"groupType":"org name","memberIds":[]}`},
		{"that is small enough", "users?maxCohortSize=2", 200, users},
		{"that is too large", "users?maxCohortSize=1", 413,
			"413 Request Entity Too Large: cohort \"users\" has 2 members, more than maxCohortSize, which is 1\n"},
		{"that is known", "users?maxCohortSize=2147483647&lastModified=1700000000000", 204, ""},
		{"that was known", "users?lastModified=1699999999999", 200, users},
		{"that is unknown", "none", 404, "404 Not Found: there is no cohort \"none\"\n"},
		{"limited by no number", "users?maxCohortSize=many", 400,
			"400 Bad Request: the query's maxCohortSize is \"many\", not a whole number\n"},
		{"known since no number", "users?lastModified=", 400,
			"400 Bad Request: the query's lastModified is \"\", not a whole number\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := send(t, server, "GET", "/sdk/v1/cohort/"+tt.path, http.Header{
				"Authorization": {basic("a", "s")}, "Accept-Encoding": {"identity"},
			}, "")
			assert.Equal(t, tt.status, got.status)
			assert.Equal(t, tt.body, got.body)
			assert.Empty(t, got.header.Get("Content-Encoding"))
		})
	}
}

func TestCohortIsCompressedForClientsThatAcceptIt(t *testing.T) {
	server := start(t, nil)
	require.NoError(t, server.SetCohort(experimenttest.Cohort{ID: "c", LastModified: time.UnixMilli(7), MemberIDs: []string{"u"}}))
	got := send(t, server, "GET", "/sdk/v1/cohort/c", http.Header{
		"Authorization": {basic(server.APIKey, server.SecretKey)}, "Accept-Encoding": {"br, gzip"},
	}, "")
	require.Equal(t, "gzip", got.header.Get("Content-Encoding"))
	reader, err := gzip.NewReader(strings.NewReader(got.body))
	require.NoError(t, err)
	text, err := io.ReadAll(reader)
	require.NoError(t, err)
	assert.Equal(t, `{"cohortId":"c","lastModified":7,"size":1,"groupType":"User","memberIds":["u"]}`, string(text))
}

func TestCohortSetAgainIsModifiedLater(t *testing.T) {
	server := start(t, nil)
	lastModified := func() (at int64) {
		t.Helper()
		got := send(t, server, "GET", "/sdk/v1/cohort/c", http.Header{"Authorization": {basic(server.APIKey, server.SecretKey)}}, "")
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

func TestCohortIsRemoved(t *testing.T) {
	server := start(t, nil)
	require.NoError(t, server.SetCohort(experimenttest.Cohort{ID: "c"}))
	server.RemoveCohort("c")
	server.RemoveCohort("never there")
	got := send(t, server, "GET", "/sdk/v1/cohort/c", http.Header{"Authorization": {basic(server.APIKey, server.SecretKey)}}, "")
	assert.Equal(t, 404, got.status)
}

func TestCohortNeedsAnID(t *testing.T) {
	require.EqualError(t, start(t, nil).SetCohort(experimenttest.Cohort{}), "setting a cohort: it has no ID")
}
