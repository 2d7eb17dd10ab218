// Package benchdata makes the flags and users that benchmarks run on: flag
// configs of usual size and shape. They are computed, so that even large sets
// need no files.
//
// A flag has three segments: a list of user IDs, two conditions on user
// properties that must both be met, and everyone else. It is bucketed by user
// ID, and its variants have small payloads. Flag i depends on i only, so a
// smaller set is a prefix of a larger one. The generator of testdata/perf makes
// the same sets, byte for byte; that folder has the smaller ones.
package benchdata
