package remote

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

// maxHeader is the longest value of a header that is sent, in bytes. A larger
// user is the body of a POST. See RATIONALE.md, "Why does a fetch send the user
// in a header?".
const maxHeader = 8000

// request returns the v2 request for a user's variants.
func (c *Client) request(user *experiment.User, options FetchOptions) (*httpapi.Request, error) {
	if user == nil {
		return nil, errors.New("the user is nil; pass &experiment.User{} for an anonymous user")
	}
	named := *user // a copy, because the caller's user is never written to
	if named.Library == "" {
		named.Library = httpapi.Library
	}
	userJSON, err := encodeUser(&named)
	if err != nil {
		return nil, err
	}
	request := &httpapi.Request{
		URL:    c.endpoint,
		Header: http.Header{},
		Key:    c.key,
	}
	if base64.StdEncoding.EncodedLen(len(userJSON)) <= maxHeader {
		request.Method = http.MethodGet
		request.Header.Set("X-Amp-Exp-User", base64.StdEncoding.EncodeToString(userJSON))
	} else {
		request.Method = http.MethodPost
		request.Header.Set("Content-Type", "application/json")
		request.Body = userJSON
	}
	return request, setOptions(request.Header, options)
}

func setOptions(header http.Header, options FetchOptions) error {
	if len(options.FlagKeys) > 0 {
		keysJSON, _ := json.Marshal(options.FlagKeys) // a list of strings always encodes
		// The service accepts both alphabets of base64, padded or not. The
		// evaluation proxy accepts only the standard one.
		encoded := base64.StdEncoding.EncodeToString(keysJSON)
		if len(encoded) > maxHeader {
			return fmt.Errorf("the %d FlagKeys are a header of %d bytes, above the limit of %d: "+
				"fetch them in several calls, or fetch all flags", len(options.FlagKeys), len(encoded), maxHeader)
		}
		header.Set("X-Amp-Exp-Flag-Keys", encoded)
	}
	if err := setTracking(header, "X-Amp-Exp-Track", "TrackAssignment", options.TrackAssignment); err != nil {
		return err
	}
	return setTracking(header, "X-Amp-Exp-Exposure-Track", "TrackExposure", options.TrackExposure)
}

func setTracking(header http.Header, name, option string, tracking Tracking) error {
	switch tracking {
	case 0:
	case TrackOn:
		header.Set(name, "track")
	case TrackOff:
		header.Set(name, "no-track")
	default:
		return fmt.Errorf("%s is %d: use TrackOn, TrackOff or leave it unset", option, tracking)
	}
	return nil
}
