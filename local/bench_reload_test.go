//go:build cgo && !race

package local_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/benchdata"
	"github.com/amplitude/experiment-go-server/local"
)

// BenchmarkVariantUnderReload measures calls on every processor while 10,000
// flags are replaced every 100 ms. A reload polls, reads the body, compiles a
// plan, and decodes the outcomes that users get. The reported times of single
// calls do not include reading the clock.
func BenchmarkVariantUnderReload(b *testing.B) {
	var reloads atomic.Int64
	service := reloading(b, 100*time.Millisecond, &reloads)
	client := initialize(b, &local.Config{
		ServerURL:                 service.URL,
		FlagConfigPollingInterval: local.FastPolling, // the service makes each poll wait
		Logger:                    slog.New(slog.DiscardHandler),
	})
	require.NoError(b, client.Start(b.Context()))
	clock := clockTime()
	for _, numFlags := range []int{1, 100, 10_000} {
		b.Run(fmt.Sprintf("asked=%d", numFlags), func(b *testing.B) {
			before := reloads.Load()
			times := timeVariants(b, client, numFlags)
			p50, p99, p999 := times.quantile(0.5)-clock, times.quantile(0.99)-clock, times.quantile(0.999)-clock
			b.ReportMetric(p50, "p50-ns")
			b.ReportMetric(p99, "p99-ns")
			b.ReportMetric(p999, "p99.9-ns")
			b.ReportMetric(p999/p50, "p99.9/p50")
			b.ReportMetric(clock, "clock-ns")
			b.ReportMetric(float64(reloads.Load()-before)/b.Elapsed().Seconds(), "reloads/s")
		})
	}
}

// reloading returns a service that responds once each interval, with flags that
// differ from one response to the next.
func reloading(b *testing.B, interval time.Duration, responses *atomic.Int64) *httptest.Server {
	flags := flagSet(10_000)
	documents := [][]byte{flags, append(flags[:len(flags):len(flags)], '\n')}
	ticker := time.NewTicker(interval)
	b.Cleanup(ticker.Stop)
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-ticker.C:
			_, _ = w.Write(documents[responses.Add(1)%2])
		case <-r.Context().Done():
		}
	}))
	b.Cleanup(service.Close)
	return service
}

// timeVariants evaluates the given number of flags in turn, on every processor,
// and returns the times of the calls.
func timeVariants(b *testing.B, client *local.Client, numFlags int) *histogram {
	users := benchdata.Users(manyUsers)
	keys := flagKeys(numFlags)
	all, mu := &histogram{}, sync.Mutex{}
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		times := &histogram{}
		for i := 0; pb.Next(); i++ {
			user, key := users[i%manyUsers], keys[i%numFlags]
			start := time.Now()
			client.Variant(user, key)
			times.add(time.Since(start))
		}
		mu.Lock()
		defer mu.Unlock()
		all.addAll(times)
	})
	b.StopTimer()
	return all
}

// clockTime returns the nanoseconds that reading the clock adds to a time.
func clockTime() float64 {
	times := &histogram{}
	for range 10_000 {
		times.add(time.Since(time.Now()))
	}
	return times.quantile(0.5)
}
