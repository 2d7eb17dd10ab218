package experiment

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

// FetchError means that the service answered, but not with variants: a status other than 200, at once or, for 429 and 5xx,
// on the last attempt. It has neither the deployment key nor the user.
//
// Find it with errors.As. Other failures of a fetch (no connection, the context's end, an answer that is no JSON) are not
// of this type.
type FetchError struct {
	StatusCode int           // of the last answer
	RetryAfter time.Duration // what that answer asked for with Retry-After; 0 if it did not
	err        error
}

func (e *FetchError) Error() string {
	text := "fetching variants: " + e.err.Error()
	if advice := adviceOn(e.StatusCode); advice != "" {
		text += ": " + advice
	}
	return text
}

// Unwrap returns the cause, whose text counts the attempts.
func (e *FetchError) Unwrap() error { return e.err }

func adviceOn(status int) string {
	switch status {
	case http.StatusBadRequest:
		return "the service rejects the user; does it have a UserID or a DeviceID?"
	case http.StatusUnauthorized, http.StatusForbidden:
		return "the service does not know the deployment key; is it a server deployment's, and is it the right ServerZone?"
	case http.StatusNotFound:
		return "is the path in ServerURL right?"
	case http.StatusRequestEntityTooLarge, http.StatusRequestHeaderFieldsTooLarge:
		return "the user, or the list of flag keys, is larger than the service takes"
	}
	return ""
}

// fetchError wraps an error of the HTTP client. A context's end stays just that, even if an earlier attempt got a status.
func fetchError(ended, err error) error {
	var status *httpapi.StatusError
	if errors.As(err, &status) && (ended == nil || !errors.Is(err, ended)) {
		return &FetchError{StatusCode: status.StatusCode, RetryAfter: status.RetryAfter, err: err}
	}
	return fmt.Errorf("fetching variants: %w", err)
}
