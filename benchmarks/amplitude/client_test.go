package amplitude_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/benchmarks/amplitude"
	"github.com/amplitude/experiment-go-server/pkg/experiment/local"
)

func TestEvaluateV2_GivesTheExpectedVariants(t *testing.T) {
	client := connect(t, 100)
	expected, err := amplitude.ReadVariants()
	require.NoError(t, err)
	require.Len(t, expected, 4)
	for id, variants := range expected {
		results, err := client.EvaluateV2(amplitude.NewAccount(id).User(), nil)
		require.NoError(t, err)
		keys := map[string]string{}
		for key, variant := range results {
			keys[key] = variant.Key
		}
		assert.Equal(t, variants, keys, id)
	}
}

// connect returns a client that has loaded its flags from a server, which is
// closed then.
func connect(tb testing.TB, flags int) *local.Client {
	server := amplitude.Serve(read(tb, flags))
	defer server.Close()
	client, err := amplitude.Connect(server.URL)
	require.NoError(tb, err)
	return client
}
