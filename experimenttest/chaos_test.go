package experimenttest_test

import (
	"context"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experimenttest"
)

// draws returns the faults of n requests to each of two endpoints, and of n
// turns of a stream.
func draws(t *testing.T, seed uint64, rate float64, n int) []string {
	t.Helper()
	server := start(t, nil)
	require.NoError(t, server.Chaos(seed, rate))
	var drawn []string
	for i := range n {
		drawn = append(drawn, server.Draw(experimenttest.EndpointFlags, i+1),
			server.Draw(experimenttest.EndpointStream, i+1), server.DrawStrike(1, i+1))
	}
	return drawn
}

func TestChaos_DependsOnTheSeed(t *testing.T) {
	const n = 100
	first := draws(t, 7, 0.5, n)
	assert.Equal(t, first, draws(t, 7, 0.5, n))
	assert.NotEqual(t, first, draws(t, 8, 0.5, n))
	none := fmt.Sprintf("%+v", experimenttest.Fault{})
	assert.InDelta(t, n, countOf(none, first), 25, "half of the requests draw no fault")
	assert.Equal(t, 2*n, countOf(none, draws(t, 7, 0, n)))
	assert.Zero(t, countOf(none, draws(t, 7, 1, n)))
	slices.Sort(first)
	assert.Greater(t, len(slices.Compact(first)), n/2, "many kinds of faults are drawn")
}

// countOf returns how often a string occurs in a list.
func countOf(s string, list []string) int {
	n := 0
	for _, other := range list {
		if other == s {
			n++
		}
	}
	return n
}

func TestChaos_DrawsOnlyValidFaults(t *testing.T) {
	server := start(t, nil)
	for _, endpoint := range []experimenttest.Endpoint{
		experimenttest.EndpointFlags, experimenttest.EndpointStream, experimenttest.EndpointCohort,
	} {
		for number := range 1000 {
			require.NoError(t, server.CheckDraw(endpoint, number))
		}
	}
}

func TestChaos_FailsRequests(t *testing.T) {
	server := start(t, &experimenttest.Config{Flags: []byte(flagsOf)})
	require.NoError(t, server.Chaos(1, 1, experimenttest.EndpointFlags))
	for body := flagsOf; body == flagsOf; {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		request, err := http.NewRequestWithContext(ctx, "GET", server.URL+"/sdk/v2/flags", http.NoBody)
		require.NoError(t, err)
		request.Header.Set("Authorization", "Api-Key "+server.DeploymentKey)
		body = ""
		if got, err := http.DefaultClient.Do(request); err == nil {
			received, _ := io.ReadAll(got.Body) // any error is a fault
			_ = got.Body.Close()
			body = string(received)
		}
		cancel()
	}
}

func TestChaos_SparesOtherEndpoints(t *testing.T) {
	server := start(t, nil)
	require.NoError(t, server.SetVariants(nil))
	require.NoError(t, server.Chaos(1, 1, experimenttest.EndpointStream, experimenttest.EndpointCohort))
	for range 20 {
		got := send(t, server, "GET", "/sdk/v2/flags", nil, "")
		assert.Equal(t, "[]", got.body)
	}
}

func TestChaos_LetsQueuedFaultsComeFirst(t *testing.T) {
	server := start(t, nil)
	require.NoError(t, server.Chaos(1, 1))
	require.NoError(t, server.Fail(experimenttest.EndpointFlags, experimenttest.Fault{Status: 418, Times: 20}))
	for range 20 {
		assert.Equal(t, 418, send(t, server, "GET", "/sdk/v2/flags", nil, "").status)
	}
}

// Every request and every stream fails in some way. Those that would last for
// ever end when the faults are cleared.
func TestClearFaults_EndsChaos(t *testing.T) {
	for seed := range uint64(3) {
		server := start(t, &experimenttest.Config{Flags: []byte(flagsOf)})
		opened := open(t, server)
		opened.requireEvent(t, "data: "+flagsOf+"\n\n")
		require.NoError(t, server.Chaos(seed, 1))
		const each = 100
		var requests sync.WaitGroup
		for _, path := range []string{"/sdk/v2/flags", "/sdk/stream/v1/flags"} {
			for range each {
				requests.Add(1)
				go func() {
					defer requests.Done()
					_, _ = do(t, server, "GET", path, http.Header{"Connection": {"close"}}, "") // anything may happen
				}()
			}
		}
		require.NoError(t, server.AwaitRequests(t.Context(), experimenttest.EndpointFlags, each))
		require.NoError(t, server.AwaitRequests(t.Context(), experimenttest.EndpointStream, each+1))
		server.ClearFaults()
		assert.Equal(t, flagsOf, send(t, server, "GET", "/sdk/v2/flags", nil, "").body)
		server.Close() // ends streams that did not fail before the faults were cleared
		requests.Wait()
	}
}

func TestChaos_EndsOpenStreams(t *testing.T) {
	for seed := range uint64(12) {
		server := start(t, &experimenttest.Config{Keepalive: time.Millisecond})
		stream := open(t, server)
		stream.requireEvent(t, "data: []\n\n")
		require.NoError(t, server.Chaos(seed, 1, experimenttest.EndpointStream))
		// The stream draws at each keepalive, and each draw strikes at once or
		// within a few bytes. A stream that stalls ends with the faults.
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			for {
				if _, err := stream.event(); err != nil {
					return
				}
			}
		}()
		select {
		case <-ended:
		case <-time.After(100 * time.Millisecond):
			server.ClearFaults()
			<-ended
		}
	}
}

func TestChaos_RejectsValuesOutOfRange(t *testing.T) {
	server := start(t, nil)
	for _, rate := range []float64{-0.1, 1.1, math.NaN()} {
		require.EqualError(t, server.Chaos(1, rate),
			fmt.Sprintf("starting chaos: the rate %v is not from 0 to 1", rate))
	}
	require.EqualError(t, server.Chaos(1, 1, "other"), `starting chaos: unknown endpoint "other"`)
}
