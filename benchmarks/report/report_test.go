package main

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const output = `date: 2030-01-02
go: go1.99
cpus: 2
rounds: 3
commit: abc1234
version-growthbook: v0.7.0
goos: linux
goarch: amd64
cpu: A processor
BenchmarkOne/sdk=ours/flags=100-2        1000   300.0 ns/op   0 B/op   0 allocs/op
BenchmarkOne/sdk=ours/flags=100-2        1000   200.0 ns/op   0 B/op   0 allocs/op
BenchmarkOne/sdk=ours/flags=100-2        1000   250.0 ns/op   0 B/op   0 allocs/op
BenchmarkOne/sdk=growthbook/flags=100-2  1000   1500 ns/op    9 B/op   1234 allocs/op
BenchmarkAll/sdk=ours/how=call/flags=100-2        10   12345 ns/op   9 B/op   4 allocs/op
BenchmarkAll/sdk=ours/how=loop/flags=100-2        10   40000 ns/op   0 B/op   0 allocs/op
BenchmarkAll/sdk=launchdarkly/how=call/flags=100-2        10   140000 ns/op   9 B/op   421 allocs/op
BenchmarkAll/sdk=launchdarkly/how=loop/flags=100-2        10   100000 ns/op   0 B/op   0 allocs/op
BenchmarkLoad/sdk=ours/flags=100-2       10   2000000 ns/op   181501 document-bytes   9 B/op   540 allocs/op
BenchmarkLoad/sdk=posthog/flags=100-2    10   1500000 ns/op   66900 document-bytes   9 B/op   5337 allocs/op
`

// parse returns the results in the output of benchmarks.
func parse(t *testing.T, text string) results {
	r, err := readResults(strings.NewReader(text))
	require.NoError(t, err)
	return r
}

func TestReadResults_TakesMedians(t *testing.T) {
	m := parse(t, output).measurements["One/sdk=ours/flags=100"]
	assert.InEpsilon(t, 250e-9, m.seconds, 1e-9)
	assert.InEpsilon(t, 0.4, m.spread, 1e-9)
	assert.InEpsilon(t, 1234, parse(t, output).measurements["One/sdk=growthbook/flags=100"].allocs, 1e-9)
}

func TestReadResults_RejectsBadOutput(t *testing.T) {
	_, err := readResults(strings.NewReader("PASS\n"))
	assert.EqualError(t, err, "reading results.txt: it has no results")
	_, err = readResults(strings.NewReader("BenchmarkOne/sdk=ours 10 fast ns/op\n"))
	assert.ErrorContains(t, err, "results.txt:1:")
}

func TestMedian(t *testing.T) {
	assert.Equal(t, 0.0, median(nil))
	assert.Equal(t, 2.0, median([]float64{3, 1, 2}))
	assert.Equal(t, 2.5, median([]float64{4, 1, 3, 2}))
}

func TestFormatDuration(t *testing.T) {
	for seconds, want := range map[float64]string{
		2.5e-9: "2.50 ns", 301.4e-9: "301 ns", 999.6e-9: "1.00 µs", 14.155e-6: "14.2 µs", 1.5e-3: "1.50 ms",
		3: "3.00 s",
	} {
		assert.Equal(t, want, formatDuration(seconds))
	}
}

func TestFormatCount(t *testing.T) {
	for number, want := range map[float64]string{
		0: "0", 999: "999", 1000: "1,000", 40234.4: "40,234", 1e6: "1,000,000",
	} {
		assert.Equal(t, want, formatCount(number))
	}
}

func TestComparisonTable_ComparesWithOurs(t *testing.T) {
	r := parse(t, output)
	assert.Equal(t, strings.Join([]string{
		"|  | one flag of 100 | ours = 1 | allocations | all of 100 flags | ours = 1 |",
		"| --- | ---: | ---: | ---: | ---: | ---: |",
		"| **This SDK** | 250 ns | 1.00 × | 0 | 12.3 µs | 1.00 × |",
		"| LaunchDarkly |  |  |  | 100 µs | 8.10 × |",
		"| GrowthBook | 1.50 µs | 6.00 × | 1,234 |  |  |",
	}, "\n"), comparisonTable(r, []sdk{ours, others[1], others[2]}, one, all100))
}

func TestLosses_InTimeAndAllocations(t *testing.T) {
	assert.Equal(t, []string{
		"all of 100 flags: LaunchDarkly allocates 0 times, this SDK 4 times",
		"loading 100 flags: PostHog takes 1.50 ms, this SDK 2.00 ms",
	}, losses(parse(t, output)))
}

func TestRenderPage_HasTheMeasurements(t *testing.T) {
	text, err := renderPage(parse(t, output))
	require.NoError(t, err)
	for _, part := range []string{
		"Measured on 2030-01-02, with go1.99 on linux/amd64,\non a machine with 2 CPUs (A processor).",
		"| GrowthBook | `github.com/growthbook/growthbook-golang` v0.7.0 |",
		"\n- loading 100 flags: PostHog takes 1.50 ms, this SDK 2.00 ms.\n",
	} {
		assert.Contains(t, string(text), part)
	}
	assert.NotContains(t, string(text), "<no value>", "every value of the page is in results.txt")
}

func TestRenderPage_WithoutLosses(t *testing.T) {
	without := output[:strings.Index(output, "BenchmarkAll")]
	text, err := renderPage(parse(t, without))
	require.NoError(t, err)
	assert.Contains(t, string(text), "\nIn this run it is first in everything above.\n")
}

func TestRenderPage_NotesABusyMachine(t *testing.T) {
	const sentence = "**The speed of the machine drifted during this run,"
	quiet, err := renderPage(parse(t, output)) // only one benchmark varies
	require.NoError(t, err)
	assert.NotContains(t, string(quiet), sentence)
	varying := strings.Index(output, "BenchmarkOne/sdk=growthbook")
	noisy, err := renderPage(parse(t, output[:varying]))
	require.NoError(t, err)
	assert.Contains(t, string(noisy), sentence)
}

func TestRenderPlot_HasABarForEachMeasurement(t *testing.T) {
	bars := 0
	decoder := xml.NewDecoder(strings.NewReader(string(renderPlot(parse(t, output)))))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "rect" {
			for _, attribute := range start.Attr {
				if attribute.Name.Local == "class" && strings.HasPrefix(attribute.Value, "bar") {
					bars++
				}
			}
		}
	}
	assert.Equal(t, 4, bars)
}
