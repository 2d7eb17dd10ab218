package datasource_test

import (
	"context"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/datasource"
	"github.com/amplitude/experiment-go-server/internal/testservice"
)

func TestFeedRun_DeliversWhatTheStreamSends(t *testing.T) {
	f := newFeed(t, pollAtOnce)
	server := f.loadStream()
	f.run()
	server.send(event("[1]") + keepalive + event("[2]"))
	f.requireEvent(datasource.SourceStream, "[1]")
	f.requireEvent(datasource.SourceStream, "-")
	f.requireEvent(datasource.SourceStream, "[2]")
	time.Sleep(20 * time.Millisecond) // many intervals
	f.polls.RequireNoRequest(t)
}

func TestFeedRun_ConnectsAtOnceWithoutALoad(t *testing.T) {
	f := newFeed(t)
	f.run()
	respondStream(t, f.streams.Next(t), event("[1]"))
	f.requireEvent(datasource.SourceStream, "[1]")
	f.polls.RequireNoRequest(t)
}

func TestFeedRun_PollsAtOnceIfItCannotConnectWithoutALoad(t *testing.T) {
	f := newFeed(t)
	f.run()
	f.streams.Next(t).Respond(testservice.Status(404))
	f.requireFailure(datasource.SourceStream)
	f.polls.Next(t).Respond(testservice.Body("[1]"))
	f.requireEvent(datasource.SourcePoll, "[1]")
}

func TestFeedRun_PollsAtOnceWhenTheStreamFails(t *testing.T) {
	for _, tt := range []struct {
		name, want string
		fail       func(*openStream)
	}{
		{"the service ends it", "the service ended the stream", (*openStream).end},
		{"an event is cut", "the service ended the stream in the middle of an event", func(s *openStream) {
			s.send("data: [1]\n")
			s.end()
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := newFeed(t)
			server := f.loadStream()
			f.run()
			tt.fail(server)
			assert.Equal(t, tt.want, f.requireFailure(datasource.SourceStream))
			f.polls.Next(t).Respond(testservice.Body("[1]"))
			f.requireEvent(datasource.SourcePoll, "[1]")
		})
	}
}

func TestFeedRun_PollsUntilTheStreamDeliversAgain(t *testing.T) {
	f := newFeed(t, pollAtOnce)
	f.loadStream().end()
	f.run()
	f.requireFailure(datasource.SourceStream)
	f.polls.Next(t).Respond(testservice.Status(500))
	f.requireFailure(datasource.SourcePoll)

	// Neither a failing nor a hanging attempt disturbs the polls.
	f.streams.Next(t).Respond(testservice.Status(503))
	f.requireFailure(datasource.SourceStream)
	again := f.streams.Next(t)
	f.polls.Next(t).Respond(testservice.Status(500))
	f.requireFailure(datasource.SourcePoll)

	// A hanging poll does not disturb the stream.
	hanging := f.polls.Next(t)
	server := respondStream(t, again, keepalive+event("[2]"))
	f.requireEvent(datasource.SourceStream, "[2]")
	testservice.Receive(t, hanging.Context().Done())
	server.send(event("[4]"))
	f.requireEvent(datasource.SourceStream, "[4]")
	f.polls.RequireNoRequest(t)
}

// The first document of a slow stream may be older than what a poll has brought
// meanwhile.
func TestFeedRun_RetriesAStreamThatAPollHasOvertaken(t *testing.T) {
	f := newFeed(t, pollAtOnce)
	f.loadStream().end()
	f.run()
	f.requireFailure(datasource.SourceStream)
	slow := respondStream(t, f.streams.Next(t), "data: [1]\n")
	f.polls.Next(t).Respond(testservice.Body("[2]"))
	f.requireEvent(datasource.SourcePoll, "[2]")
	slow.requireGone()
	respondStream(t, f.streams.Next(t), event("[2]"))
	f.requireEvent(datasource.SourceStream, "[2]")
}

func TestFeedRun_TreatsAnUnusableDocumentAsAFailureOfTheStream(t *testing.T) {
	f := newFeed(t)
	server := f.loadStream()
	f.run()
	server.send(event("bad"))
	f.requireEvent(datasource.SourceStream, "bad")
	server.requireGone()
	f.polls.Next(t).Respond(testservice.Status(500))
	f.requireFailure(datasource.SourcePoll)

	server = respondStream(t, f.streams.Next(t), event("bad"))
	f.requireEvent(datasource.SourceStream, "bad")
	server.requireGone()
	respondStream(t, f.streams.Next(t), event("[2]"))
	f.requireEvent(datasource.SourceStream, "[2]")
}

