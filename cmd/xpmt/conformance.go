package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/amplitude/experiment-go-server/internal/conformance"
)

func newConformance() *cobra.Command {
	return &cobra.Command{
		Use:   "conformance DIR...",
		Short: "Run suites of evaluation vectors",
		Long: `Conformance runs suites of evaluation vectors: the .json files in the folders
and below them. It evaluates every case and compares whole variants, including
their metadata. testdata/conformance/README.md describes the format.

It prints each difference, with both values, and a last line
"N passed, N failed". The exit code is 1 if a case failed or a suite could not
be run.`,
		Args: cobra.MinimumNArgs(1),
		RunE: action(func(command *cobra.Command, paths []string) error {
			return runSuites(command.Context(), command.OutOrStdout(), paths)
		}),
	}
}

// runSuites runs all suites and prints their differences. A suite that cannot
// be run does not stop it, so that one bad file does not hide the results of
// the others.
func runSuites(ctx context.Context, out io.Writer, paths []string) error {
	var (
		passed, failed int
		problems       []error
	)
	for _, path := range paths {
		files, err := conformance.Files(path)
		if err != nil {
			problems = append(problems, err)
		}
		for _, file := range files {
			report, err := await(ctx, func() (conformance.Report, error) { return conformance.Run(file) })
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil {
				problems = append(problems, err)
			}
			passed += report.Passed
			failed += report.Failed
			for _, f := range report.Failures {
				fmt.Fprintf(out, "FAIL %s, case %s, flag %q\n  got  %s\n  want %s\n",
					f.Suite, f.Case, f.Flag, f.Got, f.Want)
			}
		}
	}
	if _, err := fmt.Fprintf(out, "%d passed, %d failed\n", passed, failed); err != nil {
		problems = append(problems, err)
	}
	if failed > 0 {
		problems = append(problems, fmt.Errorf("%d of %d cases failed", failed, passed+failed))
	}
	return errors.Join(problems...)
}
