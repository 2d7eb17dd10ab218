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
		Long: `Evaluate loads the deployment's flags, or reads them from a file, and evaluates
them in this process, as package local does. With --flags it needs neither a
deployment key nor a network.`,
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

// newLocalClient returns a client with the flags of the file or, if file is
// empty, a client that will load the flags from the service.
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
		// Initialize needs a key, but this client never connects.
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
		return nil, usage("%w", err) // without a Bootstrap, only the configuration can be invalid
	}
	return client, nil
}

// addFlagsFile adds the command-line flag --flags.
func addFlagsFile(command *cobra.Command, file *string) {
	command.Flags().StringVar(file, "flags", "",
		"read flags from `FILE` instead of the service: a JSON array of flags, or an object of flag key to flag")
}

// readFlags returns the content of a file with flags.
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
