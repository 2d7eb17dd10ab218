package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/datasource"
	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

func newFlags() *cobra.Command {
	var (
		service serviceFlags
		file    string
		asJSON  bool
	)
	command := &cobra.Command{
		Use:   "flags",
		Short: "Show a deployment's flags",
		Long: `Flags lists the flags that the service sends for local evaluation, or the flags
of a file.

With --json it writes the document unchanged, byte for byte, so that the output
can be used as a file for --flags.`,
		Example: `  xpmt flags
  xpmt flags --json > flags.json`,
		Args: cobra.NoArgs,
		RunE: action(func(command *cobra.Command, _ []string) error {
			document, err := loadFlags(command, service, file)
			if err != nil {
				return err
			}
			if asJSON {
				_, err := command.OutOrStdout().Write(document)
				return err
			}
			entries, err := flagEntries(document)
			if err != nil {
				return notFlags(cmp.Or(file, "the service's response"), err)
			}
			return listFlags(command.OutOrStdout(), command.ErrOrStderr(), entries)
		}),
	}
	service.addTo(command)
	addFlagsFile(command, &file)
	command.Flags().BoolVar(&asJSON, "json", false, "write the document of flags unchanged")
	return command
}

// loadFlags returns the document of flags from the file or, if file is empty,
// from the service.
func loadFlags(command *cobra.Command, service serviceFlags, file string) ([]byte, error) {
	if file != "" {
		return readFlags(command.Context(), file)
	}
	key, err := service.deploymentKey()
	if err != nil {
		return nil, err
	}
	authorization, err := httpapi.Authorization(key)
	if err != nil {
		return nil, usage("%w", err)
	}
	base, err := httpapi.ServerURL(httpapi.Flags, experiment.ServerZone(service.zone), service.serverURL)
	if err != nil {
		return nil, usage("%w", err)
	}
	return fetchFlags(command.Context(), datasource.Options{
		Base: base, Authorization: authorization, Timeout: 10 * time.Second, Logger: newLogger(command),
	})
}

// fetchFlags returns the document of flags from the service.
func fetchFlags(ctx context.Context, options datasource.Options) ([]byte, error) {
	source := datasource.NewPoller(options)
	defer source.CloseIdleConnections()
	document, err := source.Load(ctx)
	if err != nil {
		return nil, fmt.Errorf("loading flags: %w", err)
	}
	return document.Body, nil
}

// listedFlag is the part of a flag that the list shows.
type listedFlag struct {
	Key          string                     `json:"key"`
	Dependencies []string                   `json:"dependencies"`
	Variants     map[string]json.RawMessage `json:"variants"`
	Metadata     struct {
		FlagType    string      `json:"flagType"`
		FlagVersion json.Number `json:"flagVersion"`
		Deployed    *bool       `json:"deployed"`
	} `json:"metadata"`
}

// listFlags lists flags by key. It leaves out a flag that cannot be decoded and
// writes a warning to problems.
func listFlags(out, problems io.Writer, entries []json.RawMessage) error {
	var flags []listedFlag
	for i, entry := range entries {
		var flag listedFlag
		if err := json.Unmarshal(entry, &flag); err != nil {
			fmt.Fprintf(problems, "xpmt: warning: leaving out entry %d of the flags: %v\n", i, readable(err))
			continue
		}
		flags = append(flags, flag)
	}
	slices.SortStableFunc(flags, func(a, b listedFlag) int { return cmp.Compare(a.Key, b.Key) })

	rows := [][]string{{"FLAG", "TYPE", "VERSION", "DEPLOYED", "VARIANTS", "DEPENDS ON"}}
	for _, flag := range flags {
		deployed := "yes"
		if flag.Metadata.Deployed != nil && !*flag.Metadata.Deployed {
			deployed = "no"
		}
		rows = append(rows, []string{
			flag.Key, flag.Metadata.FlagType, flag.Metadata.FlagVersion.String(), deployed,
			strings.Join(slices.Sorted(maps.Keys(flag.Variants)), ", "), strings.Join(flag.Dependencies, ", "),
		})
	}
	return writeTable(out, rows)
}

// readable returns an error about a wrong type without Go's own words. It
// returns other errors unchanged.
func readable(err error) error {
	var wrong *json.UnmarshalTypeError
	if !errors.As(err, &wrong) {
		return err
	}
	return fmt.Errorf("%s has the wrong type: %s", cmp.Or(wrong.Field, "the entry"), wrong.Value)
}

// flagEntries returns the flags of a document: the elements of an array, or the
// members of an object in the order of their keys.
func flagEntries(document []byte) ([]json.RawMessage, error) {
	var whole json.RawMessage
	if err := json.Unmarshal(document, &whole); err != nil {
		return nil, err
	}
	var entries []json.RawMessage
	switch bytes.TrimLeft(document, " \t\r\n")[0] {
	case '[':
		err := json.Unmarshal(document, &entries)
		return entries, err
	case '{':
		var byKey map[string]json.RawMessage
		if err := json.Unmarshal(document, &byKey); err != nil {
			return nil, err
		}
		for _, key := range slices.Sorted(maps.Keys(byKey)) {
			entries = append(entries, byKey[key])
		}
		return entries, nil
	}
	return nil, errors.New("it is neither")
}

// notFlags returns the error about a document that has no flags. The source is
// the file, or the sender of the document.
func notFlags(source string, cause error) error {
	return fmt.Errorf("reading flags: %s must be a JSON array of flags, or an object of flag key to flag: %w",
		source, cause)
}
