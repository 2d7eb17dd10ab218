package experimenttest

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Request is what a Server recorded of a request. It has no keys in it.
type Request struct {
	// Endpoint is "" for a path that the Server does not have.
	Endpoint Endpoint
	Method   string
	Path     string
	Query    url.Values

	// Authorized says whether the keys that the endpoint asks for were sent.
	Authorized bool

	// Library is the header X-Amp-Exp-Library.
	Library string

	// Track and ExposureTrack are the headers X-Amp-Exp-Track and X-Amp-Exp-Exposure-Track: "track", "no-track", or "" for
	// none.
	Track         string
	ExposureTrack string

	// FlagKeys is the decoded header X-Amp-Exp-Flag-Keys; nil for none, or for one that cannot be decoded.
	FlagKeys []string

	// User is the JSON of the user: the decoded header X-Amp-Exp-User of a GET, the body of a POST; nil for none, or for
	// one that is no JSON.
	User json.RawMessage

	// IfNoneMatch is the header If-None-Match.
	IfNoneMatch string

	// Status is that of the answer; 0 while there is none, and for one that a Fault dropped.
	Status int
}

// Requests are the requests that arrived so far, in order; of more than ten thousand, the latest. The slice is the caller's,
// what the entries refer to is shared and read-only.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.recorded.requests)
}

// AwaitRequests waits until the endpoint has met n requests in all since the Server started. It returns early, with an
// error, when the context ends or the Server closes.
func (s *Server) AwaitRequests(ctx context.Context, endpoint Endpoint, n int) error {
	for {
		s.mu.Lock()
		count, arrived := s.recorded.counts[endpoint], s.recorded.arrived
		s.mu.Unlock()
		if count >= n {
			return nil
		}
		select {
		case <-arrived:
		case <-ctx.Done():
			return fmt.Errorf("awaiting %d requests for %s, of which %d arrived: %w", n, endpoint, count, ctx.Err())
		case <-s.closing:
			return fmt.Errorf("awaiting %d requests for %s, of which %d arrived: the server was closed", n, endpoint, count)
		}
	}
}

// recorder keeps requests. The Server's mutex guards it.
type recorder struct {
	requests []Request
	// dropped is how many requests there were before the first of requests.
	dropped int
	counts  map[Endpoint]int
	// arrived is closed, and another made, when a request arrives.
	arrived chan struct{}
}

// maxRecorded bounds the memory of a Server that runs for long, as a program does.
const maxRecorded = 10_000

func newRecorder() recorder {
	return recorder{counts: map[Endpoint]int{}, arrived: make(chan struct{})}
}

// add records a request and gives its number, counted from the Server's first.
func (r *recorder) add(request Request) int {
	// Dropping a tenth at a time keeps the copying rare.
	if len(r.requests) == maxRecorded+maxRecorded/10 {
		r.dropped += maxRecorded / 10
		r.requests = slices.Delete(r.requests, 0, maxRecorded/10)
	}
	r.requests = append(r.requests, request)
	r.counts[request.Endpoint]++
	close(r.arrived)
	r.arrived = make(chan struct{})
	return r.dropped + len(r.requests) - 1
}

func (r *recorder) answered(number, status int) {
	if i := number - r.dropped; i >= 0 {
		r.requests[i].Status = status
	}
}

// incoming is a request as endpoints see it: what is recorded, what they need besides, and what could not be decoded.
type incoming struct {
	Request
	acceptsGzip bool
	userErr     error
	flagKeysErr error
}

func (s *Server) receive(r *http.Request, body []byte) incoming {
	endpoint := endpointOf(r.URL.Path)
	in := incoming{
		Request: Request{
			Endpoint:      endpoint,
			Method:        r.Method,
			Path:          r.URL.Path,
			Query:         r.URL.Query(),
			Authorized:    s.authorized(endpoint, r),
			Library:       r.Header.Get("X-Amp-Exp-Library"),
			Track:         r.Header.Get("X-Amp-Exp-Track"),
			ExposureTrack: r.Header.Get("X-Amp-Exp-Exposure-Track"),
			IfNoneMatch:   strings.Join(r.Header.Values("If-None-Match"), ", "),
		},
		acceptsGzip: strings.Contains(r.Header.Get("Accept-Encoding"), "gzip"),
	}
	in.User, in.userErr = receiveUser(r, body)
	in.FlagKeys, in.flagKeysErr = receiveFlagKeys(r)
	return in
}

func receiveUser(r *http.Request, body []byte) (json.RawMessage, error) {
	user, from := body, "body"
	if r.Method != http.MethodPost {
		from = "header X-Amp-Exp-User"
		var err error
		if user, err = decodeBase64(r.Header.Get("X-Amp-Exp-User")); err != nil {
			return nil, fmt.Errorf("the %s is not base64: %w", from, err)
		}
	}
	if len(bytes.TrimSpace(user)) == 0 {
		return nil, errors.New("there is no user; send it as base64 of its JSON in the header X-Amp-Exp-User of a GET, " +
			"or as the body of a POST")
	}
	if !json.Valid(user) {
		return nil, fmt.Errorf("the %s is not the JSON of a user", from)
	}
	return user, nil
}

func receiveFlagKeys(r *http.Request) ([]string, error) {
	const header = "X-Amp-Exp-Flag-Keys"
	encoded := r.Header.Get(header)
	if encoded == "" {
		return nil, nil
	}
	text, err := decodeBase64(encoded)
	if err != nil {
		return nil, fmt.Errorf("the header %s is not base64: %w", header, err)
	}
	var keys []string
	if err := json.Unmarshal(text, &keys); err != nil {
		return nil, fmt.Errorf("the header %s is not the base64 of a JSON array of flag keys: %w", header, err)
	}
	return keys, nil
}

// decodeBase64 takes the standard and the URL-safe alphabet, padded or not: SDKs differ, and the service takes them all.
func decodeBase64(text string) ([]byte, error) {
	text = strings.NewReplacer("-", "+", "_", "/").Replace(text)
	return base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))
}
