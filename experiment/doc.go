// Package experiment holds the types that remote and local evaluation share: a
// [User] goes in, a [Variant] comes out. It imports the standard library only.
//
// Package remote fetches the variants of a user from Amplitude. Package local
// loads the flags and evaluates them in the process. Both return [Variants],
// and both accept the same User:
//
//	user := &experiment.User{UserID: "user-1"}
//	variants, err := client.Fetch(ctx, user)  // a remote.Client
//	variants, err := client.Evaluate(user)    // a local.Client
//	if variants["checkout-button"].Value == "on" {
//		…
//	}
//
// Code that only reads variants can take a [Lookup], which Variants and
// local.Subject implement.
package experiment
