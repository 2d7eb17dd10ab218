// Package benchmarks has Go SDKs for feature flags side by side: the same flags,
// said in each one's own model, the same users, and the calls that a server
// makes. README.md says how to run it, RESULTS.md what came out.
//
// It is a module of its own, so that nobody who uses the SDK gets its
// dependencies. Amplitude's own SDK has the module path of this project, which
// one program cannot have twice: package amplitude, again a module of its own,
// measures it.
package benchmarks
