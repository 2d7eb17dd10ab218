package experimenttest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Request is what a Server recorded of a request. It contains no keys.
type Request struct {
	// Endpoint is "" for a path that the Server does not serve.
	Endpoint Endpoint
	Method   string
	Path     string
	Query    url.Values

	// Authorized reports whether the request had the keys that its endpoint
	// requires.
	Authorized bool

	// Library is the header X-Amp-Exp-Library.
	Library string

	// Track and ExposureTrack are the headers X-Amp-Exp-Track and
	// X-Amp-Exp-Exposure-Track: "track", "no-track", or "" if absent. Track may
	// also be "read-only", which SDKs for browsers can send.
	Track         string
	ExposureTrack string

	// FlagKeys is the decoded header X-Amp-Exp-Flag-Keys, or nil if it is
	// absent or cannot be decoded.
	FlagKeys []string

	// User is the JSON of the user: the body of a POST, otherwise the decoded
	// header X-Amp-Exp-User. It is nil if it is absent or not valid JSON.
	User json.RawMessage

	// IfNoneMatch is the header If-None-Match.
	IfNoneMatch string

	// Shortened reports whether the Server shortened the record to save memory,
	// as Requests describes. Then only Endpoint, Authorized, Status and the
	// first 256 bytes of Method and Path are left.
	Shortened bool

	// Status is the status of the response. It is 0 until there is a response,
	// and stays 0 if a Fault dropped the request.
	Status int
}

// maxShortened is the length in bytes to which a shortened record cuts its
// Method and its Path.
const maxShortened = 256

// shortened returns the record without the parts whose length a client chooses.
// What is left is copied, so that it doesn't keep the rest of the header in
// memory.
func (r Request) shortened() Request {
	return Request{
		Endpoint:   r.Endpoint,
		Method:     strings.Clone(r.Method[:min(len(r.Method), maxShortened)]),
		Path:       strings.Clone(r.Path[:min(len(r.Path), maxShortened)]),
		Authorized: r.Authorized,
		Shortened:  true,
		Status:     r.Status,
	}
}

// size returns about how many bytes the parts take whose length a client
// chooses. It is 0 for a shortened record.
func (r Request) size() int {
	if r.Shortened {
		return 0
	}
	const word = 8
	size := len(r.Method) + len(r.Path) + len(r.Library) + len(r.Track) + len(r.ExposureTrack) +
		cap(r.User) + len(r.IfNoneMatch)
	for _, key := range r.FlagKeys {
		size += 2*word + len(key)
	}
	for name, values := range r.Query {
		size += 10*word + len(name) // an entry of the map
		for _, value := range values {
			size += 2*word + len(value)
		}
	}
	return size
}

// request is a request as the endpoints see it: what is recorded, what else
// they need, and what could not be decoded.
type request struct {
	Request
	bodySize    int // bytes that were read of the body
	acceptsGzip bool
	userErr     error
	flagKeysErr error
}

// newRequest decodes a request whose body has been read.
func newRequest(r *http.Request, body []byte, authorized bool) request {
	req := request{
		Request: Request{
			Endpoint:      endpointOf(r.URL.Path),
			Method:        r.Method,
			Path:          r.URL.Path,
			Query:         r.URL.Query(),
			Authorized:    authorized,
			Library:       r.Header.Get("X-Amp-Exp-Library"),
			Track:         r.Header.Get("X-Amp-Exp-Track"),
			ExposureTrack: r.Header.Get("X-Amp-Exp-Exposure-Track"),
			IfNoneMatch:   strings.Join(r.Header.Values("If-None-Match"), ", "),
		},
		bodySize:    len(body),
		acceptsGzip: strings.Contains(r.Header.Get("Accept-Encoding"), "gzip"),
	}
	req.User, req.userErr = readUser(r, body)
	req.FlagKeys, req.flagKeysErr = readFlagKeys(r)
	return req
}

// checkMethod returns true if the method is one of the given ones, otherwise an
// error response that lists them.
func (r request) checkMethod(methods ...string) (response, bool) {
	if slices.Contains(methods, r.Method) {
		return response{}, true
	}
	resp := errorResponse(http.StatusMethodNotAllowed, "%s does not accept %s; use %s",
		r.Path, r.Method, strings.Join(methods, " or "))
	resp.header.Set("Allow", strings.Join(methods, ", "))
	return resp, false
}

// readUser returns the JSON of the user, from the body of a POST and from the
// header otherwise.
func readUser(r *http.Request, body []byte) (json.RawMessage, error) {
	user, source := body, "body"
	if r.Method != http.MethodPost {
		source = "header X-Amp-Exp-User"
		var err error
		if user, err = decodeBase64(r.Header.Get("X-Amp-Exp-User")); err != nil {
			return nil, fmt.Errorf("decoding the %s: %w", source, err)
		}
	}
	if len(bytes.TrimSpace(user)) == 0 {
		return nil, errors.New("the user is missing; send its JSON as the body of a POST, " +
			"or encoded as base64 in the header X-Amp-Exp-User of a GET")
	}
	if !json.Valid(user) {
		return nil, fmt.Errorf("decoding the %s: it is not valid JSON", source)
	}
	return user, nil
}

// readFlagKeys returns the flag keys that the header lists, or nil if there is
// no such header.
func readFlagKeys(r *http.Request) ([]string, error) {
	const header = "X-Amp-Exp-Flag-Keys"
	encoded := r.Header.Get(header)
	if encoded == "" {
		return nil, nil
	}
	decoded, err := decodeBase64(encoded)
	if err != nil {
		return nil, fmt.Errorf("decoding the header %s: %w", header, err)
	}
	var keys []string
	if err := json.Unmarshal(decoded, &keys); err != nil {
		return nil, fmt.Errorf("decoding the header %s: %w; send a JSON array of flag keys as base64", header, err)
	}
	return keys, nil
}

// decodeBase64 accepts the standard and the URL-safe alphabet, with and without
// padding: SDKs differ, and the service accepts all of them.
func decodeBase64(encoded string) ([]byte, error) {
	encoded = strings.NewReplacer("-", "+", "_", "/").Replace(encoded)
	return base64.RawStdEncoding.DecodeString(strings.TrimRight(encoded, "="))
}
