package httpapi_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

func TestDo_EndsAnAttemptThatStalls(t *testing.T) {
	t.Parallel()
	const inBody = "the response brought less than 1 KiB/s for 50ms"
	for name, behave := range brokenServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serveBroken(t, behave)
			var got bodies
			_, err := httpapi.New(httpapi.Options{StallTimeout: 50 * time.Millisecond, Retries: 1}).
				Do(t.Context(), getTo(s.URL, got.read))
			var timeout interface{ Timeout() bool }
			if assert.ErrorAs(t, err, &timeout) {
				assert.True(t, timeout.Timeout())
			}
			require.ErrorContains(t, err, "gave up after 2 attempts: ")
			if strings.HasPrefix(name, "drips a body") {
				assert.ErrorContains(t, err, inBody)
			}
		})
	}
	t.Run("without Read", func(t *testing.T) {
		t.Parallel()
		s := serveBroken(t, brokenServers["hangs in the body"])
		_, err := httpapi.New(httpapi.Options{StallTimeout: 50 * time.Millisecond}).Do(t.Context(), get(s.URL))
		require.EqualError(t, err, "reading the body: "+inBody)
	})
}

func TestDo_LetsASlowBodyComeWhileItMakesProgress(t *testing.T) {
	t.Parallel()
	const stall, parts = time.Second, 15
	part := bytes.Repeat([]byte("x"), 2<<10)
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		for range parts {
			_, _ = w.Write(part)
			_ = http.NewResponseController(w).Flush()
			time.Sleep(stall / 10) // longer than the timeout in all
		}
	})
	var got bodies
	_, err := httpapi.New(httpapi.Options{StallTimeout: stall}).Do(t.Context(), getTo(s.URL, got.read))
	require.NoError(t, err)
	require.Len(t, got, 1)
	assert.Len(t, got[0], parts*len(part))
}

func TestDo_LetsReadTakeItsTime(t *testing.T) {
	t.Parallel()
	const stall = 50 * time.Millisecond
	body := strings.Repeat("x", 100<<10)
	s := serve(t, respond(200, body))
	half := make([]byte, len(body)/2)
	_, err := httpapi.New(httpapi.Options{StallTimeout: stall}).
		Do(t.Context(), getTo(s.URL, func(body io.Reader) error {
			if _, err := io.ReadFull(body, half); err != nil {
				return err
			}
			time.Sleep(3 * stall)
			_, err := io.ReadFull(body, half)
			return err
		}))
	require.NoError(t, err)
}

func TestDo_EndsAStalledAttemptWithTheContext(t *testing.T) {
	t.Parallel()
	for name, behave := range brokenServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			var got bodies
			_, err := httpapi.New(httpapi.Options{StallTimeout: time.Hour, Retries: 3}).
				Do(ctx, getTo(serveBroken(t, behave).URL, got.read))
			require.ErrorIs(t, err, context.DeadlineExceeded)
		})
	}
}
