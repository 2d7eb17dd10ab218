// Package experimenttest is a fake of Amplitude's service, for tests and for developing without it. As with
// net/http/httptest, [NewServer] starts a real HTTP server on the loopback interface; point a client's ServerURL at its URL:
//
//	server, err := experimenttest.NewServer(&experimenttest.Config{Flags: flags})
//	…
//	defer server.Close()
//	client, err := remote.Initialize(server.DeploymentKey, &remote.Config{ServerURL: server.URL})
//
// # What it serves
//
//   - GET /sdk/v2/flags: the flags, as the JSON array that local evaluation loads, with an ETag.
//   - GET and POST /sdk/v2/vardata: a user's variants, as remote evaluation fetches them. They are the ones a test set
//     with [Server.SetVariants] or [Server.SetUserVariants], and otherwise what the flags evaluate to. The answer has every
//     variant, those of undeployed flags and the default ones included (the clients leave them out), as version 2 of the
//     protocol does.
//   - GET /sdk/v1/cohort/{id}: the members of a cohort that a test set with [Server.SetCohort]. Setting one does not put
//     users in it: evaluation sees the cohort IDs that a user is sent with.
//
// It checks keys, methods, headers and JSON, and says in the body of a 4xx what was wrong. Everything can be changed while
// it runs, requests are recorded ([Server.Requests]), and [Server.Fail] makes it fail as a service does: with a status,
// slowly, in the middle of a body, or without an answer.
//
// Evaluation needs cgo, as package local does. In a binary built without it, vardata answers 501 unless variants are set;
// all the rest works.
package experimenttest
