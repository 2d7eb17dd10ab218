package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/snapshot"
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
deployment key nor a network. If a flag given by key is unknown, evaluate names
it and the exit code is 1.`,
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
			keys := variants.keys(args)
			evaluated, err := client.EvaluateWithOptions(user, local.EvaluateOptions{
				FlagKeys:        keys,
				IncludeDefaults: true,
			})
			if err != nil {
				return err
			}
			unknown := without(keys, func(key string) bool {
				_, ok := client.FlagMetadata(key)
				return ok
			})
			return variants.write(command.OutOrStdout(), evaluated, keys, unknown, "")
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
		document, err := readFlags(command.Context(), file)
		if err != nil {
			return nil, err
		}
		// Initialize would call the document a Bootstrap, which it is not for
		// the person who reads the error.
		flags, err := snapshot.New(document)
		if err == nil {
			err = flags.CheckUsable()
		}
		if err != nil {
			return nil, notFlags(file, err)
		}
		config.Bootstrap = document
		// Initialize needs a key, but this client never connects.
		return local.Initialize("none", config)
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
func readFlags(ctx context.Context, file string) ([]byte, error) {
	document, err := await(ctx, func() ([]byte, error) { return os.ReadFile(file) })
	if err != nil {
		return nil, fmt.Errorf("reading flags: %w", err)
	}
	if len(document) == 0 {
		return nil, fmt.Errorf("reading flags: %s is empty", file)
	}
	return document, nil
}
