package httpapi_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

func TestDo_LimitsTheBody(t *testing.T) {
	const limit = 1000
	body := bytes.Repeat([]byte("x"), limit+1)
	inChunks := func(body []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			_ = http.NewResponseController(w).Flush() // so that there is no Content-Length
			_, _ = w.Write(body)
		}
	}
	for _, tt := range []struct {
		name     string
		handler  http.HandlerFunc
		tooLarge bool
	}{
		{"at the limit", respond(200, string(body[:limit])), false},
		{"at the limit, in chunks", inChunks(body[:limit]), false},
		{"above, by Content-Length", respond(200, string(body)), true},
		{"above, in chunks", inChunks(body), true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, tt.handler)
			got, err := httpapi.New(httpapi.Options{Retries: 3, MaxBodyBytes: limit}).Do(t.Context(), get(s.URL))
			if tt.tooLarge {
				var tooLarge *httpapi.BodyTooLargeError
				require.ErrorAs(t, err, &tooLarge)
				assert.Equal(t, &httpapi.BodyTooLargeError{Limit: limit}, tooLarge)
				assert.EqualError(t, err, "the body is larger than the limit of 1000 bytes")
			} else {
				require.NoError(t, err)
				assert.Len(t, got.Body, limit)
			}
		})
	}
}

// A body that expands when it is decompressed must not make the client allocate
// much more than the limit: the buffers while it grows add up to twice that.
func TestDo_AllocatesLittleForALargeBody(t *testing.T) {
	const limit, slack = 32 << 20, 4 << 20
	for _, tt := range []struct {
		name string
		size int
		most uint64
	}{
		{"above the limit", limit + 1<<20, 2*limit + slack},
		{"below the limit", limit - 1, 2*limit + slack},
		{"a tenth of the limit", limit / 10, 2*limit/10*2 + slack},
	} {
		t.Run(tt.name, func(t *testing.T) {
			body := zipped(t, tt.size)
			s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Encoding", "gzip")
				_, _ = w.Write(body)
			})
			c := httpapi.New(httpapi.Options{MaxBodyBytes: limit})
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			response, err := c.Do(t.Context(), get(s.URL))
			runtime.ReadMemStats(&after)
			if tt.size > limit {
				require.EqualError(t, err, "the body is larger than the limit of 33554432 bytes")
			} else {
				require.NoError(t, err)
				require.Len(t, response.Body, tt.size)
			}
			assert.Less(t, after.TotalAlloc-before.TotalAlloc, tt.most)
		})
	}
}

func TestDo_AllocatesLittleForABodyThatIsOnlyAnnounced(t *testing.T) {
	s := serve(t, closeAfter("HTTP/1.1 200 OK\r\nContent-Length: 33554432\r\n\r\n{"))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := httpapi.New(httpapi.Options{}).Do(t.Context(), get(s.URL))
	runtime.ReadMemStats(&after)
	require.EqualError(t, err, "reading the body: unexpected EOF")
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(3<<20))
}

func TestDo_ReadsBodiesOfEveryLength(t *testing.T) {
	for _, announced := range []bool{true, false} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			size, err := strconv.Atoi(r.URL.Query().Get("size"))
			assert.NoError(t, err)
			if !announced {
				_ = http.NewResponseController(w).Flush()
			}
			_, _ = w.Write(bytes.Repeat([]byte("0123456789"), size/10+1)[:size])
		}))
		c := httpapi.New(httpapi.Options{})
		for _, size := range []int{
			0, 1, 4095, 4096, 4097, 1, 8192, 8193, 1 << 20, 1<<20 + 1, 9 << 20, 9<<20 + 1, 9 << 20,
		} {
			got, err := c.Do(t.Context(), get(s.URL+"?size="+strconv.Itoa(size)))
			require.NoError(t, err)
			require.True(t, bytes.Equal(bytes.Repeat([]byte("0123456789"), size/10+1)[:size], got.Body), size)
		}
		s.Close()
	}
}

func TestDo_SaysThatTheBodyIsTruncated(t *testing.T) {
	truncated := closeAfter("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{")
	s := serve(t, truncated, truncated)
	_, err := httpapi.New(httpapi.Options{Retries: 1}).Do(t.Context(), get(s.URL))
	require.EqualError(t, err, "gave up after 2 attempts: reading the body: unexpected EOF")
}
