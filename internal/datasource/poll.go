// Package datasource gets what flags are made of: the flag configs of a
// deployment, from a stream or by polls, and the cohorts that they read. It
// does not parse flag configs.
package datasource

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/amplitude/experiment-go-server/internal/backoff"
	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

// MaxBodyBytes is the largest document that is read: 64 MiB, some 35,000 flags
// of usual size.
const MaxBodyBytes = 64 << 20

// A Load makes few retries and waits little, since a caller of Start waits for
// it.
const loadRetries = 3

var loadBackoff = backoff.Exponential{Min: 200 * time.Millisecond, Max: 2 * time.Second, Factor: 2}

// Options of a Poller. The caller has checked them; HTTPClient and Logger are
// optional.
type Options struct {
	Base          *url.URL      // of the service, see httpapi.ServerURL
	Authorization httpapi.Key   // the deployment key
	HTTPClient    *http.Client  // is copied; nil means a connection pool of the Poller's own
	Timeout       time.Duration // of each attempt, from connecting to the last byte; 0 means no limit
	Logger        *slog.Logger  // gets debug lines; nil means silence
}

// Document is the flag configs of a deployment as the service sent them.
type Document struct {
	Body []byte
	ETag string // the service's name for the body; empty if it gave none, or a long one
}

// maxETagBytes is the longest ETag that is sent back to the service. A longer
// one might exceed the longest header that a server accepts, which would end
// all updates.
const maxETagBytes = 1 << 10

// Poller requests documents from the service. Any number of goroutines may use
// one. It has no goroutine of its own.
type Poller struct {
	url    string
	header http.Header
	key    httpapi.Key
	client *httpapi.Client
}

// NewPoller returns a Poller. It does not connect.
func NewPoller(options Options) *Poller {
	return &Poller{
		url:    httpapi.Endpoint(options.Base, "sdk/v2/flags", url.Values{"v": {"0"}}),
		header: http.Header{httpapi.LibraryHeader: {httpapi.Library}},
		key:    options.Authorization,
		client: httpapi.New(httpapi.Options{
			HTTPClient:   options.HTTPClient,
			Retries:      loadRetries,
			Backoff:      loadBackoff,
			Timeout:      options.Timeout,
			RetryTimeout: options.Timeout,
			MaxBodyBytes: MaxBodyBytes,
			Logger:       options.Logger,
		}),
	}
}

// Load requests the document, and retries up to 3 times after transient
// failures (no connection, a timeout, a truncated body, 429, 5xx). It ends when
// ctx does. It returns the errors of [httpapi.Client.Do].
func (p *Poller) Load(ctx context.Context) (Document, error) {
	response, err := p.client.Do(ctx, p.request())
	if err != nil {
		return Document{}, err
	}
	return documentOf(response), nil
}

// Poll requests the document in one attempt. If etag is not empty and is still
// the ETag of the document, Poll returns no document and false. It returns the
// errors of [httpapi.Client.Do]; a *[httpapi.StatusError] has the time that the
// service asks to wait before the next poll.
func (p *Poller) Poll(ctx context.Context, etag string) (document Document, changed bool, err error) {
	request := p.request()
	request.Once = true
	if etag != "" {
		request.Header = p.header.Clone()
		request.Header.Set("If-None-Match", etag)
		request.Accept = []int{http.StatusOK, http.StatusNotModified}
	}
	response, err := p.client.Do(ctx, request)
	if err != nil || response.StatusCode == http.StatusNotModified {
		return Document{}, false, err
	}
	return documentOf(response), true, nil
}

// CloseIdleConnections closes the connections that no request uses, unless they
// belong to the caller's HTTPClient.
func (p *Poller) CloseIdleConnections() { p.client.CloseIdleConnections() }

func (p *Poller) request() *httpapi.Request {
	return &httpapi.Request{Method: http.MethodGet, URL: p.url, Header: p.header, Key: p.key}
}

func documentOf(response *httpapi.Response) Document {
	document := Document{Body: response.Body, ETag: response.Header.Get("ETag")}
	if len(document.ETag) > maxETagBytes {
		document.ETag = ""
	}
	return document
}
