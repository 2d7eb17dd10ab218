//go:build cgo && !race

package local

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/benchdata"
)

// A poll that finds the flags as they were, either because the service says so or because it sends the same bytes. What the
// service allocates counts too, which is little.
func BenchmarkRefreshUnchanged(b *testing.B) {
	body := benchdata.Flags(1000)
	for _, tt := range []struct{ answer, etag string }{{"304", `"1"`}, {"same_bytes", ""}} {
		b.Run("answer="+tt.answer, func(b *testing.B) {
			service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if tt.etag != "" {
					w.Header().Set("ETag", tt.etag)
					if r.Header.Get("If-None-Match") == tt.etag {
						w.WriteHeader(http.StatusNotModified)
						return
					}
				}
				_, _ = w.Write(body)
			}))
			defer service.Close()
			client, err := Initialize("server-secret", &Config{
				ServerURL: service.URL, FlagConfigPollingInterval: NoPolling, Logger: slog.New(slog.DiscardHandler),
			})
			require.NoError(b, err)
			defer client.Close()
			require.NoError(b, client.Start(b.Context()))
			current := client.current.Load()

			b.ReportAllocs()
			before := allocated()
			for b.Loop() {
				client.refresh()
			}
			b.ReportMetric(float64(allocated()-before)/float64(b.N)/float64(len(body)), "allocated/body")
			require.False(b, client.failing)
			require.Same(b, current, client.current.Load(), "no new plan")
		})
	}
}

// allocated is the bytes that the process has allocated in Go so far.
func allocated() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.TotalAlloc
}
