// Package flagsource gets the flag configs of a deployment from the service.
package flagsource

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

// MaxBodyBytes is the largest document that is read: 64 MiB, some 35,000 flags
// of usual size.
const MaxBodyBytes = 64 << 20

// The retries of a Load. There are few, as somebody waits for it.
const (
	loadRetries    = 3
	loadBackoffMin = 200 * time.Millisecond
	loadBackoffMax = 2 * time.Second
	loadBackoffBy  = 2
)

// Options of a Source. All but HTTPClient and Logger are needed, and have been
// checked by the caller.
type Options struct {
	// Base is where the service is, see httpapi.ServerURL.
	Base *url.URL
	// Authorization is the header of that name.
	Authorization string
	// HTTPClient is copied; nil is connections of the Source's own.
	HTTPClient *http.Client
	// Timeout is for each attempt, from connecting to the last byte; 0 is none.
	Timeout time.Duration
	// Logger gets debug lines; nil is silence.
	Logger *slog.Logger
}

// Document is flag configs as the service sent them.
type Document struct {
	Body []byte
	// ETag is the service's name for the body; empty if it gave none.
	ETag string
}

// Source gets documents. Any number of goroutines may use one.
type Source struct {
	url    string
	header http.Header
	// load retries and poll does not; they share their connections.
	load *httpapi.Client
	poll *httpapi.Client
	pool *http.Client // nil if the connections are the caller's
}

// New makes a Source. It does not connect.
func New(options Options) *Source {
	s := &Source{
		url:    httpapi.Endpoint(options.Base, "sdk/v2/flags", url.Values{"v": {"0"}}),
		header: http.Header{},
	}
	s.header.Set("Authorization", options.Authorization)
	s.header.Set(httpapi.LibraryHeader, httpapi.Library)
	client := options.HTTPClient
	if client == nil {
		s.pool = retryablehttp.NewClient().HTTPClient
		client = s.pool
	}
	poll := httpapi.Options{
		HTTPClient: client, Timeout: options.Timeout, MaxBodyBytes: MaxBodyBytes, Logger: options.Logger,
	}
	s.poll = httpapi.New(poll)
	load := poll
	load.Retries, load.RetryTimeout = loadRetries, options.Timeout
	load.BackoffMin, load.BackoffMax, load.BackoffScalar = loadBackoffMin, loadBackoffMax, loadBackoffBy
	s.load = httpapi.New(load)
	return s
}

// Load gets the document. What may pass (no connection, a time-out, a body cut
// off, 429, 5xx) is tried again, 3 times at most. It ends when the context does.
//
// The errors are those of [httpapi.Client.Do].
func (s *Source) Load(ctx context.Context) (Document, error) {
	response, err := s.load.Do(ctx, &httpapi.Request{Method: http.MethodGet, URL: s.url, Header: s.header})
	if err != nil {
		return Document{}, err
	}
	return documentOf(response), nil
}

// Poll gets the document in one attempt, unless it is still the one with the
// ETag given, if one is given: then changed is false. The errors are those of
// [httpapi.Client.Do].
func (s *Source) Poll(ctx context.Context, etag string) (document Document, changed bool, err error) {
	request := &httpapi.Request{Method: http.MethodGet, URL: s.url, Header: s.header}
	if etag != "" {
		request.Header = s.header.Clone()
		request.Header.Set("If-None-Match", etag)
		request.Accept = []int{http.StatusOK, http.StatusNotModified}
	}
	response, err := s.poll.Do(ctx, request)
	if err != nil || response.StatusCode == http.StatusNotModified {
		return Document{}, false, err
	}
	return documentOf(response), true, nil
}

// CloseIdleConnections closes the connections that no request uses, unless they
// belong to the caller's HTTPClient.
func (s *Source) CloseIdleConnections() {
	if s.pool != nil {
		s.pool.CloseIdleConnections()
	}
}

func documentOf(response *httpapi.Response) Document {
	return Document{Body: response.Body, ETag: response.Header.Get("ETag")}
}
