//go:build cgo

package local_test

import (
	"log/slog"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/testlog"
	"github.com/amplitude/experiment-go-server/internal/testservice"
	"github.com/amplitude/experiment-go-server/local"
)

func TestAvailable_ReturnsNilWithCgo(t *testing.T) {
	assert.NoError(t, local.Available())
}

func TestInitialize_RejectsAnInvalidConfig(t *testing.T) {
	const badBootstrap = "the Bootstrap must be a JSON array of flags, or an object of flags by key: "
	for _, tt := range []struct {
		name   string
		key    string
		config *local.Config
		want   string
	}{
		{"empty key", "", nil, "the deployment key is empty"},
		{"key with a line break", "hidden-key\n", nil, "the deployment key has an invalid character"},
		{
			"zone", "hidden-key", &local.Config{ServerZone: "mars"},
			`ServerZone "mars" is unknown: use "us" or "eu"`,
		},
		{
			"URL", "hidden-key", &local.Config{ServerURL: "localhost:80"},
			`ServerURL "localhost:80" must begin with https://`,
		},
		{
			"URL with a query", "hidden-key", &local.Config{ServerURL: "http://h/?a=b"},
			`ServerURL "http://h/?a=b" must not have a query`,
		},
		{
			"interval without a unit", "hidden-key", &local.Config{FlagConfigPollingInterval: 30},
			"FlagConfigPollingInterval is 30ns: did you mean 30 * time.Second? " +
				"Below a second only local.FastPolling is allowed, for tests",
		},
		{
			"interval below a second", "hidden-key", &local.Config{FlagConfigPollingInterval: time.Second - 1},
			"FlagConfigPollingInterval is 999.999999ms: did you mean seconds? " +
				"Below a second only local.FastPolling is allowed, for tests",
		},
		{
			"bootstrap: no usable flag", "hidden-key",
			&local.Config{Bootstrap: []byte(`[{"key":"a"},{"key":"b"}]`)},
			badBootstrap + `none of its 2 flags is usable: flag "a" (entry 0, byte `,
		},
		{
			"bootstrap: a message", "hidden-key", &local.Config{Bootstrap: []byte(`{"message":"maintenance"}`)},
			badBootstrap + `its only flag is not usable: flag "" (entry 0, byte `,
		},
		{
			"stream URL", "hidden-key", &local.Config{StreamUpdates: true, StreamServerURL: "localhost:80"},
			`StreamServerURL "localhost:80" must begin with https://`,
		},
		{
			"stream URL without a stream", "hidden-key", &local.Config{StreamServerURL: "https://h"},
			"StreamServerURL is set, but StreamUpdates is not: set both, or neither",
		},
		{
			"stream timeout", "hidden-key", &local.Config{StreamUpdates: true, StreamConnectTimeout: -1},
			"StreamConnectTimeout is -1ns: use a positive duration, or 0 for the default",
		},
		{
			"cohorts without a key", "hidden-key",
			cohortSync(local.CohortSync{SecretKey: "s"}),
			"CohortSync.APIKey is empty",
		},
		{
			"cohorts without a secret", "hidden-key", cohortSync(local.CohortSync{APIKey: "a"}),
			"CohortSync.SecretKey is empty",
		},
		{
			"cohort interval", "hidden-key",
			cohortSync(local.CohortSync{APIKey: "a", SecretKey: "s", PollingInterval: time.Minute - 1}),
			"CohortSync.PollingInterval is 59.999999999s: the minimum is 1m0s",
		},
		{
			"cohort size", "hidden-key", cohortSync(local.CohortSync{APIKey: "a", SecretKey: "s", MaxCohortSize: -1}),
			"CohortSync.MaxCohortSize is -1: use a positive number of members, or 0 for the default",
		},
		{
			"missing cohorts", "hidden-key",
			cohortSync(local.CohortSync{APIKey: "a", SecretKey: "s", OnMissingCohort: 7}),
			"CohortSync.OnMissingCohort must be local.NotMember or local.Withhold",
		},
		{
			"cohort URL", "hidden-key",
			cohortSync(local.CohortSync{APIKey: "a", SecretKey: "s", ServerURL: "http://h?q"}),
			`CohortSync.ServerURL "http://h?q" must not have a query`,
		},
		{
			"cache file", "hidden-key", &local.Config{CacheFile: "folder/"},
			`CacheFile: the path "folder/" does not name a file`,
		},
		{"bootstrap: not JSON", "hidden-key", &local.Config{Bootstrap: []byte("{")}, badBootstrap},
		{"bootstrap: not a document", "hidden-key", &local.Config{Bootstrap: []byte("null")}, badBootstrap},
	} {
		t.Run(tt.name, func(t *testing.T) {
			client, err := local.Initialize(tt.key, tt.config)
			assert.Nil(t, client)
			require.ErrorContains(t, err, "initializing the local client: "+tt.want)
			assert.NotContains(t, err.Error(), "hidden-key")
		})
	}
}

// cohortSync returns a Config that loads cohorts.
func cohortSync(sync local.CohortSync) *local.Config { return &local.Config{CohortSync: &sync} }

