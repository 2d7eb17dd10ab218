package remote_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/remote"
)

func TestFetch_SendsTheUserInAHeader(t *testing.T) {
	s := serve(t, respond(200, `{}`))
	client := initialize(t, s, func(c *remote.Config) { c.ServerURL += "/base/" })
	_, err := client.Fetch(t.Context(), &experiment.User{UserID: "user>1?"})
	require.NoError(t, err)
	require.Len(t, s.requests(), 1)
	// The user is
	// {"user_id":"user\u003e1?","library":"experiment-go-server/0.1.0"}.
	const encoded = "eyJ1c2VyX2lkIjoidXNlclx1MDAzZTE/IiwibGlicmFyeSI6ImV4cGVyaW1lbnQtZ28tc2VydmVyLzAuMS4wIn0="
	assert.Equal(t, sent{Method: "GET", URI: "/base/sdk/v2/vardata?v=0", Header: http.Header{
		"Authorization":   {"Api-Key server-secret-key"},
		"X-Amp-Exp-User":  {encoded},
		"Accept-Encoding": {"gzip"},
		"User-Agent":      {"Go-http-client/1.1"},
	}}, s.requests()[0])
}

func TestFetch_PostsAUserTooLargeForTheHeader(t *testing.T) {
	// 6000 bytes of JSON are 8000 bytes of base64.
	const frame = len(`{"user_id":"","library":"l"}`)
	for _, tt := range []struct {
		bytes  int
		method string
	}{{5999, "GET"}, {6000, "GET"}, {6001, "POST"}, {100_000, "POST"}} {
		t.Run(strconv.Itoa(tt.bytes), func(t *testing.T) {
			s := serve(t, respond(503, ""), respond(200, `{"f":{"key":"on"}}`))
			id := strings.Repeat("x", tt.bytes-frame)
			got, err := initialize(t, s, nil).Fetch(t.Context(), &experiment.User{UserID: id, Library: "l"})
			require.NoError(t, err)
			assert.Equal(t, experiment.Variants{"f": {Key: "on"}}, got)
			userJSON := `{"user_id":"` + id + `","library":"l"}`
			encoded := base64.StdEncoding.EncodeToString([]byte(userJSON))
			require.Len(t, s.requests(), 2)
			for _, request := range s.requests() {
				assert.Equal(t, tt.method, request.Method)
				assert.Equal(t, "/sdk/v2/vardata?v=0", request.URI)
				assert.Equal(t, "Api-Key "+deploymentKey, request.Header.Get("Authorization"))
				if tt.method == "GET" {
					assert.Equal(t, encoded, request.Header.Get("X-Amp-Exp-User"))
					assert.Len(t, request.Header.Get("X-Amp-Exp-User"), 8000)
					assert.Empty(t, request.Body)
				} else {
					assert.Equal(t, userJSON, request.Body)
					assert.Equal(t, "application/json", request.Header.Get("Content-Type"))
					assert.NotContains(t, request.Header, "X-Amp-Exp-User")
				}
			}
		})
	}
}

func TestFetch_EncodesTheUserWithTheNamesOfTheProtocol(t *testing.T) {
	s := serve(t, respond(200, `{}`))
	_, err := initialize(t, s, nil).Fetch(t.Context(), &experiment.User{
		UserID: "u", DeviceID: "d", Country: "c", Region: "r", DMA: "dma", City: "city", Language: "l", Platform: "p",
		Version: "v", OS: "os", DeviceManufacturer: "dm", DeviceBrand: "db", DeviceModel: "dmo", Carrier: "ca",
		Library: "mine/1", IPAddress: "10.0.0.1",
		UserProperties:  map[string]any{"plan": "pro"},
		Groups:          map[string][]string{"org": {"acme"}},
		GroupProperties: map[string]map[string]map[string]any{"org": {"acme": {"size": 3}}},
		CohortIDs:       []string{"c1"},
		GroupCohortIDs:  map[string]map[string][]string{"org": {"acme": {"c2"}}},
	})
	require.NoError(t, err)
	got, err := base64.StdEncoding.DecodeString(s.requests()[0].Header.Get("X-Amp-Exp-User"))
	require.NoError(t, err)
	assert.Equal(t, `{"user_id":"u","device_id":"d","country":"c","region":"r","dma":"dma","city":"city",`+
		`"language":"l","platform":"p","version":"v","os":"os","device_manufacturer":"dm","device_brand":"db",`+
		`"device_model":"dmo","carrier":"ca","library":"mine/1","ip_address":"10.0.0.1",`+
		`"user_properties":{"plan":"pro"},"groups":{"org":["acme"]},`+
		`"group_properties":{"org":{"acme":{"size":3}}},"cohort_ids":["c1"],`+
		`"group_cohort_ids":{"org":{"acme":["c2"]}}}`, string(got))
}

