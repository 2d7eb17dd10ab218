// Package amplitude measures Amplitude's own Go SDK with the benchmarks of the
// module around it. It is a module of its own because that SDK and this project
// have the same module path.
package amplitude
