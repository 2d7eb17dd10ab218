package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// The exit codes.
const (
	exitOK    = 0
	exitError = 1
	exitUsage = 2
)

// run runs the program with the given arguments and streams, and returns the
// exit code. It ends early when ctx is done.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(append([]string{}, args...)) // nil would mean the process's arguments
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)

	command, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitOK
	}
	if ctx.Err() != nil {
		fmt.Fprintln(stderr, "xpmt: interrupted")
		return exitError
	}
	fmt.Fprintf(stderr, "xpmt: %v\n", err)
	// An error that cobra itself finds is always about the command line.
	var failed *failedError
	if errors.As(err, &failed) && !errors.As(err, new(*usageError)) {
		return exitError
	}
	fmt.Fprintf(stderr, "Run '%s --help' for usage.\n", command.CommandPath())
	return exitUsage
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "xpmt",
		Short: "Feature flags and experiments from the command line",
		Long: `xpmt fetches and evaluates a user's variants with Amplitude Experiment, shows
a deployment's flags, serves a fake service to develop against, and runs suites
of evaluation vectors.`,
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		RunE: action(func(*cobra.Command, []string) error {
			return usage("no command given")
		}),
	}
	root.AddCommand(
		newFetch(), newEvaluate(), newFlags(), newServe(), newConformance(), newVersion(),
	)
	return root
}

// usageError is an error in the command line, as opposed to a failure of the
// command.
type usageError struct{ cause error }

func (e *usageError) Error() string { return e.cause.Error() }
func (e *usageError) Unwrap() error { return e.cause }

// usage returns a usageError.
func usage(format string, args ...any) error {
	return &usageError{fmt.Errorf(format, args...)}
}

// failedError marks the errors of our own code. The others are cobra's, about
// the command line.
type failedError struct{ cause error }

func (e *failedError) Error() string { return e.cause.Error() }
func (e *failedError) Unwrap() error { return e.cause }

// action adapts the function of a command to cobra and marks its errors.
func action(do func(*cobra.Command, []string) error) func(*cobra.Command, []string) error {
	return func(command *cobra.Command, args []string) error {
		if err := do(command, args); err != nil {
			return &failedError{err}
		}
		return nil
	}
}
