package local

import (
	"errors"
	"net/http"
	"runtime"

	"github.com/amplitude/experiment-go-server/internal/core"
	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

var (
	// ErrNotReady means that there are no flags yet: Start has not succeeded, and the Config has no Bootstrap.
	ErrNotReady = errors.New("there are no flags yet: call Start and wait for it to succeed, or set Config.Bootstrap")

	// ErrClosed means that the Client was closed, before or during Start.
	ErrClosed = errors.New("the client is closed: make a new one with Initialize")

	// ErrUnsupported is what every [*UnsupportedError] is, by errors.Is.
	ErrUnsupported = errors.New("local evaluation is not available in this program")
)

// UnsupportedError means that the program has no core, so that it cannot evaluate flags. It says how to build it with one.
type UnsupportedError struct {
	OS     string // as in GOOS
	Arch   string // as in GOARCH
	Reason string
}

func (e *UnsupportedError) Error() string {
	return ErrUnsupported.Error() + " (" + e.OS + "/" + e.Arch + "): " + e.Reason +
		": build it with CGO_ENABLED=1 and a C compiler, or use remote evaluation (package experiment)"
}

// Is makes errors.Is(err, ErrUnsupported) true.
func (e *UnsupportedError) Is(target error) bool { return target == ErrUnsupported }

// Available says whether this program can evaluate flags: nil if so, else the *UnsupportedError that Initialize returns.
func Available() error {
	if ok, reason := core.Available(); !ok {
		return &UnsupportedError{OS: runtime.GOOS, Arch: runtime.GOARCH, Reason: reason}
	}
	return nil
}

// LoadError means that Start got no flags: the service cannot be reached, its answer is none, or is not flag configs. It
// does not have the deployment key. Find it with errors.As.
type LoadError struct {
	StatusCode int // of the last answer, if it was not 200; 0 otherwise
	err        error
}

func newLoadError(err error) *LoadError {
	e := &LoadError{err: err}
	var status *httpapi.StatusError
	if errors.As(err, &status) {
		e.StatusCode = status.StatusCode
	}
	return e
}

func (e *LoadError) Error() string {
	text := "loading flags: " + e.err.Error()
	switch e.StatusCode {
	case http.StatusUnauthorized, http.StatusForbidden:
		text += ": the service does not know the deployment key; is it a server deployment's, and is it the right ServerZone?"
	case http.StatusNotFound:
		text += ": is the path in ServerURL right?"
	}
	return text
}

// Unwrap returns the cause. If the context of Start ended, errors.Is finds the context's error in it.
func (e *LoadError) Unwrap() error { return e.err }

// CycleError means that a flag was asked for by key that cannot be evaluated, as it is on a dependency cycle or depends on
// a flag that is. Find it with errors.As.
type CycleError struct {
	FlagKey string // the one asked for
	// Cycle is the keys of the flags on the cycle, each of which depends on the next, and the last on the first.
	Cycle []string
	err   error
}

func (e *CycleError) Error() string { return e.err.Error() }

// evaluationError gives the errors of an evaluation their public types.
func evaluationError(err error) error {
	var cycle *core.CycleError
	if errors.As(err, &cycle) {
		return &CycleError{FlagKey: cycle.Flag, Cycle: cycle.Cycle, err: err}
	}
	return err
}
