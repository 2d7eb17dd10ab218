//go:build cgo

package local_test

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/amplitude/experiment-go-server/experimenttest"
	"github.com/amplitude/experiment-go-server/local"
)

// The environment of the chaos test: how long it takes in all, and the seed of
// its schedule.
const (
	chaosSeconds = "CHAOS_SECONDS"
	chaosSeed    = "CHAOS_SEED"
)

// recoveryLimit is how long a client may take to have the newest state after
// the last fault. It takes a second or two; the rest is for slow machines.
const recoveryLimit = 30 * time.Second

// chaos is a client under a schedule of faults and changes. What happens in
// which order is a function of the seed alone.
type chaos struct {
	t      *testing.T
	r      *rand.Rand
	server *experimenttest.Server
	client *http.Client // nil means the SDK's own
	path   string       // of the CacheFile
	world  *world
	faults faultSchedule
	life   atomic.Pointer[life]

	lives, restored, closedByListener int
	recoveries                        []time.Duration
	slowestClose                      time.Duration
}

func TestChaos_EveryAnswerIsOfOnePublishedState(t *testing.T) {
	seconds, err := strconv.Atoi(envOr(chaosSeconds, "10"))
	require.NoError(t, err, chaosSeconds)
	if testing.Short() {
		seconds = 2
	}
	seed, err := strconv.ParseUint(envOr(chaosSeed, strconv.FormatUint(rand.Uint64(), 10)), 10, 64)
	require.NoError(t, err, chaosSeed)
	t.Logf("repeat with %s=%d", chaosSeed, seed)
	duration := time.Duration(seconds) * time.Second / 2
	t.Run("HTTP/1.1", func(t *testing.T) {
		runChaos(t, seed, duration, &experimenttest.Config{Keepalive: 50 * time.Millisecond}, nil)
	})
	t.Run("HTTP/2", func(t *testing.T) {
		config, client := secure(t)
		runChaos(t, seed, duration, config, client)
	})
}

// envOr returns a variable of the environment, or a default if it is not set.
func envOr(name, byDefault string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return byDefault
}

