//go:build cgo && !race

package updater

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/benchdata"
	"github.com/amplitude/experiment-go-server/internal/datasource"
)

// BenchmarkRefreshUnchanged measures a poll that finds unchanged flags: the
// service responds with 304, or with the same bytes. It includes the little
// that the service allocates.
func BenchmarkRefreshUnchanged(b *testing.B) {
	body := benchdata.Flags(1000)
	for _, tt := range []struct{ response, etag string }{{"304", `"1"`}, {"same_bytes", ""}} {
		b.Run("answer="+tt.response, func(b *testing.B) {
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
			base, err := url.Parse(service.URL)
			require.NoError(b, err)
			logger := slog.New(slog.DiscardHandler)
			poller := datasource.NewPoller(datasource.Options{Base: base, Logger: logger})
			defer poller.CloseIdleConnections()
			u := New(Options{Source: datasource.Options{Base: base}, Logger: logger})
			loop := newLoop(u, b.Context())
			etag := ""
			poll := func() {
				document, changed, err := poller.Poll(b.Context(), etag)
				require.NoError(b, err)
				event := datasource.Event{Source: datasource.SourcePoll}
				if changed {
					event.Document, etag = &document, document.ETag
				}
				require.NoError(b, loop.takeFlags(event))
			}
			poll()
			current := u.Current()

			b.ReportAllocs()
			before := allocated()
			for b.Loop() {
				poll()
			}
			b.ReportMetric(float64(allocated()-before)/float64(b.N)/float64(len(body)), "allocated/body")
			require.Same(b, current, u.Current(), "no new plan")
		})
	}
}

// allocated returns the bytes that the process has allocated in Go so far.
func allocated() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.TotalAlloc
}
