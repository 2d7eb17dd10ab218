package datasource

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

// StreamOptions are the options of a Stream. The caller has checked them;
// HTTPClient and KeepaliveLimit are optional.
type StreamOptions struct {
	Base           *url.URL      // of the service, see httpapi.ServerURL
	Authorization  httpapi.Key   // the deployment key
	HTTPClient     *http.Client  // is copied, and its Timeout ignored; nil means a connection pool of the Stream's own
	ConnectTimeout time.Duration // until the first document is here, in all; 0 means no limit
	KeepaliveLimit time.Duration // how long the service may send nothing; 0 means the constant KeepaliveLimit
}

// Stream connects to the service that sends a document at once when flags
// change. Any number of goroutines may use one. It has no goroutine of its own.
type Stream struct {
	options StreamOptions
	request *httpapi.Request
	client  *httpapi.Client
}

// NewStream returns a Stream. It does not connect.
func NewStream(options StreamOptions) *Stream {
	if options.KeepaliveLimit == 0 {
		options.KeepaliveLimit = KeepaliveLimit
	}
	return &Stream{
		options: options,
		request: &httpapi.Request{
			Method: http.MethodGet,
			URL:    httpapi.Endpoint(options.Base, "sdk/stream/v1/flags", nil),
			Header: http.Header{
				"Accept":              {eventStream},
				httpapi.LibraryHeader: {httpapi.Library},
			},
			Key:     options.Authorization,
			Service: httpapi.Stream,
		},
		client: httpapi.New(httpapi.Options{HTTPClient: options.HTTPClient}),
	}
}

// CloseIdleConnections closes the connections that no request uses, unless they
// belong to the caller's HTTPClient.
func (s *Stream) CloseIdleConnections() { s.client.CloseIdleConnections() }

const eventStream = "text/event-stream"

// NoStreamError means that the service responds, but has no stream: an
// evaluation proxy, for example.
type NoStreamError struct {
	Err error
}

func (e *NoStreamError) Error() string { return "the service has no stream: " + e.Err.Error() }
func (e *NoStreamError) Unwrap() error { return e.Err }

// noStreamStatuses are the statuses that a service without a stream gives. The
// status of an invalid key is not among them.
var noStreamStatuses = []int{
	http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusNotAcceptable,
	http.StatusGone, http.StatusNotImplemented,
}

// Connect opens a connection and returns it with the first document. It fails
// if the document is not here within the ConnectTimeout, or when ctx ends,
// which bounds Connect only: the connection stays open until it fails or is
// closed.
//
// A response that is not a stream is a *NoStreamError, any other unaccepted
// status a *[httpapi.StatusError]. Connect does not retry.
func (s *Stream) Connect(ctx context.Context) (*Connection, Document, error) {
	c := &Connection{keepaliveLimit: s.options.KeepaliveLimit}
	c.ctx, c.cancel = context.WithCancelCause(context.WithoutCancel(ctx))
	defer context.AfterFunc(ctx, func() { c.cancel(ctx.Err()) })()
	if limit := s.options.ConnectTimeout; limit > 0 {
		late := time.AfterFunc(limit, func() {
			c.cancel(fmt.Errorf("no flags arrived within the connect timeout of %s", limit))
		})
		defer late.Stop()
	}
	document, err := s.begin(c)
	if err != nil {
		c.Close()
		return nil, Document{}, err
	}
	return c, document, nil
}

// begin sends the request and reads up to the first document.
func (s *Stream) begin(c *Connection) (Document, error) {
	response, err := s.client.Open(c.ctx, s.request)
	if err != nil {
		var status *httpapi.StatusError
		if errors.As(err, &status) && slices.Contains(noStreamStatuses, status.StatusCode) {
			err = &NoStreamError{err}
		}
		return Document{}, c.explain(err)
	}
	c.body = response.Body
	contentType := response.Header.Get("Content-Type")
	if kind, _, _ := mime.ParseMediaType(contentType); kind != eventStream {
		return Document{}, &NoStreamError{fmt.Errorf("the response has the content type %.100q", contentType)}
	}
	c.silence = time.AfterFunc(c.keepaliveLimit, func() {
		c.cancel(fmt.Errorf("the service sent nothing for %s", c.keepaliveLimit))
	})
	c.events = newEventReader(c.body, maxEventBytes, func() { c.silence.Reset(c.keepaliveLimit) })
	for {
		document, changed, err := c.Next()
		if changed || err != nil {
			return document, err
		}
	}
}

// Connection is an open stream. One goroutine reads it at a time; any may
// interrupt it.
type Connection struct {
	ctx    context.Context // of the request
	cancel context.CancelCauseFunc

	body   io.ReadCloser // nil before the response
	events *eventReader

	// silence cancels the connection, unless an event or a comment arrives
	// within the keepaliveLimit. It runs only while Next waits.
	silence        *time.Timer
	keepaliveLimit time.Duration
}

// Next waits for the next event. It returns a document, or no document and
// false if the event confirms that nothing has changed. The document belongs to
// the caller.
//
// An error means that the connection has failed, or why it was interrupted.
// Bytes that arrive one by one do not keep a connection: a whole event, or a
// comment, has to arrive within the KeepaliveLimit.
func (c *Connection) Next() (document Document, changed bool, err error) {
	c.silence.Reset(c.keepaliveLimit)
	defer c.silence.Stop()
	data, err := c.events.next()
	// An event that arrived together with the interruption is not used.
	if c.ctx.Err() != nil || err != nil {
		return Document{}, false, c.explain(err)
	}
	if isKeepalive(data) {
		return Document{}, false, nil
	}
	return Document{Body: bytesOf(data)}, true, nil
}

// Interrupt makes the current Next, and each one after it, return err.
func (c *Connection) Interrupt(err error) { c.cancel(err) }

// Close ends the connection. It must not be called during a Next.
func (c *Connection) Close() {
	c.cancel(context.Canceled)
	if c.silence != nil {
		c.silence.Stop()
	}
	if c.body != nil {
		_ = c.body.Close()
	}
}

// explain returns why the connection was interrupted, or err if it was not.
func (c *Connection) explain(err error) error {
	if cause := context.Cause(c.ctx); cause != nil {
		return cause
	}
	return err
}
