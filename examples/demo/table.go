package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"text/tabwriter"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/local"
	"github.com/amplitude/experiment-go-server/remote"
)

// say announces a step.
func say(out io.Writer, step string) { fmt.Fprintf(out, "\n▸ %s\n", step) }

// comparison shows the variants that two clients return, side by side, and
// counts variants and differences.
type comparison struct {
	out    io.Writer
	remote *remote.Client
	local  *local.Client

	variants    int
	differences int
}

// show fetches and evaluates the user's variants and writes them as a table.
// Without keys it shows all flags.
func (c *comparison) show(ctx context.Context, who string, user *experiment.User, flagKeys ...string) error {
	fetched, err := c.remote.FetchWithOptions(ctx, user, remote.FetchOptions{FlagKeys: flagKeys})
	if err != nil {
		return err
	}
	evaluated, err := c.local.Evaluate(user, flagKeys...)
	if err != nil {
		return err
	}
	either := maps.Clone(fetched)
	maps.Copy(either, evaluated)

	fmt.Fprintf(c.out, "\n  %s\n", who)
	if len(either) == 0 {
		fmt.Fprintln(c.out, "    no variants")
		return nil
	}
	table := tabwriter.NewWriter(c.out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "    flag\tFetch\tEvaluate\tsame\tpayload")
	for _, key := range slices.Sorted(maps.Keys(either)) {
		fetchedVariant, isFetched := fetched[key]
		evaluatedVariant, isEvaluated := evaluated[key]
		same := "✓"
		if isFetched != isEvaluated || !reflect.DeepEqual(fetchedVariant, evaluatedVariant) {
			same = "✗"
			c.differences++
		}
		c.variants++
		fmt.Fprintf(table, "    %s\t%s\t%s\t%s\t%s\n", key, variantText(fetchedVariant, isFetched),
			variantText(evaluatedVariant, isEvaluated), same, payloadText(either[key]))
	}
	return table.Flush()
}

// variantText returns the variant's key, or "-" if there is no variant.
func variantText(variant experiment.Variant, ok bool) string {
	if !ok {
		return "-"
	}
	return variant.Key
}

// payloadText returns the payload as JSON, or "-" if there is no payload.
func payloadText(variant experiment.Variant) string {
	if variant.Payload == nil {
		return "-"
	}
	encoded, err := json.Marshal(variant.Payload)
	if err != nil {
		return err.Error()
	}
	return string(encoded)
}
