package datasource

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

	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

func TestDefaultTiming_IsTheScheduleOfTheProtocol(t *testing.T) {
	assert.Equal(t, Timing{
		Reconnect: 15 * time.Minute, ReconnectJitter: 5 * time.Second,
		Retry: 15 * time.Second, RetryJitter: time.Second,
		FirstPoll: time.Second,
	}, NewFeed(FeedOptions{}).timing)
	assert.Equal(t, 17*time.Second, NewStream(StreamOptions{Base: &url.URL{}}).options.KeepaliveLimit)
}

func TestAround_SpreadsOverTheJitter(t *testing.T) {
	shortest, longest := time.Hour, time.Duration(0)
	for range 10_000 {
		wait := around(15*time.Second, time.Second)
		shortest, longest = min(shortest, wait), max(longest, wait)
	}
	assert.GreaterOrEqual(t, shortest, 14*time.Second)
	assert.Less(t, shortest, 14100*time.Millisecond)
	assert.LessOrEqual(t, longest, 16*time.Second)
	assert.Greater(t, longest, 15900*time.Millisecond)
}

func TestFeedPollWait_ObeysRetryAfterUpToTenIntervals(t *testing.T) {
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
			f := &Feed{interval: interval, pollErr: tt.err}
			for range 1000 {
				wait := f.pollWait(0.1)
				assert.GreaterOrEqual(t, wait, tt.atLeast)
				assert.Less(t, wait, tt.below)
			}
		})
	}
	f := &Feed{interval: math.MaxInt64, pollErr: after(math.MaxInt64)}
	assert.Positive(t, f.pollWait(0.5), "a sum that does not overflow")
}

func TestFeedPoll_RemembersTheRetryAfterOfTheService(t *testing.T) {
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "120")
		w.WriteHeader(http.StatusTooManyRequests)
	}))
	defer service.Close()
	base, err := url.Parse(service.URL)
	require.NoError(t, err)
	f := NewFeed(FeedOptions{
		Poller:   NewPoller(Options{Base: base, Logger: slog.New(slog.DiscardHandler)}),
		Interval: time.Minute,
	})
	defer f.Close()
	f.poll(t.Context(), func(Event) error { return nil })
	assert.GreaterOrEqual(t, f.pollWait(0.1), 2*time.Minute)
}

func TestFeedRetryWait_ObeysRetryAfterUpToTenTimesTheWait(t *testing.T) {
	f := NewFeed(FeedOptions{})
	for _, tt := range []struct {
		name           string
		err            error
		atLeast, below time.Duration
	}{
		{"another failure", errEnded, 14 * time.Second, 16*time.Second + 1},
		{"sooner", &httpapi.StatusError{RetryAfter: time.Second}, 14 * time.Second, 16*time.Second + 1},
		{"later", &httpapi.StatusError{RetryAfter: time.Minute}, time.Minute, 66*time.Second + 1},
		{"too late", &httpapi.StatusError{RetryAfter: time.Hour}, 150 * time.Second, 165*time.Second + 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f.streamErr = tt.err
			for range 1000 {
				wait := f.retryWait()
				assert.GreaterOrEqual(t, wait, tt.atLeast)
				assert.Less(t, wait, tt.below)
			}
		})
	}
}
