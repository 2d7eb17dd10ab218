// Package local evaluates flags in the process. A client loads the flag configs
// of a deployment and keeps them current; a native core evaluates them, without
// a request per user.
//
//	// The key is a server deployment's.
//	client, err := local.Initialize("server-…", nil)
//	…
//	defer client.Close()
//	if err := client.Start(ctx); err != nil { // loads the flags, then polls
//		…
//	}
//	user := &experiment.User{UserID: "user-1"}
//	variant, ok := client.Variant(user, "checkout-button")
//	if ok && variant.Value == "on" {
//		…
//	}
//
// Any number of goroutines may use a [Client]. Evaluations take no locks: each
// uses the version of the flags that is current when it begins. An outage does
// not affect them: the client keeps the last good flags.
//
// # What flags can read of a user
//
// The conditions of a flag, and what it buckets by, are paths into a context
// that the client makes of the user. "user" is the user's JSON, and "groups"
// has, for each group type, the first of the user's names with its
// group_properties and cohort_ids. Empty strings and collections of the user
// are absent. Within UserProperties everything is a value, including "", false
// and 0. A value may be of any type that encoding/json can encode. A value that
// it cannot encode (a channel, NaN), or that is not a string and has more than
// 1 MiB as JSON, is an error only for the flags that read it.
//
// A user is a member of the cohorts in CohortIDs and GroupCohortIDs and, with
// [Config.CohortSync], of the loaded cohorts that contain the UserID or the
// first name of a group.
//
// # Live data
//
// By default flags are polled. [Config.StreamUpdates] gets each change at once,
// [Config.CohortSync] loads the cohorts that flags read, and [Config.CacheFile]
// keeps both on disk for a start while the service is down. Flags and cohorts
// are one state, and an evaluation uses one state from start to end.
// [Client.Status] describes it, and [Client.OnUpdate] tells of changes.
//
// # Platforms
//
// The core needs cgo. Without it the package compiles, and Initialize returns
// an [*UnsupportedError] that says what to do. [Available] reports this
// beforehand.
package local
