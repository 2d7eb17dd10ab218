package httpapi

import (
	"errors"
	"net/http"
	"net/url"
)

// sharedTransport hides CloseIdleConnections of the transport within. The
// retrying client calls that method whenever it gives up, which would close
// connections that other requests, or the rest of the program, are about to
// use.
type sharedTransport struct{ http.RoundTripper }

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
