package experimenttest

import (
	"fmt"
	"net/http"
)

// response is a complete HTTP response. Nothing is sent until it is complete,
// so that a Fault can change, delay or cut any response.
type response struct {
	status int
	header http.Header
	body   []byte
}

// jsonResponse returns a 200 with a JSON body.
func jsonResponse(body []byte) response {
	return response{http.StatusOK, http.Header{"Content-Type": {"application/json"}}, body}
}

// errorResponse returns a response whose body tells people what was wrong with
// their request.
func errorResponse(status int, format string, args ...any) response {
	body := fmt.Sprintf("%d %s: ", status, http.StatusText(status)) + fmt.Sprintf(format, args...) + "\n"
	return response{status, http.Header{"Content-Type": {"text/plain; charset=utf-8"}}, []byte(body)}
}

// preflightResponse returns the response to a browser that asks whether a page
// of another origin may send a request.
func preflightResponse() response {
	return response{http.StatusNoContent, http.Header{
		"Access-Control-Allow-Methods": {"GET, POST"},
		"Access-Control-Allow-Headers": {"Authorization, Content-Type, If-None-Match, X-Amp-Exp-User, " +
			"X-Amp-Exp-Flag-Keys, X-Amp-Exp-Track, X-Amp-Exp-Exposure-Track, X-Amp-Exp-Library"},
	}, nil}
}
