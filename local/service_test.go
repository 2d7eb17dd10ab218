//go:build cgo

package local_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/local"
)

const deploymentKey = "server-secret"

// service is a flag service in which each request waits until the test answers it, so that tests need no sleeps: since polls
// do not overlap, the next request is there only when the answer to the last one has been dealt with.
type service struct {
	*httptest.Server
	requests chan *exchange
	gone     chan struct{}
}

type exchange struct {
	*http.Request
	reply chan http.HandlerFunc
}

func newService(t *testing.T) *service {
	s := &service{requests: make(chan *exchange), gone: make(chan struct{})}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e := &exchange{r, make(chan http.HandlerFunc, 1)}
		for asked := s.requests; ; asked = nil {
			select {
			case asked <- e:
			case answer := <-e.reply:
				answer(w, r)
				return
			case <-r.Context().Done():
				return
			case <-s.gone:
				return
			}
		}
	}))
	t.Cleanup(func() {
		close(s.gone)
		s.Server.Close()
	})
	return s
}

// patience is for what happens at once in a program that works.
const patience = 20 * time.Second

// next waits for a request.
func (s *service) next(t *testing.T) *exchange {
	t.Helper()
	select {
	case e := <-s.requests:
		return e
	case <-time.After(patience):
		require.FailNow(t, "no request came")
		return nil
	}
}

// answer waits for a request, answers it, and waits for the one after it, which it returns unanswered.
func (e *exchange) answer(t *testing.T, s *service, answer http.HandlerFunc) *exchange {
	t.Helper()
	e.reply <- answer
	return s.next(t)
}

// answerAll gives every request the same answer, until the service is gone.
func (s *service) answerAll(answer http.HandlerFunc) {
	for {
		select {
		case e := <-s.requests:
			e.reply <- answer
		case <-s.gone:
			return
		}
	}
}

func flags(document string) http.HandlerFunc { return tagged(document, "") }

func tagged(document, etag string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if etag != "" {
			w.Header().Set("ETag", etag)
		}
		_, _ = w.Write([]byte(document))
	}
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// cut declares more than it sends.
func cut(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	_, _ = w.Write([]byte(`[{"key":"f"`))
}

// oversized declares a body above every limit.
func oversized(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000000000")
	w.WriteHeader(http.StatusOK)
}

// document has the flags, each of which gives everybody a variant of the value.
func document(value string, flagKeys ...string) string {
	entries := make([]string, len(flagKeys))
	for i, key := range flagKeys {
		entries[i] = fmt.Sprintf(`{"key":%q,"segments":[{"variant":"v"}],"variants":{"v":{"key":"v","value":%q}}}`, key, value)
	}
	return "[" + strings.Join(entries, ",") + "]"
}

// config polls so often that tests do not wait, and lets requests wait for their answer.
func config(s *service) *local.Config {
	return &local.Config{
		ServerURL:                 s.URL,
		FlagConfigPollingInterval: time.Millisecond,
		FlagConfigRequestTimeout:  local.NoTimeout,
		Logger:                    slog.New(slog.DiscardHandler),
	}
}

func initialize(t testing.TB, config *local.Config) *local.Client {
	client, err := local.Initialize(deploymentKey, config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	return client
}

// start starts the client with the first answer, and returns the first poll.
func start(t *testing.T, s *service, client *local.Client, first http.HandlerFunc) *exchange {
	t.Helper()
	result := started(t, client)
	s.next(t).reply <- first
	require.NoError(t, receive(t, result))
	return s.next(t)
}

// started is where the result of a Start in the background comes.
func started(t *testing.T, client *local.Client) <-chan error {
	result := make(chan error, 1)
	go func() { result <- client.Start(t.Context()) }()
	return result
}

// closeNow fails if Close waits for what it should have stopped.
func closeNow(t *testing.T, client *local.Client) {
	t.Helper()
	result := make(chan error, 1)
	go func() { result <- client.Close() }()
	require.NoError(t, receive(t, result))
}

func receive[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case value := <-from:
		return value
	case <-time.After(patience):
		require.FailNow(t, "nothing came")
		panic("unreachable")
	}
}

// value is that of the variant of a flag, for anybody.
func value(t *testing.T, client *local.Client, flagKey string) string {
	t.Helper()
	variant, ok := client.Variant(&experiment.User{UserID: "u1"}, flagKey)
	require.True(t, ok, "flag %q gives nothing", flagKey)
	return variant.Value
}

// logged is the lines of a log.
type logged struct {
	mu  sync.Mutex
	out bytes.Buffer
}

func newLog() (*slog.Logger, *logged) {
	l := &logged{}
	return slog.New(slog.NewJSONHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug})), l
}

func (l *logged) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.out.Write(line)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.out.String()
}

// of is the messages of a level, in order.
func (l *logged) of(t *testing.T, level slog.Level) []string {
	messages := []string{}
	for line := range strings.Lines(l.String()) {
		var record struct{ Level, Msg string }
		require.NoError(t, json.Unmarshal([]byte(line), &record))
		if record.Level == level.String() {
			messages = append(messages, record.Msg)
		}
	}
	return messages
}
