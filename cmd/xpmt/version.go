package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/core"
)

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of the SDK and the origin of its evaluation core",
		Args:  cobra.NoArgs,
		RunE: action(func(command *cobra.Command, _ []string) error {
			_, err := fmt.Fprintf(command.OutOrStdout(), "xpmt %s\ncore: %s\n", experiment.Version, coreText())
			return err
		}),
	}
}

// coreText returns where the core comes from, with its hash or the reason why
// it is not available.
func coreText() string {
	info := core.LinkInfo()
	if _, reason := core.Available(); reason != "" {
		return fmt.Sprintf("%s (%s)", info.Origin, reason)
	}
	return fmt.Sprintf("%s, SHA-256 %s", info.Origin, info.Hash)
}
