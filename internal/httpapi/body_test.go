package httpapi_test

import (
	"bytes"
	"net/http"
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

func TestDo_SaysThatTheBodyIsTruncated(t *testing.T) {
	truncated := closeAfter("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{")
	s := serve(t, truncated, truncated)
	_, err := httpapi.New(httpapi.Options{Retries: 1}).Do(t.Context(), get(s.URL))
	require.EqualError(t, err, "gave up after 2 attempts: reading the body: unexpected EOF")
}
