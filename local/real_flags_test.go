//go:build cgo

package local_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/local"
)

// A real deployment's flags: the answer of Amplitude's flag service for one of its test deployments, and what it gives for
// some users, both from the public test suite of Amplitude's Ruby SDK.
func TestRealFlags(t *testing.T) {
	text, err := os.ReadFile("../examples/flags.json")
	require.NoError(t, err)
	logger, log := newLog()
	client := initialize(t, &local.Config{Bootstrap: text, Logger: logger})
	assert.NotContains(t, log.String(), "problem in a flag config")

	testUser := &experiment.User{UserID: "test_user"}
	both := &experiment.User{UserID: "user_id", DeviceID: "device_id"}
	device := &experiment.User{DeviceID: "d"}
	for _, tt := range []struct {
		name     string
		user     *experiment.User
		flagKeys []string
		flag     string
		key      string // empty: the flag is absent
		value    string
		payload  string
	}{
		{"one flag", testUser, []string{"sdk-local-evaluation-ci-test"}, "sdk-local-evaluation-ci-test", "on", "on", `"payload"`},
		{"all flags", testUser, nil, "sdk-local-evaluation-ci-test", "on", "on", `"payload"`},
		{"dependencies, all flags", both, nil, "sdk-ci-local-dependencies-test", "control", "control", ""},
		{
			"dependencies, one flag", both, []string{"sdk-ci-local-dependencies-test"}, "sdk-ci-local-dependencies-test",
			"control", "control", "",
		},
		{"unknown flag", both, []string{"does-not-exist"}, "sdk-ci-local-dependencies-test", "", "", ""},
		{"held out", both, nil, "sdk-ci-local-dependencies-test-holdout", "", "", ""},
		{"object payload", testUser, nil, "sdk-payload-ci-test", "jsonobject", "jsonobject", `{"key1":"val1","key2":"val2"}`},
		{"array payload", device, nil, "sdk-payload-ci-test", "jsonarray", "jsonarray", `[{"key1":"obj1"},{"key2":"obj2"}]`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			variants, err := client.Evaluate(tt.user, tt.flagKeys...)
			require.NoError(t, err)
			variant, ok := variants[tt.flag]
			require.Equal(t, tt.key != "", ok)
			assert.Equal(t, tt.key, variant.Key)
			assert.Equal(t, tt.value, variant.Value)
			if tt.payload == "" {
				assert.Nil(t, variant.Payload)
				return
			}
			payload, err := json.Marshal(variant.Payload)
			require.NoError(t, err)
			assert.JSONEq(t, tt.payload, string(payload))
		})
	}
}
