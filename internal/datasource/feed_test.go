package datasource_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/datasource"
	"github.com/amplitude/experiment-go-server/internal/testservice"
)

// atOnce is a schedule in which everything that a test waits for happens at
// once. The planned reconnect is far away.
var atOnce = datasource.Timing{
	Reconnect: time.Hour,
	Retry:     10 * time.Millisecond, RetryJitter: 5 * time.Millisecond,
	FirstPoll: time.Millisecond,
}

// never is an interval that no test waits for.
const never = time.Hour

// delivered is an Event in a form that is easy to compare.
type delivered struct {
	source   datasource.Source
	document string // "-" if there is none
	err      string
}

var errUnusable = errors.New("the receiver rejects the document")

// feedTest has a Feed, the two services that it asks, and what it delivers. The
// document "bad" is rejected.
type feedTest struct {
	*datasource.Feed
	t              *testing.T
	streams, polls *testservice.Service
	events         chan delivered
	inDeliver      sync.Mutex
}

// newFeed returns a Feed with a stream. The end of the test closes it.
func newFeed(t *testing.T, change ...func(*datasource.FeedOptions)) *feedTest {
	t.Helper()
	f := &feedTest{
		t:       t,
		streams: testservice.New(t),
		polls:   testservice.New(t),
		events:  make(chan delivered, 1000),
	}
	base, key := baseAndKey(t, f.polls.URL)
	options := datasource.FeedOptions{
		Poller:   datasource.NewPoller(datasource.Options{Base: base, Authorization: key}),
		Stream:   newStream(t, f.streams.URL),
		Interval: never,
		Timing:   atOnce,
	}
	for _, c := range change {
		c(&options)
	}
	f.Feed = datasource.NewFeed(options)
	t.Cleanup(f.Close)
	return f
}

// pollOnly takes the stream away.
func pollOnly(o *datasource.FeedOptions) { o.Stream = nil }

// pollAtOnce makes polls follow each other at once.
func pollAtOnce(o *datasource.FeedOptions) { o.Interval = time.Millisecond }

// deliver records an event.
func (f *feedTest) deliver(e datasource.Event) error {
	assert.True(f.t, f.inDeliver.TryLock(), "two calls of deliver at a time")
	defer f.inDeliver.Unlock()
	d := delivered{e.Source, "-", ""}
	if e.Document != nil {
		d.document = string(e.Document.Body)
	}
	if e.Err != nil {
		d.err = e.Err.Error()
	}
	f.events <- d
	if d.document == "bad" {
		return errUnusable
	}
	return nil
}

// load calls Load on another goroutine.
func (f *feedTest) load(ctx context.Context) <-chan error {
	done := make(chan error, 1)
	go func() { done <- f.Load(ctx, f.deliver) }()
	return done
}

// loadStream loads the document "[0]" from the stream, and returns the server's
// side of it.
func (f *feedTest) loadStream() *openStream {
	f.t.Helper()
	done := f.load(f.t.Context())
	server := respondStream(f.t, f.streams.Next(f.t), event("[0]"))
	require.NoError(f.t, testservice.Receive(f.t, done))
	f.requireEvent(datasource.SourceStream, "[0]")
	return server
}

// loadPoll loads the document "[0]" from the poller after the stream has
// responded with a status, if there is a stream.
func (f *feedTest) loadPoll(status int) {
	f.t.Helper()
	done := f.load(f.t.Context())
	if status != 0 {
		f.streams.Next(f.t).Respond(testservice.Status(status))
		f.requireFailure(datasource.SourceStream)
	}
	f.polls.Next(f.t).Respond(testservice.BodyWithETag("[0]", `"0"`))
	require.NoError(f.t, testservice.Receive(f.t, done))
	f.requireEvent(datasource.SourcePoll, "[0]")
}

// run calls Run until the test ends. It returns a function that ends it sooner,
// and waits for that.
func (f *feedTest) run() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		f.Run(ctx, f.deliver)
	}()
	stop = func() {
		f.t.Helper()
		cancel()
		testservice.Receive(f.t, done)
	}
	f.t.Cleanup(stop)
	return stop
}

// requireEvent waits for the next event, which has to have a document, or none
// if document is "-".
func (f *feedTest) requireEvent(source datasource.Source, document string) {
	f.t.Helper()
	require.Equal(f.t, delivered{source, document, ""}, testservice.Receive(f.t, f.events))
}

