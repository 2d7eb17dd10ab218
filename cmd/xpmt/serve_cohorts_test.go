package main

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experimenttest"
)

// cohort requests a cohort from a fake service and returns the status and the
// body.
func cohort(t *testing.T, served served, id string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), "GET", served.url+"/sdk/v1/cohort/"+id, http.NoBody)
	require.NoError(t, err)
	request.SetBasicAuth(experimenttest.DefaultAPIKey, experimenttest.DefaultSecretKey)
	got, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	require.NoError(t, err)
	return got.StatusCode, string(body)
}

// members returns the type and the members of a cohort, and when it was last
// modified.
func members(t *testing.T, served served, id string) (groupType string, memberIDs []string, lastModified int64) {
	t.Helper()
	status, body := cohort(t, served, id)
	require.Equal(t, 200, status)
	var got struct {
		GroupType    string
		MemberIDs    []string
		LastModified int64
	}
	require.NoError(t, json.Unmarshal([]byte(body), &got))
	return got.GroupType, got.MemberIDs, got.LastModified
}

func TestServe_ServesAndFollowsCohorts(t *testing.T) {
	t.Setenv(keyVariable, "")
	file := writeFile(t, "cohorts.json", `[{"cohortId":"testers","memberIds":["ada","bob"],"size":2,"lastModified":7},
		{"cohortId":"partners","groupType":"org","memberIds":["acme"]}]`)
	served := serve(t, "--flags", writeFile(t, "flags.json", "[]"), "--cohorts", file)
	served.line(t)
	assert.Equal(t, "cohorts of "+file+": 2 cohorts with 3 members", served.line(t))
	assert.Equal(t, "API key: fake-api-key, secret key: fake-secret-key", served.line(t))
	groupType, testers, modified := members(t, served, "testers")
	assert.Equal(t, "User", groupType)
	assert.Equal(t, []string{"ada", "bob"}, testers)
	groupType, partners, _ := members(t, served, "partners")
	assert.Equal(t, "org", groupType)
	assert.Equal(t, []string{"acme"}, partners)

	replace := func(document string) {
		t.Helper()
		other := filepath.Join(t.TempDir(), "new")
		require.NoError(t, os.WriteFile(other, []byte(document), 0o600))
		require.NoError(t, os.Rename(other, file))
	}
	replace(`{"testers": ["ada", "bob"], "new": []}`)
	assert.Equal(t, file+" changed and is served", served.line(t))
	status, _ := cohort(t, served, "partners")
	assert.Equal(t, 404, status)
	_, none, _ := members(t, served, "new")
	assert.Empty(t, none)
	_, _, now := members(t, served, "testers")
	assert.Equal(t, modified, now, "it has not changed")

	replace("{\n\"testers\": [\"ada\",]}")
	require.True(t, served.errors.Scan())
	assert.Equal(t, "xpmt: reloading "+file+": reading cohorts: line 2: "+
		"invalid character ']' looking for beginning of value; the previous cohorts stay in use", served.errors.Text())
	_, testers, _ = members(t, served, "testers")
	assert.Equal(t, []string{"ada", "bob"}, testers)

	replace(`{"testers": ["ada"]}`)
	assert.Equal(t, file+" changed and is served", served.line(t))
	_, testers, now = members(t, served, "testers")
	assert.Equal(t, []string{"ada"}, testers)
	assert.Greater(t, now, modified)
	served.interrupt()
	assert.Equal(t, 0, <-served.code)
}

func TestServe_MayLeaveOutStreams(t *testing.T) {
	t.Setenv(keyVariable, "")
	served := serve(t, "--flags", writeFile(t, "flags.json", "[]"), "--no-stream")
	served.line(t)
	got, err := http.Get(served.url + "/sdk/stream/v1/flags")
	require.NoError(t, err)
	require.NoError(t, got.Body.Close())
	assert.Equal(t, 404, got.StatusCode)
	served.interrupt()
	assert.Equal(t, 0, <-served.code)
}

func TestDecodeCohorts_NamesWhatIsWrong(t *testing.T) {
	for _, tt := range []struct{ document, want string }{
		{"", "line 1: unexpected end of JSON input"},
		{"[\n\n{]", "line 3: invalid character ']' looking for beginning of object key string"},
		{`"c"`, "the document must be a JSON array of cohorts, or an object of cohort ID to member IDs"},
		{`[7]`, "cohorts[0]: the entry has the wrong type: number"},
		{`[{"cohortId":"a","memberIds":[]},{"memberIds":[]}]`, "cohorts[1]: cohortId is missing or empty"},
		{`[{"cohortId":7}]`, "cohorts[0]: cohortId has the wrong type: number"},
		{`[{"cohortId":"a","members":[]}]`, `cohorts[0]: json: unknown field "members"`},
		{`[{"cohortId":"a"}]`, `cohort "a": memberIds is missing; an empty cohort has []`},
		{`[{"cohortId":"a","memberIds":null}]`, `cohort "a": memberIds is not an array`},
		{`[{"cohortId":"a","memberIds":["u",7]}]`, `cohort "a": memberIds[1] is not a string`},
		{`[{"cohortId":"a","memberIds":["u",""]}]`, `cohort "a": memberIds[1] is empty or null`},
		{`[{"cohortId":"a","memberIds":[]},{"cohortId":"a","memberIds":[]}]`,
			`cohorts[1]: the cohortId "a" occurs twice`},
		{`{"a":{}}`, `cohort "a": memberIds is not an array`},
		{`{"a":["u"],"b":[null]}`, `cohort "b": memberIds[0] is empty or null`},
		{`{"":["u"]}`, "the ID of a cohort is empty"},
	} {
		_, err := decodeCohorts([]byte(tt.document))
		require.EqualError(t, err, tt.want, tt.document)
	}
}

func TestServe_FailsWithoutValidCohorts(t *testing.T) {
	t.Setenv(keyVariable, "")
	flags, cohorts := writeFile(t, "flags.json", "[]"), writeFile(t, "cohorts.json", "7")
	assert.Equal(t, result{1, "", "xpmt: serving " + cohorts + ": reading cohorts: " +
		"the document must be a JSON array of cohorts, or an object of cohort ID to member IDs\n"},
		xpmt(t.Context(), "", "serve", "--address", "127.0.0.1:0", "--flags", flags, "--cohorts", cohorts))
	assert.Equal(t, result{1, "", "xpmt: reading cohorts: stat missing.json: no such file or directory\n"},
		xpmt(t.Context(), "", "serve", "--address", "127.0.0.1:0", "--flags", flags, "--cohorts", "missing.json"))
}
