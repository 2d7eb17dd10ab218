package httpapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// Options of a Client. The zero value makes one attempt, without a time limit.
type Options struct {
	// HTTPClient is copied, never changed: its Transport, Jar, CheckRedirect and Timeout keep working, and the Timeout
	// counts for each attempt beside the two below. Nil is a connection pool that belongs to the Client.
	HTTPClient *http.Client

	Retries int // attempts after the first one; 0 is none

	// The wait before retry n, which counts from 0, is a random time between half and all of
	// min(BackoffMax, BackoffMin*BackoffScalar^n). If either bound is 0 there is no wait.
	BackoffMin, BackoffMax time.Duration
	BackoffScalar          float64

	Timeout      time.Duration // of the first attempt, from connecting to the last byte of the body; 0 is none
	RetryTimeout time.Duration // of each retry, likewise

	MaxBodyBytes int64        // of an answer, after decompression; 0 is DefaultMaxBodyBytes
	Logger       *slog.Logger // gets a debug line for each retry; nil is silence
}

// Client sends requests and retries them. Any number of goroutines may use one Client.
type Client struct {
	options Options
	http    http.Client
	pool    *http.Client // nil if the connections are the caller's

	// lastBody is the length of the last body that was not empty, which the next one is likely to have.
	lastBody atomic.Int64
}

// Request is one request. It is only read, and so may be shared.
type Request struct {
	Method string
	URL    string
	Header http.Header
	Body   []byte // nil is no body
	Accept []int  // the statuses that are answers; none means 200 alone. Any other is a *StatusError
}

// Response is an answer with a status that the request accepts. It belongs to the caller.
type Response struct {
	StatusCode int
	Header     http.Header
	Body       []byte
}

// New returns a Client. The options must make sense already: the callers know the names of the fields to complain about.
func New(options Options) *Client {
	c := &Client{options: options}
	if c.options.MaxBodyBytes == 0 {
		c.options.MaxBodyBytes = DefaultMaxBodyBytes
	}
	if c.options.Logger == nil {
		c.options.Logger = slog.New(slog.DiscardHandler)
	}
	if options.HTTPClient != nil {
		c.http = *options.HTTPClient
	} else {
		c.pool = retryablehttp.NewClient().HTTPClient
		c.http = *c.pool
	}
	if c.http.Transport == nil {
		c.http.Transport = http.DefaultTransport
	}
	c.http.Transport = sharedTransport{c.http.Transport}
	c.http.CheckRedirect = stayAtOrigin(c.http.CheckRedirect)
	return c
}

// Do sends the request until an attempt gives an accepted status and a whole body, an attempt fails in a way that another
// would not mend, or there are no retries left.
//
// Network errors, a time-out, a body cut off, 429 and 5xx are retried; see [StatusError] for Retry-After. Any other status
// is a *StatusError at once, and a body above the limit a *[BodyTooLargeError]. When the context ends, so does Do, whatever
// it is doing, and the error is the context's, with the failure of the last attempt if there was one.
func (c *Client) Do(ctx context.Context, r *Request) (*Response, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var body any
	if r.Body != nil {
		body = r.Body
	}
	req, err := retryablehttp.NewRequestWithContext(ctx, r.Method, r.URL, body)
	if err != nil {
		return nil, err
	}
	if r.Header != nil {
		req.Header = r.Header.Clone()
	}
	// The retrying client is made for this call alone, so that its policies can share the state of the call and each
	// attempt can have its own time-out.
	do := &call{client: c, http: c.http, accept: r.Accept}
	req.SetResponseHandler(do.read)
	retrying := retryablehttp.Client{
		HTTPClient:     &do.http,
		RetryMax:       c.options.Retries,
		RetryWaitMin:   c.options.BackoffMin,
		RetryWaitMax:   c.options.BackoffMax,
		RequestLogHook: do.begin,
		CheckRetry:     do.checkRetry,
		Backoff:        do.backoff,
		ErrorHandler:   do.giveUp,
	}
	if _, err = retrying.Do(req); err == nil {
		return do.response, nil
	}
	return nil, do.explain(ctx, err)
}

