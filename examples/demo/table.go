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

// say writes the line before a step.
func say(out io.Writer, step string) { fmt.Fprintf(out, "\n▸ %s\n", step) }

// comparison shows what both clients give, side by side, and counts the variants and the differences between them.
type comparison struct {
	out    io.Writer
	remote *remote.Client
	local  *local.Client

	variants    int
	differences int
}

// show fetches and evaluates the user's variants, of all flags if no keys are given, and writes them as a table.
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
		remote, isFetched := fetched[key]
		here, isEvaluated := evaluated[key]
		same := "✓"
		if isFetched != isEvaluated || !reflect.DeepEqual(remote, here) {
			same = "✗"
			c.differences++
		}
		c.variants++
		fmt.Fprintf(table, "    %s\t%s\t%s\t%s\t%s\n",
			key, keyText(remote, isFetched), keyText(here, isEvaluated), same, payloadText(either[key]))
	}
	return table.Flush()
}

func keyText(variant experiment.Variant, ok bool) string {
	if !ok {
		return "-"
	}
	return variant.Key
}

func payloadText(variant experiment.Variant) string {
	if variant.Payload == nil {
		return "-"
	}
	text, err := json.Marshal(variant.Payload)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