// secure returns the config of a server with HTTP/2, and a client for it that
// notices dead connections as fast as the test changes them.
func secure(t *testing.T) (*experimenttest.Config, *http.Client) {
	donor := httptest.NewTLSServer(http.NotFoundHandler()) // of the certificate
	defer donor.Close()
	roots := x509.NewCertPool()
	roots.AddCert(donor.Certificate())
	transport := &http.Transport{
		TLSClientConfig:   &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2: true,
		HTTP2: &http.HTTP2Config{
			SendPingTimeout: 200 * time.Millisecond, PingTimeout: 300 * time.Millisecond,
		},
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &experimenttest.Config{
		Keepalive: 50 * time.Millisecond,
		TLS:       &tls.Config{Certificates: donor.TLS.Certificates, MinVersion: tls.VersionTLS12},
	}, &http.Client{Transport: transport, Timeout: time.Second}
}

// runChaos runs rounds of faults, recovery and calm until the time is over.
func runChaos(t *testing.T, seed uint64, duration time.Duration, config *experimenttest.Config, client *http.Client) {
	ignored := goleak.IgnoreCurrent()
	// net/http logs what arrives after the end of a response.
	defer log.SetOutput(log.Writer())
	log.SetOutput(io.Discard)
	server, err := experimenttest.NewServer(config)
	require.NoError(t, err)
	defer server.Close()
	world, err := newWorld(server)
	require.NoError(t, err)
	c := &chaos{
		t: t, r: rand.New(rand.NewPCG(seed, 1)), server: server, client: client, world: world,
		path:   filepath.Join(t.TempDir(), "flags"),
		faults: faultSchedule{server: server, struck: map[string]int{}},
	}
	begin := time.Now()
	c.restart()
	evaluators, stop := c.evaluate(seed)
	for time.Since(begin) < duration && !t.Failed() {
		c.fail()
		c.recover()
		c.calm()
	}
	stop()
	c.close()
	c.report(time.Since(begin), evaluators)
	server.Close()
	if client != nil {
		client.CloseIdleConnections()
	}
	goleak.VerifyNone(t, ignored)
}

// evaluate starts goroutines that evaluate until stop is called.
func (c *chaos) evaluate(seed uint64) (evaluators []*evaluator, stop func()) {
	var stopped atomic.Bool
	var running sync.WaitGroup
	for i := range 2 {
		e := &evaluator{world: c.world, life: c.life.Load}
		evaluators = append(evaluators, e)
		running.Add(1)
		go func() {
			defer running.Done()
			e.run(c.t, rand.New(rand.NewPCG(seed, uint64(2+i))), &stopped)
		}()
	}
	return evaluators, func() {
		stopped.Store(true)
		running.Wait()
	}
}

// restart closes the client and starts another one from the same file.
func (c *chaos) restart() {
	predecessor := c.life.Load()
	if predecessor != nil {
		c.close()
	}
	config := chaosConfig(c.server, c.client, c.path, c.r.IntN(2) == 0)
	next := newLife(c.t, config, predecessor)
	c.lives++
	if next.client.Status().Source == local.SourceFile {
		c.restored++
	}
	c.life.Store(next)
	next.start(c.t, c.r)
}

// close closes the client.
func (c *chaos) close() { c.slowestClose = max(c.slowestClose, c.life.Load().close(c.t)) }

// fail makes changes while things go wrong.
func (c *chaos) fail() {
	for range 40 + c.r.IntN(60) {
		var err error
		switch p := c.r.IntN(100); {
		case p < 25:
			err = c.world.changeFlags()
		case p < 50:
			err = c.world.changeRole(oneOf(c.r, roles...))
		case p < 85:
			err = c.faults.queueOne(c.r)
		case p < 91:
			err = c.faults.drawAtRandom(c.r)
		case p < 94:
			c.faults.clear()
		case p < 96:
			c.life.Load().closesItself.Store(true)
		default:
			c.restart()
		}
		require.NoError(c.t, err)
		// This paces the schedule. Nothing needs the time to pass.
		time.Sleep(time.Duration(c.r.IntN(40)) * time.Millisecond)
	}
}

// recover ends all faults, and waits until the newest state is in use, from a
// stream that works.
func (c *chaos) recover() {
	c.faults.clear()
	begin := time.Now()
	if c.life.Load().closesItself.Load() {
		c.closedByListener++
		c.restart()
	}
	awaitNewest(c.t, c.life.Load(), c.world)
	current := func() bool {
		status := c.life.Load().client.Status()
		return status.Source == local.SourceStream && !status.Stale
	}
	assert.Eventually(c.t, current, recoveryLimit, time.Millisecond)
	c.recoveries = append(c.recoveries, time.Since(begin))
}

// calm makes changes while everything works, and waits for each.
func (c *chaos) calm() {
	for range 3 {
		require.NoError(c.t, c.world.changeFlags())
		require.NoError(c.t, c.world.changeRole(oneOf(c.r, roles...)))
		awaitNewest(c.t, c.life.Load(), c.world)
	}
}

// report logs what happened.
func (c *chaos) report(took time.Duration, evaluators []*evaluator) {
	var sum evaluator
	for _, e := range evaluators {
		sum.all += e.all
		sum.exact += e.exact
		sum.single += e.single
		sum.prepared += e.prepared
		sum.notReady += e.notReady
	}
	flags, cohorts := c.world.count()
	slices.Sort(c.recoveries)
	c.t.Logf("%v: %d versions of flags, %d of cohorts", took.Round(time.Second), flags, cohorts)
	c.t.Logf("evaluations of all flags %d, of which %d were compared with the exact state; "+
		"of one flag %d; of subjects %d; before there were flags %d",
		sum.all, sum.exact, sum.single, sum.prepared, sum.notReady)
	c.t.Logf("lives %d, from the file %d, closed by a listener %d; the slowest Close took %v",
		c.lives, c.restored, c.closedByListener, c.slowestClose.Round(time.Millisecond))
	if n := len(c.recoveries); n > 0 {
		c.t.Logf("recoveries %d, median %v, slowest %v", n,
			c.recoveries[n/2].Round(time.Millisecond), c.recoveries[n-1].Round(time.Millisecond))
	}
	c.t.Logf("faults that were queued and struck: %s", &c.faults)
}
