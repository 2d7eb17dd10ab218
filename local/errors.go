package local

import (
	"errors"
	"runtime"

	"github.com/amplitude/experiment-go-server/internal/core"
	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

var (
	// ErrNotReady is returned before there are flags: Start has not succeeded,
	// and the Config has no Bootstrap.
	ErrNotReady = errors.New("there are no flags yet: call Start and wait for it to succeed, or set Config.Bootstrap")

	// ErrClosed is returned by Start if the Client was closed, before or
	// meanwhile.
	ErrClosed = errors.New("the client is closed: make a new one with Initialize")

	// ErrUnsupported matches every [*UnsupportedError] with errors.Is.
	ErrUnsupported = errors.New("local evaluation is not available in this program")
)

// UnsupportedError is returned by Initialize if the program has no evaluation
// core. Its text says how to build the program with one.
type UnsupportedError struct {
	OS     string // as in GOOS
	Arch   string // as in GOARCH
	Reason string
}

func (e *UnsupportedError) Error() string {
	return ErrUnsupported.Error() + " (" + e.OS + "/" + e.Arch + "): " + e.Reason +
		": build it with CGO_ENABLED=1 and a C compiler, or use remote evaluation (package remote)"
}

// Is makes errors.Is(err, ErrUnsupported) true.
func (e *UnsupportedError) Is(target error) bool { return target == ErrUnsupported }

// Available returns nil if this program can evaluate flags, and otherwise the
// *UnsupportedError that Initialize returns.
func Available() error {
	if ok, reason := core.Available(); !ok {
		return &UnsupportedError{OS: runtime.GOOS, Arch: runtime.GOARCH, Reason: reason}
	}
	return nil
}

// LoadError is returned when Start could not load flags: the service was
// unreachable, it responded with an error status, or its response was not an
// array of flags or had no usable flag. The error does not contain the
// deployment key. Find it with errors.As.
type LoadError struct {
	StatusCode int // of the last response, if it was not 200; 0 otherwise
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

func (e *LoadError) Error() string { return "loading flags: " + e.err.Error() }

// Unwrap returns the cause. If the context of Start ended, errors.Is finds the
// context's error in it.
func (e *LoadError) Unwrap() error { return e.err }

// CycleError is returned if a flag is requested by key that cannot be
// evaluated, because it is on a dependency cycle or depends on a flag that is.
// Find it with errors.As.
type CycleError struct {
	FlagKey string // of the flag requested
	// Cycle has the keys of the flags on the cycle. Each depends on the next
	// one, and the last one on the first.
	Cycle []string
	err   error
}

func (e *CycleError) Error() string { return e.err.Error() }

// Unwrap returns the cause.
func (e *CycleError) Unwrap() error { return e.err }

// evaluationError returns an error of an evaluation in its public type.
func evaluationError(err error) error {
	var cycle *core.CycleError
	if errors.As(err, &cycle) {
		return &CycleError{FlagKey: cycle.Flag, Cycle: cycle.Cycle, err: err}
	}
	return err
}
