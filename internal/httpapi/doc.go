// Package httpapi speaks HTTP to the Amplitude Experiment service for every
// client of this module: it knows where the service is, how to authorize, what
// to retry and how much of a response to read.
//
// A [Client] sends a [Request], retrying transient failures, and returns a
// [Response] with the whole body, or an error. It knows nothing about users,
// variants or flags.
package httpapi
