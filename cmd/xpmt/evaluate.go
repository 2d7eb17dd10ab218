package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/local"
)

func newEvaluate() *cobra.Command {
	var (
		service  serviceFlags
		who      userFlags
		variants variantFlags
		file     string
	)
	command := &cobra.Command{
		Use:   "evaluate [flag-key]...",
		Short: "Evaluate flags for a user in this process (local evaluation)",
		Long: `Evaluate loads the deployment's flags, or reads them from a file, and evaluates them here, as package local does.
With --flags neither a deployment key nor a network is needed.`,
		Example: `  xpmt evaluate --user-id user-1
  xpmt evaluate --user-id user-1 --flags flags.json --json checkout-button`,
		RunE: action(func(command *cobra.Command, args []string) error {
			if err := local.Available(); err != nil {
				return err
			}
			client, err := newLocalClient(command, service, file)
			if err != nil {
				return err
			}
			defer client.Close()
			user, err := who.read(command.Context(), command.InOrStdin())
			if err != nil {
				return err
			}
			if file == "" {
				if err := client.Start(command.Context()); err != nil {
					return err
				}
			}
			evaluated, err := client.EvaluateWithOptions(user, local.EvaluateOptions{
				FlagKeys:        variants.keys(args),
				IncludeDefaults: variants.includeDefaults,
			})
			if err != nil {
				return err
			}
			return writeVariants(command.OutOrStdout(), evaluated, variants.asJSON)
		}),
	}
	service.addTo(command)
	who.addTo(command)
	variants.addTo(command)
	addFlagsFile(command, &file)
	return command
}

// newLocalClient makes a client that has the flags of the file, or is to load those of the service.
func newLocalClient(command *cobra.Command, service serviceFlags, file string) (*local.Client, error) {
	config := &local.Config{
		Logger:                    newLogger(command),
		FlagConfigPollingInterval: local.NoPolling,
	}
	if file != "" {
		document, err := readFlags(file)
		if err != nil {
			return nil, err
		}
		config.Bootstrap = document
		// A client needs a key, but this one never connects.
		client, err := local.Initialize("none", config)
		if err != nil {
			return nil, fmt.Errorf("reading flags from %s: %w", file, err)
		}
		return client, nil
	}
	key, err := service.deploymentKey()
	if err != nil {
		return nil, err
	}
	config.ServerURL, config.ServerZone = service.serverURL, experiment.ServerZone(service.zone)
	client, err := local.Initialize(key, config)
	if err != nil {
		return nil, usage("%w", err) // without a bootstrap, only the configuration can be wrong
	}
	return client, nil
}

func addFlagsFile(command *cobra.Command, file *string) {
	command.Flags().StringVar(file, "flags", "",
		"take the flags from `FILE` instead of the service: its JSON array, or an object of flag key to flag")
}

func readFlags(file string) ([]byte, error) {
	document, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading flags: %w", err)
	}
	if len(document) == 0 {
		return nil, fmt.Errorf("reading flags: %s is empty", file)
	}
	return document, nil
}
