//go:build cgo

package local_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/local"
)

func TestCohortSync_DoesNotPrintItsKeys(t *testing.T) {
	const apiKey, secretKey = "api-key-of-a-project", "secret-key-of-a-project"
	sync := local.CohortSync{APIKey: apiKey, SecretKey: secretKey}
	config := local.Config{CohortSync: &sync}
	for name, value := range map[string]any{
		"CohortSync":            sync,
		"pointer to CohortSync": &sync,
		"Config":                config,
		"pointer to Config":     &config,
		"struct":                struct{ Sync local.CohortSync }{sync},
		"map":                   map[string]any{"sync": sync, "config": config},
		"slice":                 []local.CohortSync{sync},
	} {
		for how, text := range printed(value) {
			for _, key := range []string{apiKey, secretKey} {
				assert.NotContains(t, text, key, "%s by %s", name, how)
				assert.NotContains(t, text, fmt.Sprintf("%x", key), "%s by %s", name, how)
				assert.NotContains(t, text, fmt.Sprintf("%X", key), "%s by %s", name, how)
			}
		}
	}
}

func TestCohortSync_CanBeReadFromJSON(t *testing.T) {
	var sync local.CohortSync
	require.NoError(t, json.Unmarshal([]byte(`{"APIKey":"a","SecretKey":"s","MaxCohortSize":3}`), &sync))
	assert.Equal(t, local.CohortSync{APIKey: "a", SecretKey: "s", MaxCohortSize: 3}, sync)
}
