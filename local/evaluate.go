package local

import (
	"fmt"
	"log/slog"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/httpapi"
	"github.com/amplitude/experiment-go-server/internal/snapshot"
)

// EvaluateOptions configure one evaluation. The zero value is what Evaluate
// uses.
type EvaluateOptions struct {
	// FlagKeys are the flags to evaluate and return. Default: all flags of the
	// deployment.
	FlagKeys []string

	// IncludeDefaults also returns default variants and variants of flags that
	// are not deployed, which say that a flag is off for the user, and why; see
	// [experiment.Variant.IsDefault]. Default: false.
	IncludeDefaults bool
}

// Evaluate evaluates the flags with the given keys, or all flags if there are
// none, and returns the variants of those that are on for the user. It is
// EvaluateWithOptions without other options.
func (c *Client) Evaluate(user *experiment.User, flagKeys ...string) (experiment.Variants, error) {
	return c.EvaluateWithOptions(user, EvaluateOptions{FlagKeys: flagKeys})
}

// EvaluateWithOptions evaluates flags for a user and returns the variants by
// flag key. A flag that is absent is off for the user, or unknown. The map is
// the caller's, and is empty, not nil, if there are no variants. The variants
// are shared with other calls: treat their payloads and metadata as read-only.
// The user is only read.
//
// It neither blocks nor takes a lock, and all variants are of one version of
// the flags. It works after Close too.
//
// The error is [ErrNotReady] before there are flags, or a [*CycleError] if a
// flag requested by key cannot be evaluated. Any other error says what is wrong
// with the user: it is nil, or one of the values that these flags read is too
// large or cannot be encoded by encoding/json. Without flag keys, one such
// value is an error for all flags.
func (c *Client) EvaluateWithOptions(user *experiment.User, options EvaluateOptions) (experiment.Variants, error) {
	current, err := c.flags()
	if err != nil {
		return nil, fmt.Errorf("evaluating flags: %w", err)
	}
	variants, err := current.Evaluate(user, options.FlagKeys, options.IncludeDefaults)
	if err != nil {
		return nil, fmt.Errorf("evaluating flags: %w", evaluationError(err))
	}
	return variants, nil
}

// Variant evaluates one flag for a user. Unlike Evaluate it also returns
// default variants, which [experiment.Variant.IsDefault] reports. It returns
// the zero Variant and false if the flag is unknown or has no variant for the
// user, and also where Evaluate returns an error, which it logs at debug level.
//
// It is the fastest way to evaluate one flag, since it does not allocate. Like
// EvaluateWithOptions it never blocks, only reads the user, and returns a
// variant that is shared and read-only.
func (c *Client) Variant(user *experiment.User, flagKey string) (experiment.Variant, bool) {
	current, err := c.flags()
	if err != nil {
		c.logNotEvaluated(flagKey, err)
		return experiment.Variant{}, false
	}
	variant, err := current.Variant(user, flagKey)
	if variant == nil {
		c.logNotEvaluated(flagKey, err)
		return experiment.Variant{}, false
	}
	return *variant, true
}

// FlagMetadata returns a flag's own metadata, such as its flagType and
// flagVersion, and whether the flag is known. The map is nil if the flag has
// none, and is shared with other calls: treat it as read-only. Its values are
// decoded like the values of a Variant's Metadata. Before there are flags, no
// flag is known.
func (c *Client) FlagMetadata(flagKey string) (map[string]any, bool) {
	current, err := c.flags()
	if err != nil {
		c.debug("cannot look up a flag", flagKey, err)
		return nil, false
	}
	metadata, ok, err := current.FlagMetadata(flagKey)
	if err != nil {
		c.debug("cannot read the metadata of a flag", flagKey, err)
	}
	return metadata, ok
}

// flags returns the current flags.
func (c *Client) flags() (*snapshot.Snapshot, error) {
	if !c.initialized() {
		return nil, httpapi.ErrNotInitialized
	}
	current := c.updater.Current()
	if current == nil {
		return nil, ErrNotReady
	}
	return current, nil
}

// logNotEvaluated logs err at debug level, if there is one.
func (c *Client) logNotEvaluated(flagKey string, err error) {
	if err != nil {
		c.debug("cannot evaluate a flag", flagKey, err)
	}
}

func (c *Client) debug(message, flagKey string, err error) {
	if c.initialized() {
		c.logger.Debug(message, slog.String("flag", flagKey), slog.Any("error", err))
	}
}
