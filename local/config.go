package local

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"time"

	"github.com/amplitude/experiment-go-server/experiment"
)

// Values that disable a setting whose zero value selects a default. Any other
// negative value does the same.
const (
	NoPolling    time.Duration = -1 // for FlagConfigPollingInterval: the flags that Start loads are kept
	NoTimeout    time.Duration = -1 // for FlagConfigRequestTimeout: only the context, or Close, ends a request
	NeverStale   time.Duration = -1 // for StaleAfter: flags that the service has sent are never stale
	NoCloseLimit time.Duration = -1 // for CloseTimeout: Close waits until everything has ended
)

// FastPolling is the shortest FlagConfigPollingInterval, for tests and demos
// with a service of their own. Any other interval must be a second or longer.
const FastPolling time.Duration = 10 * time.Millisecond

// Config configures a Client. A nil Config and a zero field select the
// defaults; a negative duration disables the setting. Initialize validates and
// copies the Config, so it may be reused.
type Config struct {
	// Debug logs all records to standard error, as text. It has no effect if
	// Logger is set. Default: false.
	Debug bool

	// Logger gets warnings (a stream or polls that fail, cohorts that cannot
	// be refreshed and a CacheFile that cannot be written, each once until it
	// works again; a malformed flag, and cohorts that are missing, once for
	// each version of the flags; once, by Initialize, a URL that sends keys
	// unencrypted), a record at info level when something works again, and
	// debug records. No record contains a key. User values appear at debug
	// level only. Default: slog.Default() at the time of Initialize, or as
	// Debug says.
	Logger *slog.Logger

	// ServerZone selects Amplitude's host. Default: experiment.ServerZoneUS.
	ServerZone experiment.ServerZone

	// ServerURL is the URL to load flags from, such as a proxy's. It overrides
	// the host of the ServerZone. Its path is kept, with the path of the API
	// after it. Default: https://api.lab.amplitude.com, or in the EU
	// https://flag.lab.eu.amplitude.com.
	ServerURL string

	// HTTPClient sends the requests. It is copied, so the Client neither
	// changes it nor closes its connections; its Timeout applies too. Redirects
	// are followed only to the same scheme, host and port. Default: a
	// connection pool of the Client's own, with proxies from the environment.
	// It keeps up to 64 idle connections, and notices an HTTP/2 connection that
	// went dead within 5 s.
	HTTPClient *http.Client

	// Bootstrap is a document of flag configs to evaluate with until the
	// service has sent one: JSON as the service sends it, an array of flags or
	// an object whose members are flags. At least one flag must be usable,
	// unless there are none. The Client does not keep the bytes. Default: none.
	Bootstrap json.RawMessage

	// FlagConfigPollingInterval is the time between polls for changed flags.
	// Each wait is up to a tenth shorter or longer, and the first one up to
	// half, so that servers which start together do not poll together. If the
	// service asks for a longer wait with Retry-After, the next poll comes
	// after that wait, or after ten intervals if that is sooner. An interval
	// below a second is an error, except FastPolling. Default: 30 s.
	FlagConfigPollingInterval time.Duration

	// FlagConfigRequestTimeout limits each request for flags, from connecting
	// to the last byte of the body. Default: 10 s.
	FlagConfigRequestTimeout time.Duration

	// StreamUpdates gets flags from a stream, which sends each change at once.
	// While the stream fails, or if the service has none, flags are polled, and
	// the stream is retried every 15 s. Default: false.
	StreamUpdates bool

	// StreamServerURL is the URL of the stream. It overrides the host of the
	// ServerZone. Default: https://stream.lab.amplitude.com, or in the EU
	// https://stream.lab.eu.amplitude.com.
	StreamServerURL string

	// StreamConnectTimeout limits the time from connecting to the first flags
	// of a stream. Default: 1.5 s. A negative value is an error: without a
	// limit a dead stream could hold up the polls.
	StreamConnectTimeout time.Duration

	// CohortSync loads the cohorts that flags read. The Client keeps a copy.
	// Default: nil, which loads none: users are then members only of the
	// cohorts in their CohortIDs and GroupCohortIDs.
	CohortSync *CohortSync

	// CacheFile is the path of a file that keeps the last good flags and
	// cohorts, for a start while the service is down. Initialize reads it, and
	// each change is written to it in the background, at the latest by Close.
	// Beside it there are a folder CacheFile.d, for what is large, and a file
	// CacheFile.lock. Its folder must exist. Several processes may use the same
	// file. A file that is corrupt, or was written with another deployment key,
	// is reported as a warning and replaced. Nothing else may change these
	// files in place. Default: none.
	CacheFile string

	// StaleAfter is how long flags may go without being confirmed by the
	// service until Status calls them stale. Default: 5 minutes, or three
	// polling intervals if that is longer.
	StaleAfter time.Duration

	// CloseTimeout limits Close. Default: 5 s.
	CloseTimeout time.Duration
}
