//go:build cgo

package local_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experimenttest"
	"github.com/amplitude/experiment-go-server/internal/testservice"
	"github.com/amplitude/experiment-go-server/local"
)

// The environment of a process that a test starts to kill it.
const (
	childPath     = "LOCAL_TEST_CHILD_PATH" // the CacheFile
	childURL      = "LOCAL_TEST_CHILD_URL"  // of the fake service
	childWithhold = "LOCAL_TEST_CHILD_WITHHOLD"
)

// runUntilKilled runs a client with a CacheFile. It writes a byte to standard
// output for each update, and does not return. The process ends with the one
// that started it, whose end closes standard input.
func runUntilKilled(path string) {
	server := &experimenttest.Server{
		URL:    os.Getenv(childURL),
		APIKey: experimenttest.DefaultAPIKey, SecretKey: experimenttest.DefaultSecretKey,
	}
	config := chaosConfig(server, nil, path, os.Getenv(childWithhold) != "")
	client, err := local.InitializeAdjusted(experimenttest.DefaultDeploymentKey, config, hasten)
	if err != nil {
		panic(err)
	}
	client.OnUpdate(func(local.Update) { _, _ = os.Stdout.Write([]byte{'.'}) })
	if err := client.Start(context.Background()); err != nil {
		panic(err)
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(1)
}

// child is a process that runs a client.
type child struct {
	*exec.Cmd
	updates *bufio.Reader
}

// startChild starts a process with a client.
func startChild(t *testing.T, path, url string, withhold bool) *child {
	t.Helper()
	c := &child{Cmd: exec.Command(os.Args[0])}
	c.Env = append(os.Environ(), childPath+"="+path, childURL+"="+url)
	if withhold {
		c.Env = append(c.Env, childWithhold+"=yes")
	}
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	require.NoError(t, err)
	c.updates = bufio.NewReader(out)
	_, err = c.StdinPipe() // open until the process has ended
	require.NoError(t, err)
	require.NoError(t, c.Start())
	t.Cleanup(func() {
		_ = c.Process.Kill() // fails if the test has killed it
		_ = c.Wait()
	})
	return c
}

// awaitUpdates waits until the client has had n more updates.
func (c *child) awaitUpdates(t *testing.T, n int) {
	t.Helper()
	_, err := c.updates.Discard(n)
	require.NoError(t, err, "the process has ended")
}

// kill ends the process as kill -9 does.
func (c *child) kill(t *testing.T) {
	t.Helper()
	require.NoError(t, c.Process.Kill())
	var exit *exec.ExitError
	require.ErrorAs(t, c.Wait(), &exit)
	require.False(t, exit.Exited(), "the process was not killed, but ended with %v", exit)
}

// changingWorld returns a world whose flags and cohorts change as fast as they
// can be published, until the test ends.
func changingWorld(t *testing.T) *world {
	server, err := experimenttest.NewServer(&experimenttest.Config{Keepalive: 50 * time.Millisecond})
	require.NoError(t, err)
	w, err := newWorld(server)
	require.NoError(t, err)
	var changing sync.WaitGroup
	var stop atomic.Bool
	changing.Add(1)
	go func() {
		defer changing.Done()
		for r := rand.New(rand.NewPCG(1, 2)); !stop.Load(); {
			assert.NoError(t, errors.Join(w.changeFlags(), w.changeRole(oneOf(r, roles...))))
			// This paces the changes. Nothing needs the time to pass.
			time.Sleep(time.Duration(r.IntN(3000)) * time.Microsecond)
		}
	}()
	t.Cleanup(func() {
		stop.Store(true)
		changing.Wait()
		server.Close()
	})
	return w
}

// closedURL returns the URL of a service that is down.
func closedURL(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	return "http://" + listener.Addr().String()
}

// startWithoutService starts a client from a file while the service is down,
// and checks that every answer is of one published state. It returns the
// version of the flags.
func startWithoutService(t *testing.T, w *world, path string, withhold bool) int {
	t.Helper()
	server := &experimenttest.Server{URL: closedURL(t), APIKey: "a", SecretKey: "s"}
	client, err := local.InitializeAdjusted(
		experimenttest.DefaultDeploymentKey, chaosConfig(server, nil, path, withhold), hasten)
	require.NoError(t, err)
	defer func() { require.NoError(t, client.Close()) }()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	require.NoError(t, client.Start(ctx))
	l := &life{client: client, withhold: withhold, cohorts: map[string]int{}}
	status, err := l.status()
	require.NoError(t, err)
	require.Equal(t, local.SourceFile, status.Source)
	require.True(t, status.Stale)
	require.False(t, status.ConfirmedAt.IsZero())
	for id, c := range cohortsIn(status) {
		require.LessOrEqual(t, c, w.version(id), "cohort %q", id)
	}
	e := &evaluator{world: w}
	r := rand.New(rand.NewPCG(1, 3))
	for i := range chaosUsers {
		require.NoError(t, e.evaluateAll(l, chaosUser(i)))
		require.NoError(t, e.evaluateOne(l, chaosUser(i), r))
		require.NoError(t, e.prepare(l, chaosUser(i)))
	}
	require.Equal(t, chaosUsers, e.exact)
	require.Empty(t, client.Status().LeftOut)
	return l.flags
}

func TestCacheFile_IsGoodAfterEveryKill(t *testing.T) {
	const kills = 50
	w := changingWorld(t)
	path := filepath.Join(t.TempDir(), "flags")
	r := rand.New(rand.NewPCG(3, 4))
	versions := map[int]bool{}
	newest := 0
	for i := range kills {
		process := startChild(t, path, w.server.URL, i%2 == 0)
		process.awaitUpdates(t, 1+r.IntN(8))
		if i == 0 {
			awaitFile(t, path)
		}
		// This varies the moment of the kill. Nothing needs the time to pass.
		time.Sleep(time.Duration(r.IntN(100)) * time.Millisecond)
		process.kill(t)
		v := startWithoutService(t, w, path, i%2 == 1)
		require.GreaterOrEqual(t, v, newest, "the file went back to an older state")
		newest = v
		versions[v] = true
	}
	t.Logf("%d kills, %d different versions of the flags in the file", kills, len(versions))
	assert.Greater(t, len(versions), kills/2)
}

// awaitFile waits until the first state is on disk.
func awaitFile(t *testing.T, path string) {
	t.Helper()
	written := func() bool {
		_, err := os.Stat(path)
		return err == nil
	}
	require.Eventually(t, written, testservice.Timeout, time.Millisecond)
}

// Both processes replace the file again and again, and its parts. A process
// that is killed in the middle of it does not hold up the other one.
func TestCacheFile_IsGoodWithTwoProcesses(t *testing.T) {
	w := changingWorld(t)
	path := filepath.Join(t.TempDir(), "flags")
	first := startChild(t, path, w.server.URL, false)
	second := startChild(t, path, w.server.URL, true)
	awaitFile(t, path)
	for i := range 10 {
		first.awaitUpdates(t, 2)
		second.awaitUpdates(t, 2)
		for range 10 { // a reader may find parts that were just removed
			startWithoutService(t, w, path, i%2 == 0)
		}
	}
	first.kill(t)
	second.awaitUpdates(t, 2)
	startWithoutService(t, w, path, false)
	second.kill(t)
	startWithoutService(t, w, path, true)
}
