//go:build cgo

package local_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experimenttest"
	"github.com/amplitude/experiment-go-server/internal/datasource"
	"github.com/amplitude/experiment-go-server/internal/updater"
	"github.com/amplitude/experiment-go-server/local"
)

// life is one client, from Initialize to Close, and what was seen of it.
type life struct {
	client   *local.Client
	withhold bool
	updated  chan struct{} // holds one, after an update
	// closesItself lets the next update close the client, from its listener.
	closesItself atomic.Bool
	starting     sync.WaitGroup

	mu      sync.Mutex
	flags   int            // the newest version that an evaluation had
	cohorts map[string]int // the newest versions that a Status had
}

// chaosConfig returns the config of a life.
func chaosConfig(server *experimenttest.Server, client *http.Client, path string, withhold bool) *local.Config {
	cohorts := &local.CohortSync{
		APIKey: server.APIKey, SecretKey: server.SecretKey, ServerURL: server.URL, MaxCohortSize: 10_000,
		Timeout: 200 * time.Millisecond,
	}
	if withhold {
		cohorts.OnMissingCohort = local.Withhold
	}
	return &local.Config{
		ServerURL:                server.URL,
		StreamServerURL:          server.URL,
		StreamUpdates:            true,
		StreamConnectTimeout:     300 * time.Millisecond,
		FlagConfigRequestTimeout: 300 * time.Millisecond,
		CohortSync:               cohorts,
		CacheFile:                path,
		StaleAfter:               time.Second,
		HTTPClient:               client,
		Logger:                   slog.New(slog.DiscardHandler),
	}
}

// hasten shortens the schedules that a Config cannot shorten.
func hasten(options *updater.Options) {
	options.Interval = 50 * time.Millisecond
	options.Timing = datasource.Timing{
		Reconnect: time.Second, ReconnectJitter: 500 * time.Millisecond,
		Retry: 100 * time.Millisecond, RetryJitter: 50 * time.Millisecond,
		FirstPoll: 20 * time.Millisecond,
	}
	options.Stream.KeepaliveLimit = 500 * time.Millisecond
	options.Cohorts.Interval = 50 * time.Millisecond
}

// newLife returns a client that is not started. It has the state of the file of
// its predecessor, which may be nil.
func newLife(t *testing.T, config *local.Config, predecessor *life) *life {
	t.Helper()
	client, err := local.InitializeAdjusted(experimenttest.DefaultDeploymentKey, config, hasten)
	require.NoError(t, err)
	l := &life{
		client:   client,
		withhold: config.CohortSync.OnMissingCohort == local.Withhold,
		updated:  make(chan struct{}, 1),
		cohorts:  map[string]int{},
	}
	client.OnUpdate(func(update local.Update) {
		assert.NotEmpty(t, update.FlagKeys)
		assert.True(t, slices.IsSorted(update.FlagKeys))
		if l.closesItself.Load() {
			assert.NoError(t, client.Close())
		}
		select {
		case l.updated <- struct{}{}:
		default:
		}
	})
	if predecessor != nil {
		last, restored := predecessor.client.Status(), client.Status()
		assert.Equal(t, last.Version, restored.Version, "the file has the last state")
		assert.True(t, restored.Stale)
		if last.Source != local.SourceNone {
			assert.Equal(t, local.SourceFile, restored.Source)
		}
	}
	return l
}

// start starts the client in one of the ways that there are. The background
// goes on when it returns.
func (l *life) start(t *testing.T, r *rand.Rand) {
	hadFlags := l.client.Status().Source != local.SourceNone
	timeout := time.Duration(1+r.IntN(300)) * time.Millisecond
	begin := func(ctx context.Context) {
		err := l.client.Start(ctx)
		var loading *local.LoadError
		switch {
		case err == nil, errors.Is(err, local.ErrClosed):
		case errors.As(err, &loading) && !hadFlags:
			l.client.StartInBackground()
		default:
			assert.NoError(t, err)
		}
	}
	switch r.IntN(3) {
	case 0:
		ctx, cancel := context.WithTimeout(t.Context(), timeout)
		defer cancel()
		begin(ctx)
	case 1: // also closed in the middle of it
		l.starting.Add(1)
		go func() {
			defer l.starting.Done()
			begin(context.Background())
		}()
	default:
		l.client.StartInBackground()
	}
}

// close closes the client and returns how long that took.
func (l *life) close(t *testing.T) time.Duration {
	t.Helper()
	begin := time.Now()
	require.NoError(t, l.client.Close())
	took := time.Since(begin)
	l.starting.Wait()
	return took
}

// seenFlags raises the newest version of the flags that was seen, and returns
// it.
func (l *life) seenFlags(v int) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.flags = max(l.flags, v)
	return l.flags
}

// status returns the client's Status, and an error if a cohort is older than
// before.
func (l *life) status() (local.Status, error) {
	l.mu.Lock()
	defer l.mu.Unlock() // no other goroutine sees a newer one meanwhile
	status := l.client.Status()
	for id, c := range cohortsIn(status) {
		if before := l.cohorts[id]; c < before {
			return status, fmt.Errorf("cohort %q went from version %d back to %d", id, before, c)
		}
		l.cohorts[id] = c
	}
	return status, nil
}

// awaitNewest waits until the newest state is in use. An update tells of each
// change.
func awaitNewest(t *testing.T, l *life, w *world) {
	t.Helper()
	want := w.newest()
	limit := time.NewTimer(recoveryLimit)
	defer limit.Stop()
	for !l.uses(want) {
		select {
		case <-l.updated:
		case <-limit.C:
			require.Fail(t, "the newest state is not in use", "wanted %+v, have %+v", want, l.client.Status())
		}
	}
}

// uses reports whether the client uses a state.
func (l *life) uses(want published) bool {
	variant, ok := l.client.Variant(chaosUser(0), "plain-0")
	have := cohortsIn(l.client.Status())
	for id, version := range want.cohorts {
		if have[id] != version {
			return false
		}
	}
	return ok && variant.Value == strconv.Itoa(want.flags)
}