func TestInitialize_AcceptsABootstrapWithoutFlags(t *testing.T) {
	for _, document := range []string{"[]", "{}"} {
		client := initialize(t, &local.Config{Bootstrap: []byte(document)})
		variants, err := client.Evaluate(nobody)
		require.NoError(t, err)
		assert.Empty(t, variants)
	}
}

func TestInitialize_CopiesTheConfig(t *testing.T) {
	s := testservice.New(t)
	c := config(s)
	c.Bootstrap = []byte(testservice.Document("bootstrap", "f"))
	before := *c
	client := initialize(t, c)
	assert.Equal(t, before, *c, "the Config is only read")

	clear(c.Bootstrap)
	*c = local.Config{ServerURL: "http://127.0.0.1:1"}
	assert.Equal(t, "bootstrap", value(t, client, "f"))
	start(t, s, client, testservice.Flags("service", "f"))
	assert.Equal(t, "service", value(t, client, "f"))
}

func TestInitialize_ReturnsANewClientEachTime(t *testing.T) {
	one := initialize(t, &local.Config{Bootstrap: []byte(testservice.Document("1", "f"))})
	two := initialize(t, &local.Config{Bootstrap: []byte(testservice.Document("2", "f"))})
	assert.Equal(t, "1", value(t, one, "f"))
	assert.Equal(t, "2", value(t, two, "f"))
}

// refusing is a transport that records the URLs of requests and sends none.
type refusing struct{ urls []string }

func (r *refusing) RoundTrip(request *http.Request) (*http.Response, error) {
	r.urls = append(r.urls, request.URL.String())
	return &http.Response{StatusCode: http.StatusForbidden, Body: http.NoBody, Request: request}, nil
}

func TestInitialize_SelectsTheHostByZoneOrServerURL(t *testing.T) {
	for _, tt := range []struct {
		name   string
		config *local.Config
		want   string
	}{
		{"default", &local.Config{}, "https://api.lab.amplitude.com/sdk/v2/flags?v=0"},
		{"US", &local.Config{ServerZone: experiment.ServerZoneUS}, "https://api.lab.amplitude.com/sdk/v2/flags?v=0"},
		{
			"EU", &local.Config{ServerZone: experiment.ServerZoneEU},
			"https://flag.lab.eu.amplitude.com/sdk/v2/flags?v=0",
		},
		{
			"URL in a zone", &local.Config{ServerZone: experiment.ServerZoneEU, ServerURL: "http://proxy:3546/base"},
			"http://proxy:3546/base/sdk/v2/flags?v=0",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			transport := &refusing{}
			tt.config.HTTPClient = &http.Client{Transport: transport}
			require.Error(t, initialize(t, tt.config).Start(t.Context()))
			assert.Equal(t, []string{tt.want}, transport.urls)
		})
	}
}

func TestInitialize_LogsToTheDefaultLoggerUnlessConfigured(t *testing.T) {
	byDefault := slog.Default()
	stderr := os.Stderr
	t.Cleanup(func() {
		slog.SetDefault(byDefault)
		os.Stderr = stderr
	})
	logger, log := testlog.New()
	slog.SetDefault(logger)
	file, err := os.Create(t.TempDir() + "/stderr")
	require.NoError(t, err)
	defer file.Close()
	os.Stderr = file
	written := func() string {
		content, err := os.ReadFile(file.Name())
		require.NoError(t, err)
		return string(content)
	}

	good := testservice.Document("1", "f")
	bootstrap := []byte(good[:len(good)-1] + `,{"key":"broken"}]`)
	initialize(t, &local.Config{Bootstrap: bootstrap})
	assert.Equal(t, []string{"problem in a flag config"}, log.Messages(t, slog.LevelWarn))
	assert.Empty(t, written())

	initialize(t, &local.Config{Bootstrap: bootstrap, Debug: true})
	assert.Len(t, log.Messages(t, slog.LevelWarn), 1)
	assert.Contains(t, written(), "level=DEBUG")
	assert.Contains(t, written(), "problem in a flag config")

	other, otherLog := testlog.New()
	initialize(t, &local.Config{Bootstrap: bootstrap, Debug: true, Logger: other})
	assert.Equal(t, []string{"problem in a flag config"}, otherLog.Messages(t, slog.LevelWarn))
	assert.Len(t, log.Messages(t, slog.LevelWarn), 1)
}

func TestInitialize_WarnsOnceOfAnUnencryptedServerURL(t *testing.T) {
	for serverURL, warnings := range map[string]int{"http://proxy": 1, "http://127.0.0.1:3546": 0, "https://proxy": 0} {
		logger, log := testlog.New()
		client := initialize(t, &local.Config{
			ServerURL: serverURL, Logger: logger, HTTPClient: &http.Client{Transport: &refusing{}},
		})
		require.Error(t, client.Start(t.Context()))
		assert.Len(t, log.Messages(t, slog.LevelWarn), warnings, serverURL)
		assert.NotContains(t, log.String(), deploymentKey)
	}
}