func TestFeedRun_ReconnectsByPlan(t *testing.T) {
	f := newFeed(t, func(o *datasource.FeedOptions) {
		o.Timing.Reconnect, o.Timing.ReconnectJitter = 20*time.Millisecond, 5*time.Millisecond
	})
	server := f.loadStream()
	f.run()
	for range 3 {
		server.requireGone()
		server = respondStream(t, f.streams.Next(t), event("[1]"))
		f.requireEvent(datasource.SourceStream, "[1]")
	}
	f.polls.RequireNoRequest(t)

	server.requireGone()
	f.streams.Next(t).Respond(testservice.Status(500))
	assert.Equal(t, "status 500 Internal Server Error", f.requireFailure(datasource.SourceStream))
	f.polls.Next(t).Respond(testservice.Body("[2]"))
	f.requireEvent(datasource.SourcePoll, "[2]")
}

func TestFeedRun_WaitsBeforeItRetriesAStream(t *testing.T) {
	f := newFeed(t, func(o *datasource.FeedOptions) { o.Timing.Retry = never })
	f.loadStream().end()
	f.run()
	f.requireFailure(datasource.SourceStream)
	f.polls.Next(t)
	f.streams.RequireNoRequest(t)
}

func TestFeedRun_OnlyRetriesTheStreamWithoutAnInterval(t *testing.T) {
	f := newFeed(t, func(o *datasource.FeedOptions) { o.Interval = 0 })
	f.loadStream().end()
	f.run()
	f.requireFailure(datasource.SourceStream)
	f.streams.Next(t).Respond(testservice.Status(404))
	f.requireFailure(datasource.SourceStream)
	respondStream(t, f.streams.Next(t), event("[1]"))
	f.requireEvent(datasource.SourceStream, "[1]")
	f.polls.RequireNoRequest(t)
}

func TestFeedRun_WaitsAnIntervalAfterALoadThatFellBack(t *testing.T) {
	f := newFeed(t)
	f.loadPoll(404)
	f.run()
	f.streams.Next(t).Respond(testservice.Status(404))
	f.requireFailure(datasource.SourceStream)
	respondStream(t, f.streams.Next(t), event("[1]"))
	f.requireEvent(datasource.SourceStream, "[1]")
	f.polls.RequireNoRequest(t)
}

func TestFeedRun_ForgetsTheETagOnceTheStreamDelivers(t *testing.T) {
	f := newFeed(t, pollAtOnce)
	f.loadPoll(404)
	f.run()
	poll := f.polls.Next(t)
	assert.Equal(t, `"0"`, poll.Header.Get("If-None-Match"))
	server := respondStream(t, f.streams.Next(t), event("[1]"))
	f.requireEvent(datasource.SourceStream, "[1]")
	server.end()
	f.requireFailure(datasource.SourceStream)
	assert.NotContains(t, f.polls.Next(t).Header, "If-None-Match")
}

func TestFeedRun_EndsWithItsContext(t *testing.T) {
	for _, tt := range []struct {
		name string
		run  func(t *testing.T, f *feedTest) (stop func())
	}{
		{"while the stream is silent", func(_ *testing.T, f *feedTest) func() {
			f.loadStream()
			return f.run()
		}},
		{"within an event", func(_ *testing.T, f *feedTest) func() {
			server := f.loadStream()
			stop := f.run()
			server.send("data: [1")
			return stop
		}},
		{"while polls and stream hang", func(t *testing.T, f *feedTest) func() {
			f.loadStream().end()
			stop := f.run()
			f.polls.Next(t)
			f.streams.Next(t)
			f.requireFailure(datasource.SourceStream)
			return stop
		}},
		{"while it connects without a Load", func(t *testing.T, f *feedTest) func() {
			stop := f.run()
			f.streams.Next(t)
			return stop
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := newFeed(t)
			tt.run(t, f)()
			assert.Empty(t, f.events)
		})
	}
}

// blackHole swallows what it gets, and never says anything.
func blackHole(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() { _, _ = io.Copy(io.Discard, conn) }()
		}
	}()
	return "http://" + listener.Addr().String()
}

func TestFeedRun_EndsWithItsContextInABlackHole(t *testing.T) {
	url := blackHole(t)
	base, key := baseAndKey(t, url)
	f := newFeed(t, func(o *datasource.FeedOptions) {
		o.Stream = newStream(t, url, func(o *datasource.StreamOptions) { o.ConnectTimeout = short })
		o.Poller = datasource.NewPoller(datasource.Options{Base: base, Authorization: key})
	})
	stop := f.run()
	f.requireFailure(datasource.SourceStream)
	f.requireFailure(datasource.SourceStream)
	stop()
}

func TestFeedRun_DeliversNothingAfterItsContextHasEnded(t *testing.T) {
	f := newFeed(t)
	server := f.loadStream()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		f.Run(ctx, func(e datasource.Event) error {
			cancel()
			return f.deliver(e)
		})
	}()
	server.send(event("[1]") + event("[2]"))
	testservice.Receive(t, done)
	f.requireEvent(datasource.SourceStream, "[1]")
	assert.Empty(t, f.events)
}
