// Command xpmt is the command line of Amplitude Experiment: it fetches and evaluates a user's variants, shows a
// deployment's flags, serves a fake of the service to develop against, and runs suites of evaluation vectors.
//
//	xpmt fetch --user-id user-1
//	xpmt evaluate --user '{"user_id":"user-1","user_properties":{"plan":"pro"}}' --flags flags.json
//	xpmt serve --flags flags.json
//
// "xpmt help" lists the commands. The deployment key is --key or, better, the environment variable EXPERIMENT_KEY.
// Results go to the standard output, errors to the standard error; the exit code is 0, 1 for what failed, and 2 for a
// command line that makes no sense.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
