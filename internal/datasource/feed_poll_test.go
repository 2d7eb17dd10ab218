package datasource_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/datasource"
	"github.com/amplitude/experiment-go-server/internal/testservice"
)

func TestFeedRun_PollsWithoutAStream(t *testing.T) {
	f := newFeed(t, pollOnly, pollAtOnce)
	f.loadPoll(0)
	stop := f.run()
	poll := f.polls.Next(t).RespondAndNext(t, testservice.Body("[1]"))
	f.requireEvent(datasource.SourcePoll, "[1]")
	poll = poll.RespondAndNext(t, testservice.Status(500))
	assert.Equal(t, "status 500 Internal Server Error", f.requireFailure(datasource.SourcePoll))
	poll.RespondAndNext(t, testservice.Body("[2]"))
	f.requireEvent(datasource.SourcePoll, "[2]")
	stop()
	assert.Empty(t, f.events, "a poll that the end of Run interrupts is not a failure")
}

func TestFeedRun_SendsTheETagOfTheLastUsableDocument(t *testing.T) {
	f := newFeed(t, pollOnly, pollAtOnce)
	f.loadPoll(0)
	f.run()
	poll := f.polls.Next(t)
	for _, step := range []struct {
		name     string
		response http.HandlerFunc
		document string // "" if a failure is delivered
		etag     string // of the next poll
	}{
		{"304 keeps it", testservice.Status(http.StatusNotModified), "-", `"0"`},
		{"a document that is not usable", testservice.BodyWithETag("bad", `"bad"`), "bad", `"0"`},
		{"a failure", testservice.Status(500), "", `"0"`},
		{"a new document", testservice.BodyWithETag("[1]", `"1"`), "[1]", `"1"`},
		{"a document without one", testservice.Body("[2]"), "[2]", ""},
	} {
		poll = poll.RespondAndNext(t, step.response)
		if step.document == "" {
			f.requireFailure(datasource.SourcePoll)
		} else {
			f.requireEvent(datasource.SourcePoll, step.document)
		}
		assert.Equal(t, step.etag, poll.Header.Get("If-None-Match"), step.name)
	}
}

func TestFeedLoad_KeepsNoETagOfAnUnusableDocument(t *testing.T) {
	f := newFeed(t, pollOnly, pollAtOnce)
	done := f.load(t.Context())
	f.polls.Next(t).Respond(testservice.BodyWithETag("bad", `"bad"`))
	require.Error(t, testservice.Receive(t, done))
	f.run()
	assert.NotContains(t, f.polls.Next(t).Header, "If-None-Match")
}

func TestFeedRun_DoesNotOverlapPolls(t *testing.T) {
	f := newFeed(t, pollOnly, pollAtOnce)
	f.loadPoll(0)
	f.run()
	poll := f.polls.Next(t)
	time.Sleep(20 * time.Millisecond) // many intervals
	f.polls.RequireNoRequest(t)
	poll.RespondAndNext(t, testservice.Body("[1]"))
	f.requireEvent(datasource.SourcePoll, "[1]")
}

func TestFeedRun_PollsAtOnceWithoutALoad(t *testing.T) {
	f := newFeed(t, pollOnly)
	f.run()
	f.polls.Next(t).Respond(testservice.Body("[1]"))
	f.requireEvent(datasource.SourcePoll, "[1]")
}

func TestFeedRun_WaitsAnIntervalAfterALoad(t *testing.T) {
	f := newFeed(t, pollOnly)
	f.loadPoll(0)
	f.run()
	time.Sleep(20 * time.Millisecond) // a poll without a wait would be here
	f.polls.RequireNoRequest(t)
}

func TestFeedRun_ReturnsAtOnceIfThereIsNothingToDo(t *testing.T) {
	f := newFeed(t, pollOnly, func(o *datasource.FeedOptions) { o.Interval = 0 })
	f.Run(t.Context(), f.deliver)
}
