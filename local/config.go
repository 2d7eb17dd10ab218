package local

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/flagsource"
	"github.com/amplitude/experiment-go-server/internal/httpapi"
	"github.com/amplitude/experiment-go-server/internal/snapshot"
)

// Values that turn off what a zero field of a Config would set to its default. Any negative value does the same.
const (
	NoPolling time.Duration = -1 // of FlagConfigPollingInterval: the flags that Start loads are kept
	NoTimeout time.Duration = -1 // of FlagConfigRequestTimeout: only the context, or Close, ends a request
)

// Config is how a Client gets its flags. Nil and the zero Config are the defaults, and so is each zero field; a negative
// duration is none. Initialize checks it, and copies it, so a Config may be used again.
type Config struct {
	// Debug logs debug lines and above to standard error, as text. It has no effect if Logger is set. Default: false.
	Debug bool

	// Logger gets warnings (a poll that fails, once until polls work again; a flag that is malformed, once for each
	// version of the flags), a line at level info when polls work again, and debug lines. None has the deployment key, and
	// only debug lines may have a value of a user. Default: what slog.Default() is at Initialize, or what Debug says.
	Logger *slog.Logger

	// ServerZone picks Amplitude's host. Default: experiment.ServerZoneUS.
	ServerZone experiment.ServerZone

	// ServerURL is where to get flags instead of at the host of the ServerZone, such as a proxy. A path in it is kept, and
	// comes before that of the API. Default: https://api.lab.amplitude.com, or in the EU
	// https://flag.lab.eu.amplitude.com.
	ServerURL string

	// HTTPClient sends the requests. It is copied, so the Client neither changes it nor closes its connections; its own
	// Timeout counts too. Redirects are followed only to the same scheme, host and port. Default: a connection pool of
	// the Client's own, with proxies taken from the environment.
	HTTPClient *http.Client

	// Bootstrap is flag configs to evaluate with until the service has sent some: JSON as the service sends it, an array
	// of flags, or an object with flags as members. The Client does not keep the bytes. Default: none.
	Bootstrap json.RawMessage

	// FlagConfigPollingInterval is the time from one poll for changed flags to the next. Each wait is up to a tenth
	// shorter or longer, and the first one up to half, so that servers which started together do not poll together.
	// Default: 30 s.
	FlagConfigPollingInterval time.Duration

	// FlagConfigRequestTimeout limits each request for flags, from connecting to the last byte of the body. Default: 10 s.
	FlagConfigRequestTimeout time.Duration
}

// settings is what a Config stands for.
type settings struct {
	source    flagsource.Options
	interval  time.Duration // 0 is none
	bootstrap *snapshot.Snapshot
	logger    *slog.Logger
}

// resolve says what is wrong with the config, if anything.
func (c Config) resolve() (settings, error) {
	base, err := httpapi.ServerURL(httpapi.Flags, string(c.ServerZone), c.ServerURL)
	if err != nil {
		return settings{}, err
	}
	logger := c.logger()
	s := settings{
		source: flagsource.Options{
			Base:       base,
			HTTPClient: c.HTTPClient,
			Timeout:    max(0, orDefault(c.FlagConfigRequestTimeout, 10*time.Second)),
			Logger:     logger,
		},
		interval: max(0, orDefault(c.FlagConfigPollingInterval, 30*time.Second)),
		logger:   logger,
	}
	if len(c.Bootstrap) > 0 {
		if s.bootstrap, err = snapshot.New(c.Bootstrap); err != nil {
			return settings{}, fmt.Errorf("the Bootstrap must be a JSON array of flags, or an object of them by key: %w", err)
		}
	}
	return s, nil
}

func (c Config) logger() *slog.Logger {
	switch {
	case c.Logger != nil:
		return c.Logger
	case c.Debug:
		return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	return slog.Default()
}

func orDefault(value, byDefault time.Duration) time.Duration {
	if value == 0 {
		return byDefault
	}
	return value
}
