// Package remote fetches a user's variants from Amplitude Experiment. The
// service knows the flags and evaluates them.
//
//	// The key is a server deployment's.
//	client, err := remote.Initialize("server-…", nil)
//	…
//	variants, err := client.Fetch(ctx, &experiment.User{UserID: "user-1"})
//	if variants["checkout-button"].Value == "on" {
//		…
//	}
//
// A [Client] retries transient failures (network errors, timeouts, 429 and 5xx)
// and stops when the context does. It never writes to the user it is given, and
// any number of goroutines may use it. The package is pure Go. Package local
// evaluates the same flags in the process.
package remote
