package amplitude_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/benchmarks/amplitude"
	"github.com/amplitude/experiment-go-server/pkg/experiment/local"
)

func TestItGivesTheVariantsThatOursGives(t *testing.T) {
	client := connect(t, 100)
	want, err := amplitude.ReadVariants()
	require.NoError(t, err)
	require.Len(t, want, 4)
	for id, variants := range want {
		results, err := client.EvaluateV2(amplitude.NewAccount(id).User(), nil)
		require.NoError(t, err)
		have := map[string]string{}
		for key, variant := range results {
			have[key] = variant.Key
		}
		assert.Equal(t, variants, have, id)
	}
}

func connect(tb testing.TB, flags int) *local.Client {
	server := amplitude.Serve(read(tb, flags))
	defer server.Close()
	client, err := amplitude.Connect(server.URL)
	require.NoError(tb, err)
	return client
}
