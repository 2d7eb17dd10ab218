// Command xpmt is the command line of Amplitude Experiment. It fetches and
// evaluates a user's variants, shows a deployment's flags, serves a fake
// service to develop against, and runs suites of evaluation vectors.
//
//	xpmt fetch --user-id user-1
//	xpmt evaluate --flags flags.json --user '{"user_id":"user-1"}'
//	xpmt serve --flags flags.json
//
// "xpmt help" lists the commands. The deployment key comes from --key or,
// better, from the environment variable EXPERIMENT_KEY. Results go to standard
// output, errors to standard error. The exit code is 0 on success, 1 on
// failure, 2 on a usage error.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the program even if the first one cannot.
	context.AfterFunc(ctx, stop)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
