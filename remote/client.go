package remote

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

// Client fetches variants for the users of one deployment. Make one with
// Initialize and keep it, since it keeps its connections. Any number of
// goroutines may use it. It has no goroutines of its own and needs no closing.
type Client struct {
	endpoint string
	key      httpapi.Key
	http     *httpapi.Client
	logger   *slog.Logger
}

// Initialize returns a Client for a server deployment's key, with the default
// configuration if config is nil. It does not connect. It returns an error that
// names the field if the key is empty or a Config value is invalid.
//
// Each call returns a new Client with its own configuration, even for the same
// key.
func Initialize(deploymentKey string, config *Config) (*Client, error) {
	key, err := httpapi.Authorization(deploymentKey)
	if err != nil {
		return nil, fmt.Errorf("initializing the remote client: %w", err)
	}
	if config == nil {
		config = &Config{}
	}
	base, options, err := config.resolve()
	if err != nil {
		return nil, fmt.Errorf("initializing the remote client: %w", err)
	}
	httpapi.WarnIfUnencrypted(options.Logger, httpapi.RemoteEvaluation, base)
	return &Client{
		endpoint: httpapi.Endpoint(base, "sdk/v2/vardata", url.Values{"v": {"0"}}),
		key:      key,
		http:     httpapi.New(options),
		logger:   options.Logger,
	}, nil
}

// Fetch returns the variant of every flag that is on for the user. It is
// FetchWithOptions without options.
func (c *Client) Fetch(ctx context.Context, user *experiment.User) (experiment.Variants, error) {
	return c.FetchWithOptions(ctx, user, FetchOptions{})
}

// FetchWithOptions requests the user's variants from the service and returns
// them by flag key. A flag that is absent is off for the user. The map is the
// caller's, and is empty, not nil, if there are no variants.
//
// It blocks until the service has responded, no retries are left, or the
// context ends. By default that takes about three minutes at most: 9 attempts
// of 10 s, backoffs of 25 s in all, and a minute that the service asks for with
// Retry-After. So pass a context with the deadline of your own caller.
//
// While many requests fail, a Client retries less: at most 10 times, and once
// more for each 10 calls and for each 5 s.
//
// The error is a *[FetchError] if the service responded with another status
// than 200, and satisfies errors.Is(err, ctx.Err()) if the context ended. Any
// other error says what failed, such as a user's value that JSON cannot hold. A
// malformed variant is logged as a warning and left out; the others are
// returned. If a response has members but none of them is a variant, that is an
// error.
func (c *Client) FetchWithOptions(
	ctx context.Context, user *experiment.User, options FetchOptions,
) (experiment.Variants, error) {
	switch {
	case c == nil || c.http == nil:
		return nil, fmt.Errorf("fetching variants: %w", httpapi.ErrNotInitialized)
	case ctx == nil:
		return nil, errors.New("fetching variants: the context is nil; pass context.Background() for none")
	}
	request, err := c.request(user, options)
	if err != nil {
		return nil, fmt.Errorf("fetching variants: %w", err)
	}
	response, err := c.http.Do(ctx, request)
	if err != nil {
		return nil, fetchError(ctx.Err(), err)
	}
	variants, err := decodeVariants(response.Body, func(flagKey string, err error) {
		c.logger.WarnContext(ctx, "leaving out a malformed variant of the experiment service's response",
			"flag", flagKey, "error", err)
	})
	if err != nil {
		return nil, fmt.Errorf("fetching variants: %w", err)
	}
	for flagKey, variant := range variants {
		// See RATIONALE.md, "Why does Fetch filter its response by flag keys?".
		unwanted := len(options.FlagKeys) > 0 && !slices.Contains(options.FlagKeys, flagKey)
		if unwanted || (!options.IncludeDefaults && variant.IsDefault()) {
			delete(variants, flagKey)
		}
	}
	return variants, nil
}
