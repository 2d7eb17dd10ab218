package local

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

func TestConfigResolve_DefaultsZeroAndDisablesNegative(t *testing.T) {
	for _, tt := range []struct {
		name     string
		config   Config
		interval time.Duration
		timeout  time.Duration
	}{
		{"zero", Config{}, 30 * time.Second, 10 * time.Second},
		{
			"set", Config{FlagConfigPollingInterval: time.Minute, FlagConfigRequestTimeout: time.Second},
			time.Minute, time.Second,
		},
		{"a second", Config{FlagConfigPollingInterval: time.Second}, time.Second, 10 * time.Second},
		{"fast", Config{FlagConfigPollingInterval: FastPolling}, 10 * time.Millisecond, 10 * time.Second},
		{"disabled", Config{FlagConfigPollingInterval: NoPolling, FlagConfigRequestTimeout: NoTimeout}, 0, 0},
		{"negative", Config{FlagConfigPollingInterval: -time.Hour, FlagConfigRequestTimeout: -time.Hour}, 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.config.resolve(httpapi.Key{})
			require.NoError(t, err)
			assert.Equal(t, tt.interval, got.Interval)
			assert.Equal(t, tt.timeout, got.Source.Timeout)
		})
	}
}