func TestFetch_NeverWritesToASharedUser(t *testing.T) {
	original := func() *experiment.User {
		return &experiment.User{
			UserID:          "u",
			UserProperties:  map[string]any{"plan": "pro", "list": []any{"a", 1.0, map[string]any{"b": true}}},
			Groups:          map[string][]string{"org": {"acme"}},
			GroupProperties: map[string]map[string]map[string]any{"org": {"acme": {"size": 3}}},
			CohortIDs:       []string{"c1"},
			GroupCohortIDs:  map[string]map[string][]string{"org": {"acme": {"c2"}}},
		}
	}
	s := serve(t, respond(200, `{"f":{"key":"on"}}`))
	client := initialize(t, s, nil)
	shared := original()
	var all sync.WaitGroup
	for range 16 {
		all.Add(1)
		go func() {
			defer all.Done()
			for range 10 {
				got, err := client.FetchWithOptions(t.Context(), shared, remote.FetchOptions{FlagKeys: []string{"f"}})
				assert.NoError(t, err)
				assert.Equal(t, experiment.Variants{"f": {Key: "on"}}, got)
			}
		}()
	}
	all.Wait()
	assert.Equal(t, original(), shared)
}

func TestFetchWithOptions_SendsTheOptionsInHeaders(t *testing.T) {
	const flagKeys, track, exposure = "X-Amp-Exp-Flag-Keys", "X-Amp-Exp-Track", "X-Amp-Exp-Exposure-Track"
	type options = remote.FetchOptions
	for _, tt := range []struct {
		name    string
		options options
		want    map[string][]string
	}{
		{"none", options{}, map[string][]string{}},
		{"no keys", options{FlagKeys: []string{}}, map[string][]string{}},
		{"keys", options{FlagKeys: []string{"a", "b>?"}}, // ["a","b\u003e?"]
			map[string][]string{flagKeys: {"WyJhIiwiYlx1MDAzZT8iXQ=="}}},
		{"assignment on", options{TrackAssignment: remote.TrackOn}, map[string][]string{track: {"track"}}},
		{"assignment off", options{TrackAssignment: remote.TrackOff}, map[string][]string{track: {"no-track"}}},
		{"exposure on", options{TrackExposure: remote.TrackOn}, map[string][]string{exposure: {"track"}}},
		{"exposure off", options{TrackExposure: remote.TrackOff}, map[string][]string{exposure: {"no-track"}}},
		{"all", options{FlagKeys: []string{"a"}, TrackAssignment: remote.TrackOff,
			TrackExposure: remote.TrackOn, IncludeDefaults: true},
			map[string][]string{flagKeys: {"WyJhIl0="}, track: {"no-track"}, exposure: {"track"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, respond(200, `{}`))
			_, err := initialize(t, s, nil).FetchWithOptions(t.Context(), user, tt.options)
			require.NoError(t, err)
			got := map[string][]string{}
			for _, name := range []string{flagKeys, track, exposure} {
				if values, ok := s.requests()[0].Header[name]; ok {
					got[name] = values
				}
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestFetchWithOptions_RejectsInvalidArguments(t *testing.T) {
	const notInitialized = "the client was not made by Initialize: was its error checked?"
	s := serve(t, respond(200, `{}`))
	client := initialize(t, s, nil)
	var nilContext context.Context
	ctx := t.Context()
	type options = remote.FetchOptions
	for _, tt := range []struct {
		name    string
		client  *remote.Client
		ctx     context.Context
		user    *experiment.User
		options options
		want    string
	}{
		{"nil user", client, ctx, nil, options{},
			"the user is nil; pass &experiment.User{} for an anonymous user"},
		{"nil context", client, nilContext, user, options{},
			"the context is nil; pass context.Background() for none"},
		{"nil client", nil, ctx, user, options{}, notInitialized},
		{"zero client", &remote.Client{}, ctx, user, options{}, notInitialized},
		{"user that JSON cannot hold", client, ctx,
			&experiment.User{UserProperties: map[string]any{"p": math.NaN()}}, options{},
			"encoding user.user_properties.p: NaN and infinity are not valid JSON numbers; " +
				"use a value that encoding/json supports"},
		{"too many flag keys", client, ctx, user, options{FlagKeys: manyKeys(1000)},
			"the 1000 FlagKeys are a header of 13336 bytes, above the limit of 8000: " +
				"fetch them in several calls, or fetch all flags"},
		{"assignment", client, ctx, user, options{TrackAssignment: 7},
			"TrackAssignment is 7: use TrackOn, TrackOff or leave it unset"},
		{"exposure", client, ctx, user, options{TrackExposure: -1},
			"TrackExposure is -1: use TrackOn, TrackOff or leave it unset"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.client.FetchWithOptions(tt.ctx, tt.user, tt.options)
			assert.Nil(t, got)
			assert.EqualError(t, err, "fetching variants: "+tt.want)
		})
	}
	assert.Empty(t, s.requests())
}

// manyKeys returns n flag keys, each of which takes 10 bytes of JSON.
func manyKeys(n int) []string {
	keys := make([]string, n)
	for i := range keys {
		keys[i] = fmt.Sprintf("flag%03d", i)
	}
	return keys
}

func TestFetchWithOptions_SendsFlagKeysUpToTheLimit(t *testing.T) {
	s := serve(t, respond(200, `{}`))
	// 599 keys are 5991 bytes of JSON, and these are 7988 bytes of base64.
	_, err := initialize(t, s, nil).FetchWithOptions(t.Context(), user, remote.FetchOptions{FlagKeys: manyKeys(599)})
	require.NoError(t, err)
	require.Len(t, s.requests(), 1)
	assert.Len(t, s.requests()[0].Header.Get("X-Amp-Exp-Flag-Keys"), 7988)
}
