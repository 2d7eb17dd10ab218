package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The numbers in testdata are invented, so that medians, ratios and verdicts
// can be checked by hand.
func TestTables_MatchTheExpectedPage(t *testing.T) {
	in, err := os.Open("testdata/bench.txt")
	require.NoError(t, err)
	defer in.Close()
	want, err := os.ReadFile("testdata/tables.md")
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, tables(&out, in))
	assert.Equal(t, string(want), out.String())
}

func TestTables_RejectOutputWithoutResults(t *testing.T) {
	for _, in := range []string{"", "PASS\nok  \texample.com\t0.1s\n", "BenchmarkBroken-2  some words here\n"} {
		var out bytes.Buffer
		require.EqualError(t, tables(&out, strings.NewReader(in)), "the input has no benchmark results")
		assert.Empty(t, out.String())
	}
}

func TestMedian_TakesAllRunsInAnyOrder(t *testing.T) {
	r, err := parse(strings.NewReader(
		"BenchmarkA 1 30 ns/op\nBenchmarkA 1 10 ns/op 7 x\nBenchmarkA 1 50 ns/op\nBenchmarkA 1 20 ns/op\n"))
	require.NoError(t, err)
	median, ok := r.median("A", "ns/op")
	assert.True(t, ok)
	assert.Equal(t, 25.0, median)
	median, ok = r.median("A", "x")
	assert.True(t, ok)
	assert.Equal(t, 7.0, median)
	_, ok = r.median("A", "B/op")
	assert.False(t, ok)
	_, ok = r.median("B", "ns/op")
	assert.False(t, ok)
}

func TestRatio_ComparesTheSameRound(t *testing.T) {
	r, err := parse(strings.NewReader("BenchmarkA-2 1 10 ns/op\nBenchmarkB-2 1 5 ns/op\n" +
		"BenchmarkA-2 1 90 ns/op\nBenchmarkB-2 1 30 ns/op\nBenchmarkA-2 1 40 ns/op\nBenchmarkB-2 1 10 ns/op\n"))
	require.NoError(t, err)
	ratio, ok := r.ratio("A", "B", "ns/op")
	assert.True(t, ok)
	assert.Equal(t, 3.0, ratio, "the median of 2, 3 and 4; the ratio of the medians is 4")
	_, ok = r.ratio("A", "C", "ns/op")
	assert.False(t, ok)
}

func TestQuantity_ChoosesAUnitThatFits(t *testing.T) {
	for want, ns := range map[string]float64{
		"0.3 ns": 0.3, "99.9 ns": 99.94, "350 ns": 350, "9999 ns": 9999, "12.0 µs": 12_000, "60.00 ms": 60e6,
		"5.00 s": 5e9,
	} {
		assert.Equal(t, want, quantity(ns, nanoseconds))
	}
	assert.Equal(t, "2", quantity(2, allocations))
	assert.Equal(t, "1.90", quantity(1.9, "ratio"))
}

func TestBound_IsMetByItsOwnValue(t *testing.T) {
	assert.True(t, atMost(5).met(5))
	assert.False(t, atMost(5).met(5.1))
	assert.True(t, atLeast(5).met(5))
	assert.False(t, atLeast(5).met(4.9))
}
