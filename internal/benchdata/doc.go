// Package benchdata is the flags and users that benchmarks run on: flag configs
// of usual size and shape, made by rule, so that any number of them costs no file.
//
// A flag has three segments: a list of user IDs, two AND conditions over user
// properties, and everyone else. It is bucketed by user ID, and its variants have
// small payloads. Flag i depends on i only, so a smaller set is a prefix of a
// larger one. The sets are byte for byte those of the generator of testdata/perf,
// of which that folder has the smaller ones.
package benchdata
