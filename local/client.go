package local

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/amplitude/experiment-go-server/internal/httpapi"
	"github.com/amplitude/experiment-go-server/internal/updater"
)

// Client evaluates the flags of one deployment. Make one with Initialize, Start
// it, keep it, and Close it at the end. Any number of goroutines may use it.
type Client struct {
	updater    *updater.Updater
	logger     *slog.Logger
	staleAfter time.Duration // 0 means never
}

// Initialize returns a Client for a server deployment's key, with the default
// configuration if config is nil. It does not connect. With a CacheFile that
// has flags, or with a Bootstrap, the Client can evaluate at once, otherwise
// after Start.
//
// It returns an [*UnsupportedError] if the program has no evaluation core. Any
// other error names the invalid field: an empty key, an invalid Config value,
// or a Bootstrap that is not a flag document. A malformed flag within the
// Bootstrap is logged as a warning and left out. A CacheFile that cannot be
// used is a warning too.
//
// Each call returns a new Client with its own configuration, even for the same
// key.
func Initialize(deploymentKey string, config *Config) (*Client, error) {
	if err := Available(); err != nil {
		return nil, err
	}
	authorization, err := httpapi.Authorization(deploymentKey)
	if err != nil {
		return nil, fmt.Errorf("initializing the local client: %w", err)
	}
	if config == nil {
		config = &Config{}
	}
	options, err := config.resolve(authorization)
	if err == nil {
		options.LastGood, err = lastGood(config.CacheFile, deploymentKey)
	}
	if err != nil {
		return nil, fmt.Errorf("initializing the local client: %w", err)
	}
	return &Client{
		updater:    updater.New(options),
		logger:     options.Logger,
		staleAfter: max(0, cmp.Or(config.StaleAfter, max(5*time.Minute, 3*options.Interval))),
	}, nil
}

// Start loads the flags, and the cohorts that they read if there is a
// CohortSync, and then keeps both current in the background. The context bounds
// the loading only: it does not stop what follows, Close does.
//
// Transient failures (no connection, a timeout, 429, 5xx) are retried up to 3
// times, with a backoff from 200 ms to 2 s. If there are still no flags, Start
// returns a [*LoadError], leaves nothing running and no connection of the
// Client's own pool open, and may be called again. With flags of a CacheFile or
// of a Bootstrap, a failed load is not an error, nor is a context that ends:
// Start logs a warning, Status says that the flags are stale, and loading them
// is retried.
//
// Cohorts that cannot be loaded are not an error either: after the Timeout of
// the CohortSync the flags go live without them.
//
// If many loads fail, a Client retries less: at most 10 times, and once more
// for each 10 requests and for each 5 s. If the context would end before the
// next retry, Start returns the cause at once.
//
// Once Start has succeeded, further calls do nothing and return nil. After
// Close, or if Close interrupts it, Start returns [ErrClosed].
func (c *Client) Start(ctx context.Context) error {
	const starting = "starting the local client: %w"
	switch {
	case !c.initialized():
		return fmt.Errorf(starting, httpapi.ErrNotInitialized)
	case ctx == nil:
		return errors.New("starting the local client: the context is nil; pass context.Background() for none")
	}
	switch err := c.updater.Start(ctx); {
	case err == nil:
		return nil
	case errors.Is(err, updater.ErrClosed):
		return fmt.Errorf(starting, ErrClosed)
	default:
		return fmt.Errorf(starting, newLoadError(err))
	}
}

// StartInBackground begins to do what Start does and returns at once. It keeps
// trying until there are flags or the Client is closed: after each failure it
// waits for 1 s at first and 30 s at most. Ready tells when there are flags. It
// is for servers that must come up without them; until then evaluations return
// [ErrNotReady]. Further calls do nothing.
//
// The first failure is logged as a warning, further ones at debug level.
func (c *Client) StartInBackground() {
	if c.initialized() {
		c.updater.StartInBackground()
	}
}

// Close ends the stream, the polling, downloads and any Start, writes the last
// state to the CacheFile, if there is one, and waits until nothing of the
// Client runs any more. It may be called at any time, from any goroutine and
// more than once; each call waits. The handler of the Logger and a listener of
// OnUpdate may call it too: Close does not wait for a call of theirs that has
// begun. After Close the Client logs nothing but failed evaluations, at debug
// level.
//
// Close returns nil, or an error after Config.CloseTimeout if something still
// runs, such as a write to a disk that hangs.
//
// A closed Client still evaluates, with the last flags that it had.
func (c *Client) Close() error {
	if !c.initialized() {
		return nil
	}
	if err := c.updater.Close(); err != nil {
		return fmt.Errorf("closing the local client: %w", err)
	}
	return nil
}

func (c *Client) initialized() bool { return c != nil && c.updater != nil }
