package main

import (
	"fmt"
	"slices"
)

// sdk is one of those compared, by the name that it has in benchmarks.
type sdk struct {
	name, title string
	module      string // by which results.txt gives its version
}

var (
	ours = sdk{"ours", "**This SDK**", ""}

	others = []sdk{
		{"amplitude", "Amplitude's Go SDK", "github.com/amplitude/experiment-go-server"},
		{"launchdarkly", "LaunchDarkly", "github.com/launchdarkly/go-server-sdk/v7"},
		{"growthbook", "GrowthBook", "github.com/growthbook/growthbook-golang"},
		{"posthog", "PostHog", "github.com/posthog/posthog-go"},
		{"statsig", "Statsig", "github.com/statsig-io/go-sdk"},
		{"openfeature", "OpenFeature, in memory", "github.com/open-feature/go-sdk"},
	}

	// prepared is ours with subjects. What it gives a second time it has remembered, so it is compared apart.
	prepared = sdk{"ours-prepared", "**This SDK**, a subject", ""}
)

func everySDK() []sdk { return slices.Concat([]sdk{ours}, others) }

// question is what was measured of every SDK.
type question struct {
	what string
	get  func(r results, s sdk) measurement
}

// named is a question that one benchmark answers, whose name the format makes of an SDK's.
func named(what, format string) question {
	return question{what, func(r results, s sdk) measurement { return r.of[fmt.Sprintf(format, s.name)] }}
}

// all is the question how long all flags take in an SDK's faster way: its call for all of them, or one by one.
func all(what string, flags int) question {
	return question{what, func(r results, s sdk) measurement {
		call := r.of[fmt.Sprintf("All/sdk=%s/how=call/flags=%d", s.name, flags)]
		loop := r.of[fmt.Sprintf("All/sdk=%s/how=loop/flags=%d", s.name, flags)]
		if !call.made() || loop.made() && loop.seconds < call.seconds {
			return loop
		}
		return call
	}}
}

var (
	one       = named("one flag of 100", "One/sdk=%s/flags=100")
	oneOf1    = named("one flag, the only one", "One/sdk=%s/flags=1")
	oneOf1k   = named("one flag of 1,000", "One/sdk=%s/flags=1000")
	oneOf10k  = named("one flag of 10,000", "One/sdk=%s/flags=10000")
	ask1      = named("a new user, then one flag of 100", "Request/sdk=%s/asked=1")
	ask10     = named("a new user, then ten flags of 100", "Request/sdk=%s/asked=10")
	all100    = all("all of 100 flags", 100)
	all1k     = all("all of 1,000 flags", 1_000)
	parallel  = named("one flag of 100, on all CPUs", "Parallel/sdk=%s")
	load100   = named("loading 100 flags", "Load/sdk=%s/flags=100")
	load1k    = named("loading 1,000 flags", "Load/sdk=%s/flags=1000")
	questions = []question{oneOf1, one, oneOf1k, oneOf10k, ask1, ask10, all100, all1k, parallel, load100, load1k}
)

// losses are sentences, for each SDK that does better than ours in some question.
func losses(r results) []string {
	var found []string
	for _, q := range questions {
		mine := q.get(r, ours)
		for _, other := range others {
			theirs := q.get(r, other)
			if !mine.made() || !theirs.made() {
				continue
			}
			if theirs.seconds < mine.seconds {
				found = append(found, fmt.Sprintf("%s: %s takes %s, ours %s",
					q.what, other.title, duration(theirs.seconds), duration(mine.seconds)))
			}
			if theirs.allocs < mine.allocs {
				found = append(found, fmt.Sprintf("%s: %s allocates %s times, ours %s times",
					q.what, other.title, count(theirs.allocs), count(mine.allocs)))
			}
		}
	}
	return found
}
