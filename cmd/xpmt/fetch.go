package main

import (
	"github.com/spf13/cobra"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/remote"
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

func newFetch() *cobra.Command {
	var (
		service  serviceFlags
		who      userFlags
		variants variantFlags
	)
	command := &cobra.Command{
		Use:   "fetch [flag-key]...",
		Short: "Fetch a user's variants from the service (remote evaluation)",
		Long: `Fetch gets a user's variants from the service, as package remote does.

It tells the service not to track an assignment, so that looking does not
change an experiment.`,
		Example: `  xpmt fetch --user-id user-1
  xpmt fetch --user-id user-1 --json checkout-button`,
		RunE: action(func(command *cobra.Command, args []string) error {
			key, err := service.deploymentKey()
			if err != nil {
				return err
			}
			user, err := who.read(command.Context(), command.InOrStdin())
			if err != nil {
				return err
			}
			client, err := remote.Initialize(key, &remote.Config{
				Logger:       newLogger(command),
				ServerURL:    service.serverURL,
				ServerZone:   experiment.ServerZone(service.zone),
				FetchRetries: 2, // fewer than the default, since a person waits
			})
			if err != nil {
				return usage("%w", err) // only the configuration can be invalid
			}
			fetched, err := client.FetchWithOptions(command.Context(), user, remote.FetchOptions{
				FlagKeys:        variants.keys(args),
				TrackAssignment: remote.TrackOff,
				IncludeDefaults: variants.includeDefaults,
			})
			if err != nil {
				return err
			}
			return writeVariants(command.OutOrStdout(), fetched, variants.asJSON)
		}),
	}
	service.addTo(command)
	who.addTo(command)
	variants.addTo(command)
	return command
}
