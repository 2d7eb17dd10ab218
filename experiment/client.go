package experiment

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"

	"github.com/amplitude/experiment-go-server/internal/httpapi"
	"github.com/amplitude/experiment-go-server/internal/variants"
)

// Client fetches variants for the users of one deployment. Make one with Initialize and keep it: any number of goroutines
// may use it, and it keeps its connections. It has no goroutines of its own and needs no closing.
type Client struct {
	endpoint      string
	authorization string
	http          *httpapi.Client
	logger        *slog.Logger
}

// Initialize makes a Client for a server deployment's key, with the defaults if config is nil. It does not connect. An
// empty key, and a config that makes no sense, is an error that names the field.
//
// Each call makes a Client of its own, with its own config, also for the same key.
func Initialize(deploymentKey string, config *Config) (*Client, error) {
	authorization, err := httpapi.Authorization(deploymentKey)
	if err != nil {
		return nil, fmt.Errorf("initializing the experiment client: %w", err)
	}
	if config == nil {
		config = &Config{}
	}
	base, options, err := config.resolve()
	if err != nil {
		return nil, fmt.Errorf("initializing the experiment client: %w", err)
	}
	return &Client{
		endpoint:      httpapi.Endpoint(base, "sdk/v2/vardata", url.Values{"v": {"0"}}),
		authorization: authorization,
		http:          httpapi.New(options),
		logger:        options.Logger,
	}, nil
}

// Fetch is FetchWithOptions with no options: it returns the variant of every flag that is on for the user.
func (c *Client) Fetch(ctx context.Context, user *User) (map[string]Variant, error) {
	return c.FetchWithOptions(ctx, user, FetchOptions{})
}

// FetchWithOptions asks the service for the user's variants and returns them by flag key. The map is the caller's, and
// empty, not nil, if there are none; a flag that is absent is off for the user.
//
// It blocks until there is an answer, there are no retries left, or the context ends, and then at once. By default that may
// take more than a minute while the service is down, so pass a context with the deadline that your own callers have.
//
// The error is a *[FetchError] if the service answered with another status than 200, satisfies errors.Is(err, ctx.Err())
// if the context ended, and else says what failed. A variant that is malformed is left out and logged as a warning; the
// others are returned.
func (c *Client) FetchWithOptions(ctx context.Context, user *User, options FetchOptions) (map[string]Variant, error) {
	switch {
	case c == nil || c.http == nil:
		return nil, errors.New("fetching variants: the client is not one that Initialize made; was its error checked?")
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
	fetched, err := decodeVariants(response.Body, func(flagKey string, err error) {
		c.logger.WarnContext(ctx, "leaving out a malformed variant in the answer of the experiment service",
			"flag", flagKey, "error", err)
	})
	if err != nil {
		return nil, fmt.Errorf("fetching variants: %w", err)
	}
	for flagKey, variant := range fetched {
		// A service may ignore the list of flags, and may add the flags that those depend on.
		unasked := len(options.FlagKeys) > 0 && !slices.Contains(options.FlagKeys, flagKey)
		if unasked || (!options.IncludeDefaults && variants.Hidden(variant.Metadata)) {
			delete(fetched, flagKey)
		}
	}
	return fetched, nil
}
