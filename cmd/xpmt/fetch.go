package main

import (
	"github.com/spf13/cobra"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/remote"
)

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
change an experiment. If the service has no variant of a flag given by key, not
even a default one, fetch names the flag and the exit code is 1.`,
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
			keys := variants.keys(args)
			fetched, err := client.FetchWithOptions(command.Context(), user, remote.FetchOptions{
				FlagKeys:        keys,
				TrackAssignment: remote.TrackOff,
				IncludeDefaults: true,
			})
			if err != nil {
				return err
			}
			unknown := without(keys, func(key string) bool {
				_, ok := fetched[key]
				return ok
			})
			return variants.write(command.OutOrStdout(), fetched, keys, unknown,
				": the service has no variant, not even a default one")
		}),
	}
	service.addTo(command)
	who.addTo(command)
	variants.addTo(command)
	return command
}
