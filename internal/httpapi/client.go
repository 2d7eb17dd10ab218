package httpapi

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/amplitude/experiment-go-server/internal/backoff"
)

// Options of a Client. The zero value makes one attempt, without a timeout.
type Options struct {
	// HTTPClient sends the requests. It is copied, never changed: its
	// Transport, Jar, CheckRedirect and Timeout keep working, and the Timeout
	// limits each attempt beside the two below. Default: a connection pool of
	// the Client's own.
	HTTPClient *http.Client

	Retries      int                 // attempts after the first one
	Backoff      backoff.Exponential // the wait before each retry
	Timeout      time.Duration       // of the first attempt, from connecting to the last byte; 0 means no limit
	RetryTimeout time.Duration       // of each retry, likewise

	// StallTimeout ends an attempt whose header takes longer, or whose body
	// then brings less than 1 KiB/s for so long. Only the time counts in which
	// the body is waited for. 0 means no limit.
	StallTimeout time.Duration

	MaxBodyBytes int64        // of a response, after decompression; 0 means DefaultMaxBodyBytes
	Logger       *slog.Logger // gets a debug line for each retry; nil means silence
}

// Client sends requests and retries them. Any number of goroutines may use one
// Client.
type Client struct {
	options Options
	http    http.Client
	pool    *http.Client // nil if the connections are the caller's
	budget  *retryBudget

	// lastBody is the length of the last body that was not empty. The next one
	// probably has the same.
	lastBody atomic.Int64

	// suspicious means that the idle connections may be dead; see
	// suspectConnections.
	suspicious atomic.Bool
}

// Request is a request to a service. It is only read, so it may be shared.
type Request struct {
	Service Service // for the advice in errors
	Method  string
	URL     string
	Header  http.Header // without Authorization
	Key     Key         // makes the Authorization header when the request is sent
	Body    []byte      // nil means none
	Accept  []int       // the statuses that are not errors; none means 200 alone
	Once    bool        // whether to make one attempt only

	// Read, unless it is nil, reads the body of a response with status 200,
	// which is then not held whole. Each attempt with such a response calls it,
	// on the goroutine of Do. It must not keep the body. If the body fails the
	// request is retried, but not if Read returns an error of its own.
	Read func(body io.Reader) error
}

// Response is a response with a status that the request accepts. It belongs to
// the caller.
type Response struct {
	StatusCode int
	Header     http.Header
	Body       []byte // nil if Read got it
}

// New returns a Client. It does not validate options: callers do, since they
// can name the Config field at fault.
func New(options Options) *Client {
	c := &Client{options: options, budget: newRetryBudget(time.Now())}
	if c.options.MaxBodyBytes == 0 {
		c.options.MaxBodyBytes = DefaultMaxBodyBytes
	}
	if c.options.Logger == nil {
		c.options.Logger = slog.New(slog.DiscardHandler)
	}
	if options.HTTPClient != nil {
		c.http = *options.HTTPClient
	} else {
		c.pool = newPool()
		c.http = *c.pool
	}
	if c.http.Transport == nil {
		c.http.Transport = http.DefaultTransport
	}
	if options.StallTimeout > 0 {
		c.http.Transport = stallTransport{c.http.Transport, options.StallTimeout}
	}
	c.http.CheckRedirect = stayAtOrigin(c.http.CheckRedirect)
	return c
}

// Do sends the request until an attempt gives an accepted status and a whole
// body, which the request's Read has accepted, an attempt fails in a way that
// is not transient, or no retries are left: of the Options, of the Client's
// budget, or before the deadline of ctx.
//
// Network errors, timeouts, truncated bodies, 429 and 5xx are transient; see
// [StatusError] for Retry-After. Any other status is a *StatusError at once,
// and a body above the limit is a *[BodyTooLargeError]. Do ends when ctx does,
// whatever it is doing, with the error of ctx and the failure of the last
// attempt, if any.
//
// The first attempt after a network error or a timeout closes the connections
// of the Client's own pool that no request uses, since they may be dead too.
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
	if r.Key.authorization != nil {
		req.Header.Set("Authorization", r.Key.authorization())
	}
	c.budget.addCall()
	// The retrying client serves this call alone, so that its policies can
	// share the state of the call and each attempt can have its own timeout.
	do := &call{client: c, http: c.http, service: r.Service, accept: r.Accept, pass: r.Read}
	do.http.Transport = attemptTransport{c.http.Transport, do}
	if !r.Once {
		do.retries = c.options.Retries
	}
	req.SetResponseHandler(do.read)
	retrying := retryablehttp.Client{
		HTTPClient:     &do.http,
		RetryMax:       do.retries,
		RequestLogHook: do.begin,
		CheckRetry:     do.checkRetry,
		Backoff:        do.wait,
		ErrorHandler:   do.giveUp,
	}
	if _, err = retrying.Do(req); err == nil {
		return do.response, nil
	}
	return nil, do.explain(ctx, err)
}

// CloseIdleConnections closes the connections that no request uses, unless they
// belong to the caller's HTTPClient.
func (c *Client) CloseIdleConnections() {
	if c.pool != nil {
		c.pool.CloseIdleConnections()
	}
}
