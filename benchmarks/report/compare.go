package main

import (
	"fmt"
	"slices"
)

// sdk is one of the compared SDKs.
type sdk struct {
	name   string // as in the names of benchmarks
	title  string
	module string // its path
}

var (
	ours = sdk{name: "ours", title: "**This SDK**"}

	others = []sdk{
		{"amplitude", "Amplitude's Go SDK", "github.com/amplitude/experiment-go-server"},
		{"launchdarkly", "LaunchDarkly", "github.com/launchdarkly/go-server-sdk/v7"},
		{"growthbook", "GrowthBook", "github.com/growthbook/growthbook-golang"},
		{"posthog", "PostHog", "github.com/posthog/posthog-go"},
		{"statsig", "Statsig", "github.com/statsig-io/go-sdk"},
		{"openfeature", "OpenFeature, in memory", "github.com/open-feature/go-sdk"},
	}

	// prepared is this SDK with subjects. They keep their results, so they are
	// not compared with evaluations.
	prepared = sdk{name: "ours-prepared", title: "**This SDK**, a subject"}
)

// allSDKs returns this SDK and the others.
func allSDKs() []sdk { return slices.Concat([]sdk{ours}, others) }

// metric is something that was measured for every SDK.
type metric struct {
	title string
	get   func(r results, s sdk) measurement
}

// benchmarkMetric returns the metric that one benchmark measures. The format
// makes the benchmark's name from the SDK's.
func benchmarkMetric(title, format string) metric {
	return metric{title, func(r results, s sdk) measurement { return r.measurements[fmt.Sprintf(format, s.name)] }}
}

// allFlagsMetric returns the metric of all flags in an SDK's faster way: its
// call for all flags, or one call for each flag.
func allFlagsMetric(title string, flags int) metric {
	return metric{title, func(r results, s sdk) measurement {
		call := r.measurements[fmt.Sprintf("All/sdk=%s/how=call/flags=%d", s.name, flags)]
		loop := r.measurements[fmt.Sprintf("All/sdk=%s/how=loop/flags=%d", s.name, flags)]
		if !call.exists() || loop.exists() && loop.seconds < call.seconds {
			return loop
		}
		return call
	}}
}

var (
	one       = benchmarkMetric("one flag of 100", "One/sdk=%s/flags=100")
	oneOf1    = benchmarkMetric("one flag, the only one", "One/sdk=%s/flags=1")
	oneOf1k   = benchmarkMetric("one flag of 1,000", "One/sdk=%s/flags=1000")
	oneOf10k  = benchmarkMetric("one flag of 10,000", "One/sdk=%s/flags=10000")
	request1  = benchmarkMetric("a new user, then one flag of 100", "Request/sdk=%s/asked=1")
	request10 = benchmarkMetric("a new user, then ten flags of 100", "Request/sdk=%s/asked=10")
	all100    = allFlagsMetric("all of 100 flags", 100)
	all1k     = allFlagsMetric("all of 1,000 flags", 1_000)
	parallel  = benchmarkMetric("one flag of 100, on all CPUs", "Parallel/sdk=%s")
	load100   = benchmarkMetric("loading 100 flags", "Load/sdk=%s/flags=100")
	load1k    = benchmarkMetric("loading 1,000 flags", "Load/sdk=%s/flags=1000")
	metrics   = []metric{oneOf1, one, oneOf1k, oneOf10k, request1, request10, all100, all1k, parallel, load100, load1k}
)

// losses returns a line for each metric in which another SDK is better.
func losses(r results) []string {
	var lines []string
	for _, m := range metrics {
		mine := m.get(r, ours)
		for _, other := range others {
			theirs := m.get(r, other)
			if !mine.exists() || !theirs.exists() {
				continue
			}
			if theirs.seconds < mine.seconds {
				lines = append(lines, fmt.Sprintf("%s: %s takes %s, this SDK %s",
					m.title, other.title, formatDuration(theirs.seconds), formatDuration(mine.seconds)))
			}
			if theirs.allocs < mine.allocs {
				lines = append(lines, fmt.Sprintf("%s: %s allocates %s times, this SDK %s times",
					m.title, other.title, formatCount(theirs.allocs), formatCount(mine.allocs)))
			}
		}
	}
	return lines
}
