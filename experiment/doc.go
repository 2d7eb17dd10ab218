// Package experiment fetches a user's variants from Amplitude Experiment: remote evaluation, in which the service knows
// the flags and decides.
//
//	client, err := experiment.Initialize("server-…", nil) // a server deployment's key
//	…
//	variants, err := client.Fetch(ctx, &experiment.User{UserID: "user-1"})
//	if variants["checkout-button"].Value == "on" {
//		…
//	}
//
// A [Client] retries what may pass (network failures, time-outs, 429 and 5xx), stops when the context does, never writes to
// the [User] it is given, and may be used by any number of goroutines. The package is pure Go. Package local evaluates the
// same flags within the process and shares the [User] and [Variant] of this one.
package experiment

import "github.com/amplitude/experiment-go-server/internal/httpapi"

// Version of this module, which the service gets to know as "experiment-go-server/" + Version.
const Version = httpapi.Version
