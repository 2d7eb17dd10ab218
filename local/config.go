package local

import (
	"cmp"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/datasource"
	"github.com/amplitude/experiment-go-server/internal/httpapi"
	"github.com/amplitude/experiment-go-server/internal/snapshot"
	"github.com/amplitude/experiment-go-server/internal/updater"
)

// Values that disable a setting whose zero value selects a default. Any other
// negative value does the same.
const (
	NoPolling time.Duration = -1 // for FlagConfigPollingInterval: the flags that Start loads are kept
	NoTimeout time.Duration = -1 // for FlagConfigRequestTimeout: only the context, or Close, ends a request
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

	// Logger gets warnings (a poll that fails, once until polls work again; a
	// malformed flag, and the flags that target cohorts, once for each version
	// of the flags; once, by Initialize, a ServerURL that sends the deployment
	// key unencrypted), a record at info level when polls work again, and debug
	// records. No record contains the deployment key. User values appear at
	// debug level only. Default: slog.Default() at the time of Initialize, or
	// as Debug says.
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
}

// resolve returns the options that the config stands for, without the
// deployment key, or an error that names the invalid field.
func (c Config) resolve() (updater.Options, error) {
	base, err := httpapi.ServerURL(httpapi.Flags, c.ServerZone, c.ServerURL)
	if err != nil {
		return updater.Options{}, err
	}
	interval, err := pollingInterval(c.FlagConfigPollingInterval)
	if err != nil {
		return updater.Options{}, err
	}
	logger := httpapi.Logger(c.Logger, c.Debug)
	options := updater.Options{
		Source: datasource.Options{
			Base:       base,
			HTTPClient: c.HTTPClient,
			Timeout:    max(0, cmp.Or(c.FlagConfigRequestTimeout, 10*time.Second)),
			Logger:     logger,
		},
		Interval: interval,
		Logger:   logger,
	}
	if len(c.Bootstrap) > 0 {
		if options.Bootstrap, err = snapshot.New(c.Bootstrap); err == nil {
			err = options.Bootstrap.CheckUsable()
		}
		if err != nil {
			return updater.Options{}, fmt.Errorf(
				"the Bootstrap must be a JSON array of flags, or an object of flags by key: %w", err)
		}
	}
	return options, nil
}

// pollingInterval returns the time between polls, 0 for never. It returns an
// error if the interval is so short that its unit is probably missing.
func pollingInterval(interval time.Duration) (time.Duration, error) {
	switch {
	case interval <= 0 || interval >= time.Second || interval == FastPolling:
		return max(0, cmp.Or(interval, 30*time.Second)), nil
	case interval < time.Millisecond:
		return 0, fmt.Errorf("FlagConfigPollingInterval is %s: did you mean %d * time.Second? "+
			"Below a second only local.FastPolling is allowed, for tests", interval, int64(interval))
	default:
		return 0, fmt.Errorf("FlagConfigPollingInterval is %s: did you mean seconds? "+
			"Below a second only local.FastPolling is allowed, for tests", interval)
	}
}
