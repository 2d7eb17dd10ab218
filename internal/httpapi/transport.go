package httpapi

import (
	"errors"
	"net/http"
	"net/url"
)

// attemptTransport sends the requests of one call. It discards the body of each
// response that the call does not accept, because net/http, on a redirect, and
// the retrying client, before a retry, would read some of the body however long
// that takes.
//
// It also hides CloseIdleConnections of the transport within. The retrying
// client calls that method whenever it gives up, which would close connections
// that other requests, or the rest of the program, are about to use.
type attemptTransport struct {
	http.RoundTripper
	call *call
}

func (t attemptTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.RoundTripper.RoundTrip(req)
	if err == nil && !t.call.accepts(resp.StatusCode) {
		discard(resp)
	}
	return resp, err
}

// stayAtOrigin returns a redirect policy that follows a redirect only to the
// same scheme, host and port and with the same method. Any other redirect is
// returned as the response, and so becomes a *StatusError. See RATIONALE.md,
// "Why are redirects followed only to the same origin?".
func stayAtOrigin(next func(*http.Request, []*http.Request) error) func(*http.Request, []*http.Request) error {
	return func(req *http.Request, via []*http.Request) error {
		first := via[0]
		if origin(req.URL) != origin(first.URL) || req.Method != first.Method {
			return http.ErrUseLastResponse
		}
		if next != nil {
			return next(req, via)
		}
		if len(via) >= 10 {
			// The retrying client recognizes the words of net/http, and does
			// not retry.
			return errors.New("stopped after 10 redirects")
		}
		return nil
	}
}

func origin(u *url.URL) string {
	return u.Scheme + "://" + u.Host
}
