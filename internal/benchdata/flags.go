package benchdata

import (
	"fmt"
	"math/rand/v2"
)

// Flags returns the document of the first n flags.
func Flags(n int) []byte {
	flags := make([]flag, n)
	for i := range flags {
		flags[i] = makeFlag(i)
	}
	return document(flags)
}

var (
	areas = []string{
		"checkout", "onboarding", "search", "pricing", "nav", "profile", "feed", "billing", "export", "invite",
	}
	features = []string{
		"redesign", "cta-copy", "ranking-v2", "discount-test", "sidebar", "new-editor", "rate-limit", "email-digest",
		"ai-assist", "dark-mode",
	}
)

// Key returns the key of flag i.
func Key(i int) string {
	return fmt.Sprintf("%s-%s-%05d", areas[i%len(areas)], features[i/10%len(features)], i)
}

// makeFlag returns flag i. All its random numbers come from one generator, so
// the order of the draws determines the result.
func makeFlag(i int) flag {
	r := rand.New(rand.NewPCG(0xA11CE, uint64(i)))
	included := make([]string, 5)
	for j := range included {
		included[j] = userID(r.Uint64())
	}
	names, flagType := [2]string{"control", "treatment"}, "experiment"
	if i%5 == 4 {
		names, flagType = [2]string{"on", "off"}, "release"
	}
	version := 1 + r.IntN(60)
	conditions := makeConditions(r, i)
	conditional := makeBucket(r, names, i%2 == 1)
	others := makeBucket(r, names, i%3 == 2)

	experiment := fmt.Sprintf("exp-%d", 1+i%3)
	metadata := func(segmentName string) map[string]any {
		return map[string]any{"segmentName": segmentName, "experimentKey": experiment}
	}
	return flag{
		Key: Key(i),
		Metadata: map[string]any{
			"deployed": true, "evaluationMode": "local", "flagType": flagType, "flagVersion": version,
		},
		Segments: []segment{
			{
				Conditions: [][]condition{{{"is", userSelector("user_id"), included}}},
				Metadata:   metadata("individual inclusions"), Variant: names[0],
			},
			{
				Conditions: [][]condition{conditions}, Bucket: conditional,
				Metadata: metadata("Segment 1"), Variant: "off",
			},
			{Bucket: others, Metadata: metadata("All Other Users"), Variant: "off"},
		},
		Variants: makeVariants(r, Key(i)),
	}
}

// makeVariants returns the variants of a flag: "off", which is the default, and
// three with payloads.
func makeVariants(r *rand.Rand, flagKey string) map[string]variant {
	variants := map[string]variant{"off": {Key: "off", Metadata: map[string]any{"default": true}}}
	for _, name := range []string{"on", "control", "treatment"} {
		variants[name] = variant{Key: name, Value: name, Payload: map[string]any{
			"title": flagKey + " " + name, "max_items": 10 + r.IntN(90), "enabled": name != "control",
		}}
	}
	return variants
}

// topBucket is the end of the range of variant buckets: floor(2^32 / 100) + 1.
const topBucket = 42949673

// makeBucket returns a bucket that splits users between two variants. With
// twoParts it has two allocations, each with a split of its own; otherwise it
// has one for all users.
func makeBucket(r *rand.Rand, names [2]string, twoParts bool) *bucket {
	b := &bucket{Selector: userSelector("user_id"), Salt: makeSalt(r)}
	split := func(from, to uint64) allocation {
		cut := uint64(topBucket/4 + r.IntN(topBucket/2))
		return allocation{[2]uint64{from, to}, []distribution{
			{names[0], [2]uint64{0, cut}}, {names[1], [2]uint64{cut, topBucket}},
		}}
	}
	if twoParts {
		middle := uint64(20 + r.IntN(60))
		b.Allocations = []allocation{split(0, middle), split(middle, 100)}
	} else {
		b.Allocations = []allocation{split(0, 100)}
	}
	return b
}

// makeSalt returns a random salt.
func makeSalt(r *rand.Rand) string {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	salt := make([]byte, 8)
	for i := range salt {
		salt[i] = digits[r.IntN(len(digits))]
	}
	return string(salt)
}
