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
)

func newServe() *cobra.Command {
	var file, address, key string
	command := &cobra.Command{
		Use:   "serve --flags FILE",
		Short: "Serve a fake of the service to develop against",
		Long: `Serve answers as the service does, from a file with flags: local evaluation loads them from it, and remote evaluation
gets what they evaluate to. Point a client's ServerURL at the address that it prints.

When the file changes, so do the flags; a file that is not well-formed leaves them as they were. Ctrl-C ends it.`,
		Example: `  xpmt serve --flags flags.json
  EXPERIMENT_KEY=server-fake-deployment-key xpmt fetch --server-url http://127.0.0.1:8080 --user-id user-1`,
		Args: cobra.NoArgs,
		RunE: action(func(command *cobra.Command, _ []string) error {
			out, problems := command.OutOrStdout(), command.ErrOrStderr()
			watched := flagsFile{path: file}
			document, err := watched.read()
			if err != nil {
				return err
			}
			server, err := experimenttest.NewServer(&experimenttest.Config{
				Flags:         document,
				DeploymentKey: cmp.Or(key, os.Getenv(keyVariable)),
				Address:       address,
			})
			if err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
			defer server.Close()
			if _, err := fmt.Fprintf(out, "serving %s on %s\n%s\n", file, server.URL, expectedKey(key)); err != nil {
				return err
			}
			watched.follow(command.Context(), server, out, problems)
			return nil
		}),
	}
	flags := command.Flags()
	flags.StringVar(&file, "flags", "", "serve the flags in `FILE`: the service's JSON array, or an object of flag key to flag")
	flags.StringVar(&address, "address", "127.0.0.1:8080", "listen on `HOST:PORT`; port 0 takes a free one")
	flags.StringVar(&key, "key", "", "expect this deployment `KEY` (default $"+keyVariable+", or "+experimenttest.DefaultDeploymentKey+")")
	// The error can only be that there is no such flag.
	_ = command.MarkFlagRequired("flags")
	return command
}

// expectedKey tells which key clients need, without printing one that may be real.
func expectedKey(key string) string {
	switch {
	case key != "":
		return "deployment key: the one given by --key"
	case os.Getenv(keyVariable) != "":
		return "deployment key: the one in " + keyVariable
	}
	return "deployment key: " + experimenttest.DefaultDeploymentKey
}

// flagsFile is a file that is read again when it changes.
type flagsFile struct {
	path     string
	modified time.Time
	size     int64
}

func (f *flagsFile) read() ([]byte, error) {
	// The state is taken first: a change right after it is then noticed the next time.
	info, err := os.Stat(f.path)
	if err != nil {
		return nil, fmt.Errorf("reading flags: %w", err)
	}
	f.modified, f.size = info.ModTime(), info.Size()
	return readFlags(f.path)
}

func (f *flagsFile) changed() bool {
	info, err := os.Stat(f.path)
	// A file that is gone for a moment is how editors save.
	return err == nil && (!info.ModTime().Equal(f.modified) || info.Size() != f.size)
}

// follow gives the server the file's flags whenever it changes, until ctx ends.
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
		document, err := f.read()
		if err == nil {
			err = server.SetFlags(document)
		}
		if err != nil {
			fmt.Fprintf(problems, "xpmt: %s changed, but is not used: %v\n", f.path, err)
			continue
		}
		fmt.Fprintf(out, "%s changed and is served\n", f.path)
	}
}
