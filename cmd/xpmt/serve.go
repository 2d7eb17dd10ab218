package main

import (
	"cmp"
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/amplitude/experiment-go-server/experimenttest"
	"github.com/amplitude/experiment-go-server/local"
)

func newServe() *cobra.Command {
	var options serveOptions
	command := &cobra.Command{
		Use:   "serve --flags FILE",
		Short: "Serve a fake service to develop against",
		Long: `Serve runs a fake service with the flags of a file. Clients for local evaluation
load or stream the flags, and clients for remote evaluation get the variants that
the flags evaluate to. Point a client's ServerURL, and the URLs of its stream and
its cohorts, at the address that serve prints. Web pages of every origin may send
requests too, if they have the key.

With --cohorts it also serves the cohorts of a file: a JSON array of objects with
cohortId, memberIds and, for a cohort of groups, groupType; or an object of cohort
ID to member IDs, for cohorts of users.

When a file changes, serve reloads it and sends new flags to all streams. An
invalid file leaves its flags or cohorts unchanged. Press Ctrl-C to stop it.`,
		Example: `  xpmt serve --flags flags.json --cohorts cohorts.json
  EXPERIMENT_KEY=server-fake-deployment-key xpmt fetch --server-url http://127.0.0.1:8080 --user-id user-1`,
		Args: cobra.NoArgs,
		RunE: action(func(command *cobra.Command, _ []string) error { return options.serve(command) }),
	}
	flags := command.Flags()
	flags.StringVar(&options.flags, "flags", "",
		"serve the flags in `FILE`: a JSON array of flags, or an object of flag key to flag")
	flags.StringVar(&options.cohorts, "cohorts", "",
		"serve the cohorts in `FILE`: a JSON array of cohorts, or an object of cohort ID to member IDs")
	flags.BoolVar(&options.noStream, "no-stream", false, "serve no streams, like Amplitude's evaluation proxy")
	flags.StringVar(&options.address, "address", "127.0.0.1:8080", "listen on `HOST:PORT`; port 0 selects a free port")
	flags.StringVar(&options.key, "key", "",
		"expect this deployment `KEY` (default $"+keyVariable+", or "+experimenttest.DefaultDeploymentKey+")")
	// The only possible error is a flag that does not exist.
	_ = command.MarkFlagRequired("flags")
	return command
}

// serveOptions are the command-line flags of serve.
type serveOptions struct {
	flags, cohorts string // paths
	noStream       bool
	address, key   string
}

// serve serves until the command's context ends.
func (o serveOptions) serve(command *cobra.Command) error {
	ctx, out, problems := command.Context(), command.OutOrStdout(), command.ErrOrStderr()
	flags := o.flagsFile()
	if err := flags.note(); err != nil {
		return fmt.Errorf("reading flags: %w", err)
	}
	document, err := readFlags(ctx, o.flags)
	if err != nil {
		return err
	}
	server, err := experimenttest.NewServer(&experimenttest.Config{
		Flags:         document,
		DeploymentKey: cmp.Or(o.key, os.Getenv(keyVariable)),
		Address:       o.address,
		NoStream:      o.noStream,
	})
	if err != nil {
		return fmt.Errorf("serving %s: %w", o.flags, err)
	}
	defer server.Close()
	files := []*servedFile{flags}
	var lines string
	if o.cohorts != "" {
		cohorts := &cohortsFile{path: o.cohorts}
		file := &servedFile{path: o.cohorts, previous: "cohorts", load: cohorts.load}
		if err := file.note(); err != nil {
			return fmt.Errorf("reading cohorts: %w", err)
		}
		if err := cohorts.load(ctx, server); err != nil {
			return fmt.Errorf("serving %s: %w", o.cohorts, err)
		}
		files = append(files, file)
		lines = cohorts.describe()
	}
	if err := local.Available(); err != nil {
		fmt.Fprintf(problems, "xpmt: warning: requests for variants will fail with status 422: %v\n", err)
	}
	_, err = fmt.Fprintf(out, "serving %s on %s\n%s\n%s", o.flags, server.URL, expectedKey(o.key), lines)
	if err != nil {
		return err
	}
	follow(ctx, files, server, out, problems)
	return nil
}

// flagsFile returns the file with the flags.
func (o serveOptions) flagsFile() *servedFile {
	return &servedFile{
		path: o.flags, previous: "flags",
		load: func(ctx context.Context, server *experimenttest.Server) error {
			document, err := readFlags(ctx, o.flags)
			if err != nil {
				return err
			}
			return server.SetFlags(document)
		},
	}
}

// expectedKey returns a line that names the key which clients need. It contains
// no key that may be real.
func expectedKey(key string) string {
	switch {
	case key != "":
		return "deployment key: the one given by --key"
	case os.Getenv(keyVariable) != "":
		return "deployment key: the one in " + keyVariable
	}
	return "deployment key: " + experimenttest.DefaultDeploymentKey
}
