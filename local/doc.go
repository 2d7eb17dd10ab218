// Package local evaluates flags within the process: local evaluation, in which a client keeps the flag configs of a
// deployment up to date and a native core decides, without a request per user.
//
//	client, err := local.Initialize("server-…", nil) // a server deployment's key
//	…
//	defer client.Close()
//	if err := client.Start(ctx); err != nil { // loads the flags, then polls for changes
//		…
//	}
//	variant, ok := client.Variant(&experiment.User{UserID: "user-1"}, "checkout-button")
//	if ok && variant.Value == "on" {
//		…
//	}
//
// Any number of goroutines may use a [Client], and evaluations take no locks: each works on the version of the flags that
// is current when it begins. The service being away does not hurt them, as a client keeps the last good flags.
//
// # What flags can read of a user
//
// A flag's conditions, and what it buckets by, are paths into a context that the client makes of the user: "user" is the
// user's JSON, and "groups" has, for each group type, the first of the user's names with its group_properties and
// cohort_ids. An empty text or collection of the user is absent; within UserProperties everything is a value, also "",
// false and 0. Values may be whatever encoding/json can encode. One that it cannot (a channel, NaN) is an error, but only
// for the flags that read it.
//
// # Platforms
//
// The core needs cgo. Without it the package compiles, and Initialize returns an [*UnsupportedError] that says what to do.
// [Available] tells beforehand.
package local