// requireFailure waits for the next event, which has to be a failure, and
// returns its error.
func (f *feedTest) requireFailure(source datasource.Source) string {
	f.t.Helper()
	got := testservice.Receive(f.t, f.events)
	require.Equal(f.t, delivered{source, "-", got.err}, got)
	require.NotEmpty(f.t, got.err)
	return got.err
}

func TestFeedLoad_DeliversTheDocumentOfTheStream(t *testing.T) {
	f := newFeed(t)
	server := f.loadStream()
	f.polls.RequireNoRequest(t)
	f.Close()
	server.requireGone()
}

func TestFeedLoad_LeavesTheStreamOpenForRun(t *testing.T) {
	f := newFeed(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := f.load(ctx)
	server := respondStream(t, f.streams.Next(t), event("[0]"))
	require.NoError(t, testservice.Receive(t, done))
	cancel()
	f.requireEvent(datasource.SourceStream, "[0]")
	stop := f.run()
	server.send(event("[1]"))
	f.requireEvent(datasource.SourceStream, "[1]")
	stop()
	server.requireGone()
}

func TestFeedLoad_FallsBackToThePollerWithItsRetries(t *testing.T) {
	f := newFeed(t)
	done := f.load(t.Context())
	f.streams.Next(t).Respond(testservice.Status(404))
	assert.Contains(t, f.requireFailure(datasource.SourceStream), "the service has no stream: status 404")
	f.polls.Next(t).RespondAndNext(t, testservice.Status(500)).Respond(testservice.Body("[0]"))
	require.NoError(t, testservice.Receive(t, done))
	f.requireEvent(datasource.SourcePoll, "[0]")
}

func TestFeedLoad_FallsBackIfTheDocumentOfTheStreamIsNotUsable(t *testing.T) {
	f := newFeed(t)
	done := f.load(t.Context())
	server := respondStream(t, f.streams.Next(t), event("bad"))
	f.polls.Next(t).Respond(testservice.Body("[0]"))
	require.NoError(t, testservice.Receive(t, done))
	server.requireGone()
	f.requireEvent(datasource.SourceStream, "bad")
	f.requireEvent(datasource.SourcePoll, "[0]")
}

func TestFeedLoad_FailsIfStreamAndPollerFail(t *testing.T) {
	f := newFeed(t)
	done := f.load(t.Context())
	f.streams.Next(t).Respond(testservice.Status(404))
	f.polls.Next(t).Respond(testservice.Status(401))
	err := testservice.Receive(t, done)
	require.EqualError(t, err, "status 401 Unauthorized: the service does not know the deployment key; "+
		"is it a server deployment's key, and is ServerZone right? (before that, the stream failed: "+
		"the service has no stream: status 404 Not Found: is the path in StreamServerURL right?)")
	var none *datasource.NoStreamError
	require.ErrorAs(t, err, &none)
	f.requireFailure(datasource.SourceStream)
	assert.Empty(t, f.events, "the error of the Poller is returned, not delivered")
}

func TestFeedLoad_ReturnsTheErrorOfDeliver(t *testing.T) {
	f := newFeed(t, pollOnly)
	done := f.load(t.Context())
	f.polls.Next(t).Respond(testservice.Body("bad"))
	require.Equal(t, errUnusable, testservice.Receive(t, done))
	f.requireEvent(datasource.SourcePoll, "bad")
}

func TestFeedLoad_EndsWithItsContext(t *testing.T) {
	for _, tt := range []struct {
		name string
		wait func(t *testing.T, f *feedTest)
	}{
		{"while it connects to the stream", func(t *testing.T, f *feedTest) { f.streams.Next(t) }},
		{"while it waits for the first document", func(t *testing.T, f *feedTest) {
			respondStream(t, f.streams.Next(t), "data: [\n")
		}},
		{"while it polls", func(t *testing.T, f *feedTest) {
			f.streams.Next(t).Respond(testservice.Status(404))
			f.polls.Next(t)
			f.requireFailure(datasource.SourceStream)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := newFeed(t)
			ctx, cancel := context.WithCancel(t.Context())
			done := f.load(ctx)
			tt.wait(t, f)
			cancel()
			require.ErrorIs(t, testservice.Receive(t, done), context.Canceled)
			assert.Empty(t, f.events)
		})
	}
}

func TestFeedLoad_MayBeRepeatedAfterAFailure(t *testing.T) {
	f := newFeed(t)
	done := f.load(t.Context())
	f.streams.Next(t).Respond(testservice.Status(404))
	f.polls.Next(t).Respond(testservice.Status(401))
	require.Error(t, testservice.Receive(t, done))
	f.requireFailure(datasource.SourceStream)
	f.loadStream()
}
