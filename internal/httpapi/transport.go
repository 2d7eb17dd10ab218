package httpapi

import (
	"errors"
	"net/http"
	"net/url"
)

// sharedTransport hides the CloseIdleConnections of the transport within: the retrying client calls it whenever it gives
// up, which would close connections that other requests, or the rest of the host program, are about to use.
type sharedTransport struct{ http.RoundTripper }

// stayAtOrigin follows a redirect only to the same scheme, host and port and with the same method; otherwise the redirect
// itself is the answer, and so a *StatusError. net/http withholds Authorization from other hosts, but would still send it to
// their subdomains, to other ports and in the clear, and would send the user in any case; and a POST that turns into a GET
// would ask for the variants of nobody.
func stayAtOrigin(then func(*http.Request, []*http.Request) error) func(*http.Request, []*http.Request) error {
	return func(req *http.Request, via []*http.Request) error {
		first := via[0]
		if origin(req.URL) != origin(first.URL) || req.Method != first.Method {
			return http.ErrUseLastResponse
		}
		if then != nil {
			return then(req, via)
		}
		if len(via) >= 10 {
			// In net/http's words, by which the retrying client knows that another attempt is in vain.
			return errors.New("stopped after 10 redirects")
		}
		return nil
	}
}

func origin(u *url.URL) string {
	return u.Scheme + "://" + u.Host
}
