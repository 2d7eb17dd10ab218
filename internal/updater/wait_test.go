package updater

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/datasource"
	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

func TestWait_ObeysRetryAfterUpToTenIntervals(t *testing.T) {
	const interval = 30 * time.Second
	after := func(d time.Duration) error {
		return fmt.Errorf("polling: %w", &httpapi.StatusError{StatusCode: 429, RetryAfter: d})
	}
	for _, tt := range []struct {
		name           string
		err            error
		atLeast, below time.Duration
	}{
		{"success", nil, 27 * time.Second, 33*time.Second + 1},
		{"another failure", errors.New("no connection"), 27 * time.Second, 33*time.Second + 1},
		{"sooner", after(time.Second), 27 * time.Second, 33*time.Second + 1},
		{"later", after(time.Minute), time.Minute, 66*time.Second + 1},
		{"too late", after(24 * time.Hour), 5 * time.Minute, 330*time.Second + 1},
		{"never", after(math.MaxInt64), 5 * time.Minute, 330*time.Second + 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := &loader{lastErr: tt.err}
			for range 1000 {
				wait := l.wait(interval, 0.1)
				assert.GreaterOrEqual(t, wait, tt.atLeast)
				assert.Less(t, wait, tt.below)
			}
		})
	}
	l := &loader{lastErr: after(math.MaxInt64)}
	assert.Positive(t, l.wait(math.MaxInt64, 0.5), "a sum that does not overflow")
}

func TestPoll_RemembersTheRetryAfterOfTheService(t *testing.T) {
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "120")
		w.WriteHeader(http.StatusTooManyRequests)
	}))
	defer service.Close()
	base, err := url.Parse(service.URL)
	require.NoError(t, err)
	logger := slog.New(slog.DiscardHandler)
	source := datasource.NewPoller(datasource.Options{Base: base, Logger: logger})
	defer source.CloseIdleConnections()
	l := &loader{source: source, published: &published{}, logger: logger}
	l.poll(t.Context())
	require.Error(t, l.lastErr)
	assert.GreaterOrEqual(t, l.wait(time.Minute, 0.1), 2*time.Minute)
}
