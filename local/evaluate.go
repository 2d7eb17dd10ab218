package local

import (
	"fmt"
	"log/slog"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/snapshot"
)

// EvaluateOptions are the choices of one evaluation. The zero value is what Evaluate uses.
type EvaluateOptions struct {
	// FlagKeys are the flags to evaluate and return. Default: all flags of the deployment.
	FlagKeys []string

	// IncludeDefaults also returns default variants and those of flags that are not deployed, which say that a flag is
	// off for the user, and why. Default: false.
	IncludeDefaults bool
}

// Evaluate is EvaluateWithOptions with the flag keys alone: it returns the variant of every flag asked for, or of every flag
// if none is, that is on for the user.
func (c *Client) Evaluate(user *experiment.User, flagKeys ...string) (map[string]experiment.Variant, error) {
	return c.EvaluateWithOptions(user, EvaluateOptions{FlagKeys: flagKeys})
}

// EvaluateWithOptions evaluates flags for a user and returns the variants by flag key. The map is the caller's, and empty,
// not nil, if there are none; a flag that is absent is off for the user, or unknown. The variants are shared with other
// calls: treat their payloads and metadata as read-only. The user is only read.
//
// It neither blocks nor takes a lock, and all variants are of one version of the flags. It works after Close too.
//
// The error is [ErrNotReady] before there are flags, a [*CycleError] if a flag asked for by key cannot be evaluated, and
// else says what is wrong with the user: it is nil, or a value that these flags read is none that encoding/json can encode.
func (c *Client) EvaluateWithOptions(user *experiment.User, options EvaluateOptions) (map[string]experiment.Variant, error) {
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

// Variant evaluates one flag for a user and returns what it gives, be it its default variant; Metadata tells. It returns
// false, with the zero Variant, if the flag is unknown or gives nothing for the user, and also where Evaluate returns an
// error, which is then logged at level debug.
//
// It is the fastest way to one flag, as it does not allocate. What holds for EvaluateWithOptions holds for it: the variant
// is shared and read-only, the user only read, and nothing blocks.
func (c *Client) Variant(user *experiment.User, flagKey string) (experiment.Variant, bool) {
	current, err := c.flags()
	if err != nil {
		c.notEvaluated(flagKey, err)
		return experiment.Variant{}, false
	}
	variant, err := current.Variant(user, flagKey)
	if variant == nil {
		c.notEvaluated(flagKey, err)
		return experiment.Variant{}, false
	}
	return *variant, true
}

// FlagMetadata returns a flag's own metadata, such as its flagType and its flagVersion, and whether the flag is known. The
// map is nil for a flag without any, and is shared with other calls: treat it as read-only. Its values are decoded as those
// of a Variant's Metadata are. Before there are flags none is known.
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

// flags is the current ones.
func (c *Client) flags() (*snapshot.Snapshot, error) {
	if !c.initialized() {
		return nil, errNotInitialized
	}
	current := c.current.Load()
	if current == nil {
		return nil, ErrNotReady
	}
	return current, nil
}

// notEvaluated says why there is no variant, if that is an error.
func (c *Client) notEvaluated(flagKey string, err error) {
	if err != nil {
		c.debug("cannot evaluate a flag", flagKey, err)
	}
}

func (c *Client) debug(message, flagKey string, err error) {
	if c.initialized() {
		c.logger.Debug(message, slog.String("flag", flagKey), slog.Any("error", err))
	}
}
