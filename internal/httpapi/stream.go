package httpapi

import (
	"context"
	"net/http"

	"github.com/hashicorp/go-retryablehttp"
)

// Open sends the request once and returns the response with its body open, for
// a stream that the caller reads and closes. The body ends when ctx does.
//
// No timeout applies, neither of the Options nor of the caller's HTTPClient,
// since each would cut the stream in the middle: the caller bounds the wait for
// the header through ctx. Open treats redirects, statuses and authorization
// as [Client.Do] does, and returns the same errors. The body of a status that
// is not accepted is discarded.
func (c *Client) Open(ctx context.Context, r *Request) (*http.Response, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	req, err := retryablehttp.NewRequestWithContext(ctx, r.Method, r.URL, nil)
	if err != nil {
		return nil, err
	}
	if r.Header != nil {
		req.Header = r.Header.Clone()
	}
	if r.Key.authorization != nil {
		req.Header.Set("Authorization", r.Key.authorization())
	}
	open := &call{client: c, http: c.http, accept: r.Accept, service: r.Service}
	open.http.Transport = attemptTransport{c.http.Transport, open}
	once := retryablehttp.Client{
		HTTPClient: &open.http,
		RequestLogHook: func(logger retryablehttp.Logger, req *http.Request, retry int) {
			open.begin(logger, req, retry)
			open.http.Timeout = 0
		},
		CheckRetry:   open.checkRetry,
		Backoff:      open.wait,
		ErrorHandler: open.giveUp,
	}
	resp, err := once.Do(req)
	if err != nil {
		return nil, open.explain(ctx, err)
	}
	return resp, nil
}
