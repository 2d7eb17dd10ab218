// Package benchmarks compares Go SDKs for feature flags: the same flags, in
// each SDK's own model, the same users, and the calls that a server makes.
// README.md describes how to run it, and RESULTS.md shows the results.
//
// It is a module of its own. See RATIONALE.md, "Why are the benchmarks modules
// of their own?". Package amplitude measures Amplitude's own SDK.
package benchmarks
