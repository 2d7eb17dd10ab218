// Package httpapi speaks HTTP to the Amplitude Experiment service for every client of this module: where the service is,
// who asks, when to try again, and how much of an answer to read.
//
// A [Client] sends one [Request] as often as it takes and returns one [Response] with its whole body, or one error. It
// knows nothing about users, variants or flags.
package httpapi
