//go:build cgo

package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/amplitude/experiment-go-server/internal/datasource"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// shortSchedule returns the schedule of a small fleet that waits little.
func shortSchedule(clients int) schedule {
	const ms = time.Millisecond
	timing := datasource.Timing{
		Reconnect: time.Hour, ReconnectJitter: ms,
		Retry: 100 * ms, RetryJitter: 50 * ms,
		FirstPoll: 50 * ms,
	}
	planned := timing
	planned.Reconnect, planned.ReconnectJitter = 100*ms, 50*ms
	return schedule{
		clients:  clients,
		polls:    4,
		refusals: 1,
		interval: 60 * ms,
		connect:  30 * time.Second,
		timing:   timing,
		planned:  planned,
		patience: time.Minute,
	}
}

func TestMeasure_SeesEachRequestOfEachClient(t *testing.T) {
	const clients = 50
	m, err := measure(t.Context(), shortSchedule(clients))
	require.NoError(t, err)

	for _, r := range rows(m) {
		assert.Len(t, r.times, clients, r.name)
	}
	for _, a := range m.polling {
		require.Equal(t, arrival{client: a.client, kind: poll, at: a.at}, a, "clients that poll do nothing else")
	}
	for _, a := range m.streaming {
		require.Equal(t, arrival{client: a.client, kind: stream, at: a.at}, a, "streams that work need no polls")
	}
	for _, a := range m.outage {
		if a.refused {
			require.LessOrEqual(t, a.at, m.recovered)
		} else {
			require.GreaterOrEqual(t, a.at, m.recovered)
		}
	}
}

func TestServiceAwait_EndsWithItsContext(t *testing.T) {
	s, err := newService([]byte("[]"))
	require.NoError(t, err)
	defer s.close()
	s.record(arrival{client: 1})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = s.await(ctx, 3, 1, isPoll)
	require.EqualError(t, err, "awaiting requests: 2 of 3 clients have not sent 1 of them: context canceled")
}

func TestRun_WritesThePlotAndTheTable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "fleet.svg")
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &out, file, shortSchedule(3)))
	svg, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Contains(t, string(svg), "When the requests of 3 clients arrive")
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, lines, 2+len(rows(measurement{})))
	for _, line := range lines[2:] {
		assert.Contains(t, line, " | 3 | ")
	}
}

func TestRun_ReturnsTheErrorOfTheFile(t *testing.T) {
	err := run(t.Context(), new(bytes.Buffer), t.TempDir(), shortSchedule(1))
	require.ErrorContains(t, err, "is a directory")
}
