//go:build cgo

package local_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/testlog"
	"github.com/amplitude/experiment-go-server/local"
)

// The flags are a response of Amplitude's flag service for one of its test
// deployments. They and the expected variants are from the public test suite of
// Amplitude's Ruby SDK.
func TestEvaluate_AgreesWithAmplitudeOnRealFlags(t *testing.T) {
	document, err := os.ReadFile("../examples/flags.json")
	require.NoError(t, err)
	logger, log := testlog.New()
	client := initialize(t, &local.Config{Bootstrap: document, Logger: logger})
	assert.NotContains(t, log.String(), "problem in a flag config")

	const (
		simple    = "sdk-local-evaluation-ci-test"
		dependent = "sdk-ci-local-dependencies-test"
		payloads  = "sdk-payload-ci-test"
	)
	testUser := &experiment.User{UserID: "test_user"}
	both := &experiment.User{UserID: "user_id", DeviceID: "device_id"}
	device := &experiment.User{DeviceID: "d"}
	for _, tt := range []struct {
		name     string
		user     *experiment.User
		flagKeys []string
		flag     string
		key      string // empty if the flag is absent
		value    string
		payload  string
	}{
		{"one flag", testUser, []string{simple}, simple, "on", "on", `"payload"`},
		{"all flags", testUser, nil, simple, "on", "on", `"payload"`},
		{"dependencies, all flags", both, nil, dependent, "control", "control", ""},
		{"dependencies, one flag", both, []string{dependent}, dependent, "control", "control", ""},
		{"unknown flag", both, []string{"does-not-exist"}, dependent, "", "", ""},
		{"held out", both, nil, dependent + "-holdout", "", "", ""},
		{"object payload", testUser, nil, payloads, "jsonobject", "jsonobject", `{"key1":"val1","key2":"val2"}`},
		{"array payload", device, nil, payloads, "jsonarray", "jsonarray", `[{"key1":"obj1"},{"key2":"obj2"}]`},
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
