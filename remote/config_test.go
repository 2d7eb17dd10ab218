package remote

import (
	"bytes"
	"log/slog"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/backoff"
	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

func TestConfigResolve_AppliesDefaultsAndDisables(t *testing.T) {
	logger := slog.New(slog.DiscardHandler)
	client := &http.Client{}
	options := func(change func(*httpapi.Options)) httpapi.Options {
		o := httpapi.Options{
			Retries: 8, Backoff: backoff.Exponential{Min: 500 * time.Millisecond, Max: 10 * time.Second, Factor: 1.5},
			Timeout: 10 * time.Second, RetryTimeout: 10 * time.Second, Logger: logger,
		}
		change(&o)
		return o
	}
	for _, tt := range []struct {
		name   string
		config Config
		want   httpapi.Options
	}{
		{"defaults", Config{}, options(func(*httpapi.Options) {})},
		{"retries", Config{FetchRetries: 3}, options(func(o *httpapi.Options) { o.Retries = 3 })},
		{"NoRetries", Config{FetchRetries: NoRetries}, options(func(o *httpapi.Options) { o.Retries = 0 })},
		{"negative retries", Config{FetchRetries: -7}, options(func(o *httpapi.Options) { o.Retries = 0 })},
		{"timeouts", Config{FetchTimeout: 1, FetchRetryTimeout: 2},
			options(func(o *httpapi.Options) { o.Timeout, o.RetryTimeout = 1, 2 })},
		{"NoTimeout for the first attempt", Config{FetchTimeout: NoTimeout},
			options(func(o *httpapi.Options) { o.Timeout = 0 })},
		{"NoTimeout for retries", Config{FetchRetryTimeout: NoTimeout},
			options(func(o *httpapi.Options) { o.RetryTimeout = 0 })},
		{"backoff", Config{FetchRetryBackoffMin: 1, FetchRetryBackoffMax: 2, FetchRetryBackoffScalar: 3},
			options(func(o *httpapi.Options) { o.Backoff = backoff.Exponential{Min: 1, Max: 2, Factor: 3} })},
		{"equal bounds", Config{FetchRetryBackoffMin: 2, FetchRetryBackoffMax: 2},
			options(func(o *httpapi.Options) { o.Backoff.Min, o.Backoff.Max = 2, 2 })},
		{"scalar 1", Config{FetchRetryBackoffScalar: 1}, options(func(o *httpapi.Options) { o.Backoff.Factor = 1 })},
		{"NoBackoff for the min", Config{FetchRetryBackoffMin: NoBackoff},
			options(func(o *httpapi.Options) { o.Backoff.Min = 0 })},
		{"NoBackoff for the max", Config{FetchRetryBackoffMax: NoBackoff},
			options(func(o *httpapi.Options) { o.Backoff.Max = 0 })},
		{"default min adapts to the max", Config{FetchRetryBackoffMax: 3},
			options(func(o *httpapi.Options) { o.Backoff.Min, o.Backoff.Max = 3, 3 })},
		{"default max adapts to the min", Config{FetchRetryBackoffMin: time.Minute},
			options(func(o *httpapi.Options) { o.Backoff.Min, o.Backoff.Max = time.Minute, time.Minute })},
		{"HTTPClient", Config{HTTPClient: client}, options(func(o *httpapi.Options) { o.HTTPClient = client })},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.config.Logger = logger
			_, got, err := tt.config.resolve()
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestInitialize_ReturnsAnErrorThatNamesTheField(t *testing.T) {
	const initializing = "initializing the remote client: "
	for _, tt := range []struct {
		name   string
		key    string
		config *Config
		want   string
	}{
		{"no key", "", nil, "the deployment key is empty: copy a server deployment's key from Amplitude Experiment"},
		{"key with a line break", "secret\n", nil,
			"the deployment key has an invalid character at byte 6: was a space or a line break copied with it?"},
		{"zone", "k", &Config{ServerZone: "mars"}, `ServerZone "mars" is unknown: use "us" or "eu"`},
		{"URL", "k", &Config{ServerURL: "lab.example"},
			`ServerURL "lab.example" must begin with https:// or http:// and a host`},
		{"URL with a query", "k", &Config{ServerURL: "https://h?v=0"},
			`ServerURL "https://h?v=0" must not have a query`},
		{"scalar below 1", "k", &Config{FetchRetryBackoffScalar: 0.5},
			"FetchRetryBackoffScalar is 0.5: it must be a number of at least 1"},
		{"negative scalar", "k", &Config{FetchRetryBackoffScalar: -1},
			"FetchRetryBackoffScalar is -1: it must be a number of at least 1"},
		{"scalar NaN", "k", &Config{FetchRetryBackoffScalar: math.NaN()},
			"FetchRetryBackoffScalar is NaN: it must be a number of at least 1"},
		{"scalar infinite", "k", &Config{FetchRetryBackoffScalar: math.Inf(1)},
			"FetchRetryBackoffScalar is +Inf: it must be a number of at least 1"},
		{"bounds crossed", "k", &Config{FetchRetryBackoffMin: 2 * time.Second, FetchRetryBackoffMax: time.Second},
			"FetchRetryBackoffMin 2s is above FetchRetryBackoffMax 1s"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			client, err := Initialize(tt.key, tt.config)
			assert.Nil(t, client)
			assert.EqualError(t, err, initializing+tt.want)
		})
	}
}

func TestInitialize_SelectsTheEndpoint(t *testing.T) {
	for _, tt := range []struct {
		name   string
		config *Config
		want   string
	}{
		{"nil", nil, "https://api.lab.amplitude.com/sdk/v2/vardata?v=0"},
		{"zero", &Config{}, "https://api.lab.amplitude.com/sdk/v2/vardata?v=0"},
		{"US", &Config{ServerZone: experiment.ServerZoneUS}, "https://api.lab.amplitude.com/sdk/v2/vardata?v=0"},
		{"EU", &Config{ServerZone: experiment.ServerZoneEU}, "https://api.lab.eu.amplitude.com/sdk/v2/vardata?v=0"},
		{"URL overrides the zone", &Config{ServerZone: experiment.ServerZoneEU, ServerURL: "https://proxy:3546"},
			"https://proxy:3546/sdk/v2/vardata?v=0"},
		{"base path", &Config{ServerURL: "https://h/amp/"}, "https://h/amp/sdk/v2/vardata?v=0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			client, err := Initialize("k", tt.config)
			require.NoError(t, err)
			assert.Equal(t, tt.want, client.endpoint)
		})
	}
}

func TestInitialize_WarnsOnceOfAnUnencryptedServerURL(t *testing.T) {
	for serverURL, warnings := range map[string]int{"http://proxy": 1, "http://127.0.0.1:3546": 0, "https://proxy": 0} {
		var logs bytes.Buffer
		_, err := Initialize("k", &Config{ServerURL: serverURL, Logger: slog.New(slog.NewTextHandler(&logs, nil))})
		require.NoError(t, err)
		assert.Equal(t, warnings, strings.Count(logs.String(), "level=WARN"), logs.String())
	}
}

func TestInitialize_CopiesTheConfig(t *testing.T) {
	config := &Config{ServerURL: "https://one"}
	one, err := Initialize("k", config)
	require.NoError(t, err)
	assert.Equal(t, &Config{ServerURL: "https://one"}, config)
	config.ServerURL = "https://two"
	two, err := Initialize("k", config)
	require.NoError(t, err)
	assert.Equal(t, "https://one/sdk/v2/vardata?v=0", one.endpoint)
	assert.Equal(t, "https://two/sdk/v2/vardata?v=0", two.endpoint)
}
