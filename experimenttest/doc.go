// Package experimenttest provides a fake Amplitude Experiment service, for
// tests and for development without the real one. Like net/http/httptest, it
// runs a real HTTP server on the loopback interface. Start it with [NewServer]
// and point a client's ServerURL at its URL:
//
//	server, err := experimenttest.NewServer(&experimenttest.Config{
//		Flags: flags,
//	})
//	…
//	defer server.Close()
//	client, err := remote.Initialize(server.DeploymentKey, &remote.Config{
//		ServerURL: server.URL,
//	})
//
// # What it serves
//
//   - GET /sdk/v2/flags: the flags, as the JSON array that local evaluation
//     loads, with an ETag.
//   - GET /sdk/stream/v1/flags: a stream of server-sent events with the flags,
//     at once and whenever they change, and with keepalives. A Server can also
//     be one without streams (Config.NoStream).
//   - GET and POST /sdk/v2/vardata: a user's variants, as remote evaluation
//     fetches them. They are the variants that a test set with
//     [Server.SetVariants] or [Server.SetUserVariants]; otherwise the Server
//     evaluates its flags. As in version 2 of the protocol, the response
//     includes default variants and variants of undeployed flags, which the
//     clients leave out.
//   - GET /sdk/v1/cohort/{id}: the members of a cohort that a test set with
//     [Server.SetCohort], compressed if the client accepts it. Vardata
//     evaluates users and groups as members of these cohorts.
//
// The Server checks keys, methods, headers and JSON, and the body of a 4xx
// response explains what was wrong. It accepts users in the forms that
// Amplitude's SDKs for other languages send. Pages of every origin may send it
// requests: it answers CORS preflights, which are not recorded and have no
// faults.
//
// Everything can be changed while the Server runs, and requests are recorded
// ([Server.Requests]).
//
// # How it fails
//
// [Server.Fail] makes the Server fail as a real service and real networks do.
// A [Fault] is a status, a delay, another body, an end in the middle of a body
// or of a stream, or a combination. Functions return the usual ones:
//
//	server.Fail(experimenttest.EndpointFlags,
//		experimenttest.TooManyRequests(time.Second, 3),
//		experimenttest.Reset())
//	server.Fail(experimenttest.EndpointStream,
//		experimenttest.SilenceStream(1))
//
// [Server.Chaos] draws faults of all kinds at random, in a way that a seed
// reproduces. [Server.ClearFaults] makes everything work again.
//
// # Evaluation
//
// Evaluation needs cgo, as in package local. In a program without cgo, the
// response to a vardata request is a 422 unless variants are set; everything
// else works. Clients do not retry a 422.
package experimenttest
