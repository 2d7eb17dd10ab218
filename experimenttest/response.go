package experimenttest

import (
	"fmt"
	"maps"
	"net/http"
	"strconv"
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

// send writes the response. Like Fault.CutAfter, cutAfter ends the connection
// within the body: send then panics with http.ErrAbortHandler.
func (r response) send(w http.ResponseWriter, cutAfter int) {
	// A Fault may replace this field too.
	w.Header().Set("Access-Control-Allow-Origin", "*")
	maps.Copy(w.Header(), r.header)
	hasBody := r.status != http.StatusNoContent && r.status != http.StatusNotModified
	if hasBody {
		w.Header().Set("Content-Length", strconv.Itoa(len(r.body)))
	}
	w.WriteHeader(r.status)
	if !hasBody {
		return
	}
	if cutAfter == 0 || cutAfter >= len(r.body) {
		_, _ = w.Write(r.body) // fails when the client is gone
		return
	}
	_, _ = w.Write(r.body[:max(cutAfter, 0)])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}
