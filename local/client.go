package local

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/amplitude/experiment-go-server/internal/flagsource"
	"github.com/amplitude/experiment-go-server/internal/httpapi"
	"github.com/amplitude/experiment-go-server/internal/snapshot"
)

// Client evaluates the flags of one deployment. Make one with Initialize, Start it, keep it, and Close it at the end: any
// number of goroutines may use it.
type Client struct {
	// current is the flags that evaluations use, nil before there are any.
	current atomic.Pointer[snapshot.Snapshot]
	logger  *slog.Logger

	source   *flagsource.Source
	interval time.Duration // between polls, 0 for none

	// life ends with Close, and with it every request and the poller.
	life context.Context
	end  context.CancelFunc
	// turn is held by Start and by Close, and guards started. It is a lock that a context can interrupt.
	turn    chan struct{}
	started bool
	// polling is closed when the poller has ended; nil without one.
	polling chan struct{}

	// These belong to whoever loads flags: Start, and from then on the poller.
	etag    string // of the current flags, if the service gave one
	failing bool   // the last load did
}

// Initialize makes a Client for a server deployment's key, with the defaults if config is nil. It does not connect. With a
// Bootstrap the Client can evaluate at once, else after Start.
//
// The error is an [*UnsupportedError] in a program that cannot evaluate, and else says which field is wrong: an empty key,
// a config that makes no sense, a Bootstrap that is no document of flags. (A flag in it that is malformed is logged as a
// warning and left out.)
//
// Each call makes a Client of its own, with its own config, also for the same key.
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
	settings, err := config.resolve()
	if err != nil {
		return nil, fmt.Errorf("initializing the local client: %w", err)
	}
	settings.source.Authorization = authorization
	c := &Client{
		logger:   settings.logger,
		source:   flagsource.New(settings.source),
		interval: settings.interval,
		turn:     make(chan struct{}, 1),
	}
	c.life, c.end = context.WithCancel(context.Background())
	if settings.bootstrap != nil {
		c.use(settings.bootstrap)
	}
	return c, nil
}

// Start loads the flags, and begins to poll for changes in the background. The context is for the loading only: its end
// does not stop the polling, which Close does.
//
// What may pass (no connection, a time-out, 429, 5xx) is tried again up to 3 times, with a backoff from 200 ms to 2 s. If
// there are no flags then, the error is a [*LoadError], nothing is left running, and Start may be called again. With a
// Bootstrap it is no error: Start logs a warning, and the polling goes on to try.
//
// Once it has succeeded, further calls do nothing and return nil. After Close, and when Close interrupts it, the error is
// [ErrClosed].
func (c *Client) Start(ctx context.Context) error {
	switch {
	case !c.initialized():
		return fmt.Errorf("starting the local client: %w", errNotInitialized)
	case ctx == nil:
		return errors.New("starting the local client: the context is nil; pass context.Background() for none")
	}
	if err := c.takeTurn(ctx); err != nil {
		return fmt.Errorf("starting the local client: %w", newLoadError(err))
	}
	defer func() { <-c.turn }()
	if c.closed() {
		return fmt.Errorf("starting the local client: %w", ErrClosed)
	}
	if c.started {
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(c.life, cancel)()

	err := c.load(ctx)
	switch {
	case c.closed():
		return fmt.Errorf("starting the local client: %w", ErrClosed)
	case err != nil && c.current.Load() == nil:
		return fmt.Errorf("starting the local client: %w", newLoadError(err))
	case err != nil:
		c.failing = true
		c.logger.Warn("cannot load flags, so those of the bootstrap stay in use", "error", newLoadError(err))
	}
	c.started = true
	if c.interval > 0 {
		c.polling = make(chan struct{})
		go c.poll()
	}
	return nil
}

// takeTurn waits until no other Start, nor Close, is under way. If none is, it succeeds though the context has ended, since
// Start has its own rule for that.
func (c *Client) takeTurn(ctx context.Context) error {
	select {
	case c.turn <- struct{}{}:
		return nil
	default:
	}
	select {
	case c.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close stops the polling, interrupts a Start and any request, waits until nothing of the Client runs any more, and returns
// nil. It may be called at any time, from any goroutine and more than once; each call waits.
//
// A closed Client still evaluates, with the last flags that it had.
func (c *Client) Close() error {
	if !c.initialized() {
		return nil
	}
	c.end()
	c.turn <- struct{}{}
	defer func() { <-c.turn }()
	if c.polling != nil {
		<-c.polling
	}
	c.source.CloseIdleConnections()
	return nil
}

// errNotInitialized is for a nil or zero Client, which a program has that overlooks the error of Initialize.
var errNotInitialized = errors.New("the client is not one that Initialize made; was its error checked?")

func (c *Client) initialized() bool { return c != nil && c.source != nil }

func (c *Client) closed() bool { return c.life.Err() != nil }
