// Package amplitude measures Amplitude's own Go SDK, with the benchmarks that
// the module around it has for the others. It is a module of its own since that
// SDK and this project have one module path.
package amplitude
