package main

import (
	"log/slog"
	"os"

	"github.com/spf13/cobra"
)

// serviceFlags are the command-line flags that select a deployment and the
// address of the service.
type serviceFlags struct {
	key, serverURL, zone string
}

// keyVariable is the environment variable with the deployment key. Unlike an
// argument, it is not visible to other users of the machine.
const keyVariable = "EXPERIMENT_KEY"

func (f *serviceFlags) addTo(command *cobra.Command) {
	flags := command.Flags()
	flags.StringVar(&f.key, "key", "", "deployment `KEY` (default $"+keyVariable+")")
	flags.StringVar(&f.serverURL, "server-url", "", "use the service at `URL` instead of the zone's")
	flags.StringVar(&f.zone, "zone", "us", "`ZONE` of the service: us or eu")
}

// deploymentKey returns the key from the command line or the environment.
func (f *serviceFlags) deploymentKey() (string, error) {
	if f.key != "" {
		return f.key, nil
	}
	if key := os.Getenv(keyVariable); key != "" {
		return key, nil
	}
	return "", usage("no deployment key given; use --key or set %s", keyVariable)
}

// newLogger returns a logger that writes the SDK's warnings to standard error.
// It leaves out the time, since they are about the command that just ran.
func newLogger(command *cobra.Command) *slog.Logger {
	return slog.New(slog.NewTextHandler(command.ErrOrStderr(), &slog.HandlerOptions{
		Level: slog.LevelWarn,
		ReplaceAttr: func(groups []string, attr slog.Attr) slog.Attr {
			if len(groups) == 0 && attr.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return attr
		},
	}))
}
