package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/amplitude/experiment-go-server/experimenttest"
	"github.com/amplitude/experiment-go-server/local"
)

func newServe() *cobra.Command {
	var file, address, key string
	command := &cobra.Command{
		Use:   "serve --flags FILE",
		Short: "Serve a fake service to develop against",
		Long: `Serve runs a fake service with the flags of a file. Clients for local evaluation
load the flags, and clients for remote evaluation get the variants that the
flags evaluate to. Point a client's ServerURL at the address that serve prints.
Web pages of every origin may send requests too, if they have the key.

When the file changes, serve reloads it. An invalid file leaves the flags
unchanged. Press Ctrl-C to stop it.`,
		Example: `  xpmt serve --flags flags.json
  EXPERIMENT_KEY=server-fake-deployment-key xpmt fetch --server-url http://127.0.0.1:8080 --user-id user-1`,
		Args: cobra.NoArgs,
		RunE: action(func(command *cobra.Command, _ []string) error {
			out, problems := command.OutOrStdout(), command.ErrOrStderr()
			watched := flagsFile{path: file}
			document, err := watched.read(command.Context())
			if err != nil {
				return err
			}
			server, err := experimenttest.NewServer(&experimenttest.Config{
				Flags:         document,
				DeploymentKey: cmp.Or(key, os.Getenv(keyVariable)),
				Address:       address,
			})
			if err != nil {
				return fmt.Errorf("serving %s: %w", file, err)
			}
			defer server.Close()
			if err := local.Available(); err != nil {
				fmt.Fprintf(problems, "xpmt: warning: requests for variants will fail with status 422: %v\n", err)
			}
			if _, err := fmt.Fprintf(out, "serving %s on %s\n%s\n", file, server.URL, expectedKey(key)); err != nil {
				return err
			}
			watched.follow(command.Context(), server, out, problems)
			return nil
		}),
	}
	flags := command.Flags()
	flags.StringVar(&file, "flags", "",
		"serve the flags in `FILE`: a JSON array of flags, or an object of flag key to flag")
	flags.StringVar(&address, "address", "127.0.0.1:8080", "listen on `HOST:PORT`; port 0 selects a free port")
	flags.StringVar(&key, "key", "",
		"expect this deployment `KEY` (default $"+keyVariable+", or "+experimenttest.DefaultDeploymentKey+")")
	// The only possible error is a flag that does not exist.
	_ = command.MarkFlagRequired("flags")
	return command
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

// flagsFile is a file with flags, and its state when it was last read.
type flagsFile struct {
	path     string
	modified time.Time
	size     int64
}

// read returns the content of the file and remembers its state.
func (f *flagsFile) read(ctx context.Context) ([]byte, error) {
	// The state is taken before the content, so that a change in between is
	// noticed the next time.
	info, err := os.Stat(f.path)
	if err != nil {
		return nil, fmt.Errorf("reading flags: %w", err)
	}
	f.modified, f.size = info.ModTime(), info.Size()
	return readFlags(ctx, f.path)
}

// changed reports whether the file has changed since it was last read.
func (f *flagsFile) changed() bool {
	info, err := os.Stat(f.path)
	// A missing file is not a change: some editors remove a file for a moment
	// when they save it.
	return err == nil && (!info.ModTime().Equal(f.modified) || info.Size() != f.size)
}

// follow sets the server's flags whenever the file changes, until ctx is done.
func (f *flagsFile) follow(ctx context.Context, server *experimenttest.Server, out, problems io.Writer) {
	ticker := time.NewTicker(250 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if !f.changed() {
			continue
		}
		document, err := f.read(ctx)
		if ctx.Err() != nil {
			return
		}
		if err == nil {
			err = server.SetFlags(document)
		}
		if err != nil {
			fmt.Fprintf(problems, "xpmt: reloading %s: %v; the previous flags stay in use\n", f.path, err)
			continue
		}
		fmt.Fprintf(out, "%s changed and is served\n", f.path)
	}
}
