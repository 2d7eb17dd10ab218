package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/amplitude/experiment-go-server/experiment"
)

// variantFlags are the command-line flags that select variants and how to show
// them.
type variantFlags struct {
	flagKeys        []string
	includeDefaults bool
	asJSON          bool
}

func (f *variantFlags) addTo(command *cobra.Command) {
	flags := command.Flags()
	flags.StringSliceVar(&f.flagKeys, "flag-keys", nil,
		"show only the flags with these `KEYS`, separated by commas, and those given as arguments")
	flags.BoolVar(&f.includeDefaults, "include-defaults", false,
		"also show default variants and variants of undeployed flags")
	flags.BoolVar(&f.asJSON, "json", false, "write an object of flag key to variant")
}

// keys returns the keys of the selected flags. If there are none, all flags are
// selected.
func (f *variantFlags) keys(args []string) []string {
	return append(append([]string{}, f.flagKeys...), args...)
}

// write writes the variants of the selected flags, which include default
// variants. It removes the variants that it does not show from the map. If
// there are unknown flags, it returns an error that names them and ends with
// hint.
func (f *variantFlags) write(out io.Writer, variants experiment.Variants, keys, unknown []string, hint string) error {
	all := len(variants)
	if !f.includeDefaults {
		maps.DeleteFunc(variants, func(_ string, variant experiment.Variant) bool { return variant.IsDefault() })
	}
	var err error
	switch {
	case f.asJSON:
		err = writeJSON(out, variants)
	case len(variants) > 0:
		err = writeVariants(out, variants)
	case len(variants) < all:
		_, err = fmt.Fprintln(out, "no variants (use --include-defaults to show default variants)")
	case len(keys) == 0 || len(unknown) < len(keys):
		_, err = fmt.Fprintln(out, "no variants")
	}
	if err != nil || len(unknown) == 0 {
		return err
	}
	quoted := make([]string, len(unknown))
	for i, key := range unknown {
		quoted[i] = fmt.Sprintf("%q", key)
	}
	return errors.New("unknown flag: " + strings.Join(quoted, ", ") + hint)
}

// without returns the keys that are not known, each once.
func without(keys []string, known func(key string) bool) []string {
	var unknown []string
	for _, key := range keys {
		if !known(key) && !slices.Contains(unknown, key) {
			unknown = append(unknown, key)
		}
	}
	return unknown
}
