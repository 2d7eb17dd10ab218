package remote

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

// FetchError is returned when the service responded with a status other than
// 200, at once or, for 429 and 5xx, on the last attempt. It contains neither
// the deployment key nor the user.
//
// Find it with errors.As. Other failures of a fetch (no connection, the end of
// the context, a response that is not JSON) are not of this type.
type FetchError struct {
	StatusCode int           // of the last response
	RetryAfter time.Duration // that the last response asked for; 0 if it did not
	err        error
}

func (e *FetchError) Error() string {
	message := "fetching variants: " + e.err.Error()
	switch e.StatusCode {
	case http.StatusBadRequest:
		message += ": the service rejects the user; does it have a UserID or a DeviceID?"
	case http.StatusRequestEntityTooLarge, http.StatusRequestHeaderFieldsTooLarge:
		message += ": the user, or the list of flag keys, is larger than the service accepts"
	}
	return message
}

// Unwrap returns the cause, which counts the attempts.
func (e *FetchError) Unwrap() error { return e.err }

// fetchError wraps an error of the HTTP client. If ended, the error of the
// context, is what stopped the fetch, the result is not a FetchError, even if
// an earlier attempt got a status.
func fetchError(ended, err error) error {
	var status *httpapi.StatusError
	if errors.As(err, &status) && (ended == nil || !errors.Is(err, ended)) {
		return &FetchError{StatusCode: status.StatusCode, RetryAfter: status.RetryAfter, err: err}
	}
	return fmt.Errorf("fetching variants: %w", err)
}