// CloseIdleConnections closes the connections that no request uses, unless they belong to the caller's HTTPClient.
func (c *Client) CloseIdleConnections() {
	if c.pool != nil {
		c.pool.CloseIdleConnections()
	}
}

// call is the state of one Do. The retrying client calls its methods one after the other, on the goroutine of Do.
type call struct {
	client   *Client
	http     http.Client // a copy, because begin sets its Timeout
	accept   []int
	attempts int
	response *Response
	cause    error // why the last attempt failed, unless the context ended it
}

// begin gives the attempt its time-out. That of http.Client covers redirects and the body too, as is wanted here.
func (d *call) begin(_ retryablehttp.Logger, _ *http.Request, retry int) {
	d.attempts = retry + 1
	limit := d.client.options.Timeout
	if retry > 0 {
		limit = d.client.options.RetryTimeout
	}
	if own := d.client.http.Timeout; own > 0 && (limit == 0 || own < limit) {
		limit = own
	}
	d.http.Timeout = limit
}

// read takes the body inside the attempt, so that one cut off or too slow is retried like any network failure.
func (d *call) read(resp *http.Response) error {
	if !d.accepts(resp.StatusCode) {
		return nil // checkRetry makes an error of it
	}
	body, err := readBody(resp, d.client.options.MaxBodyBytes, d.client.lastBody.Load())
	if err != nil {
		return err
	}
	if len(body) > 0 {
		d.client.lastBody.Store(int64(len(body)))
	}
	d.response = &Response{StatusCode: resp.StatusCode, Header: resp.Header, Body: body}
	return nil
}

func (d *call) accepts(status int) bool {
	if len(d.accept) == 0 {
		return status == http.StatusOK
	}
	return slices.Contains(d.accept, status)
}

func (d *call) checkRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if err == nil && d.accepts(resp.StatusCode) {
		return false, nil
	}
	if ctxErr := ctx.Err(); ctxErr != nil {
		return false, ctxErr
	}
	if err != nil {
		d.cause = err
		return retryableError(ctx, err), err
	}
	status := newStatusError(resp)
	d.cause = status
	return status.retryable(), status
}

func (d *call) backoff(least, most time.Duration, retry int, resp *http.Response) time.Duration {
	wait := backoff(least, most, d.client.options.BackoffScalar, retry)
	if after, ok := retryAfter(resp); ok {
		wait = after + jitter(after/10) // never sooner than asked
	}
	d.client.options.Logger.Debug("request to the experiment service failed, trying again",
		"attempt", d.attempts, "error", d.cause, "wait", wait)
	return wait
}

// giveUp replaces the retrying client's own message, which repeats the method and the URL.
func (d *call) giveUp(resp *http.Response, err error, _ int) (*http.Response, error) {
	if resp != nil {
		discard(resp.Body)
	}
	return nil, err
}

func (d *call) explain(ctx context.Context, err error) error {
	ended := ctx.Err()
	switch {
	case ended != nil && d.cause != nil:
		return fmt.Errorf("%w after %s, the last of which failed: %w", ended, attempts(d.attempts), d.cause)
	case ended != nil:
		return ended
	case d.attempts > 1:
		return fmt.Errorf("gave up after %s: %w", attempts(d.attempts), err)
	}
	return err
}

func attempts(n int) string {
	if n == 1 {
		return "1 attempt"
	}
	return fmt.Sprintf("%d attempts", n)
}

// retryableError tells failures that may pass (no connection, time-out, cut body) from those that will not (a certificate
// that is not trusted, too many redirects, a body too large).
func retryableError(ctx context.Context, err error) bool {
	var tooLarge *BodyTooLargeError
	if errors.As(err, &tooLarge) {
		return false
	}
	retry, _ := retryablehttp.DefaultRetryPolicy(ctx, nil, err)
	return retry
}
