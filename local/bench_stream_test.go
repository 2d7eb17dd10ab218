//go:build cgo && !race

package local_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experimenttest"
	"github.com/amplitude/experiment-go-server/local"
)

// BenchmarkStreamChange measures the time from a change of n flags on a fake
// service in the same process until a client that streams uses them. The time
// that the fake takes to check the flags does not count.
func BenchmarkStreamChange(b *testing.B) {
	for _, n := range []int{1, 100, 10_000} {
		b.Run(fmt.Sprintf("flags=%d", n), func(b *testing.B) {
			flags := flagSet(n)
			// Other salts, so that every flag changes.
			documents := [][]byte{bytes.ReplaceAll(flags, []byte(`"salt":"`), []byte(`"salt":"x`)), flags}
			fake, err := experimenttest.NewServer(&experimenttest.Config{Flags: flags})
			require.NoError(b, err)
			b.Cleanup(fake.Close)
			client, err := local.Initialize(experimenttest.DefaultDeploymentKey, &local.Config{
				ServerURL:       fake.URL,
				StreamServerURL: fake.URL,
				StreamUpdates:   true,
				Logger:          slog.New(slog.DiscardHandler),
			})
			require.NoError(b, err)
			b.Cleanup(func() { require.NoError(b, client.Close()) })
			require.NoError(b, client.Start(b.Context()))
			updates := make(chan local.Update)
			defer client.OnUpdate(func(u local.Update) { updates <- u })()
			b.SetBytes(int64(len(documents[0])))
			for i := 0; b.Loop(); i++ {
				b.StopTimer()
				require.NoError(b, fake.SetFlags(documents[i%2]))
				b.StartTimer()
				update := <-updates
				b.StopTimer()
				require.Equal(b, local.SourceStream, client.Status().Source)
				require.Len(b, update.FlagKeys, n)
				b.StartTimer()
			}
		})
	}
}
