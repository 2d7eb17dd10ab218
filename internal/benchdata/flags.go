package benchdata

import (
	"fmt"
	"math/rand/v2"
)

// Flags is the document of the first n flags.
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

// Key is the key of flag i.
func Key(i int) string {
	return fmt.Sprintf("%s-%s-%05d", areas[i%len(areas)], features[i/10%len(features)], i)
}

// makeFlag makes flag i. Its numbers come from one generator, so the order in which they are drawn is part of the result.
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
				Conditions: [][]condition{{{"is", ofUser("user_id"), included}}},
				Metadata:   metadata("individual inclusions"), Variant: names[0],
			},
			{Conditions: [][]condition{conditions}, Bucket: conditional, Metadata: metadata("Segment 1"), Variant: "off"},
			{Bucket: others, Metadata: metadata("All Other Users"), Variant: "off"},
		},
		Variants: makeVariants(r, Key(i)),
	}
}

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

// makeBucket divides users into two variants, either all in one way, or each of two parts of them in its own.
func makeBucket(r *rand.Rand, names [2]string, parts bool) *bucket {
	b := &bucket{Selector: ofUser("user_id"), Salt: makeSalt(r)}
	divided := func(from, to uint64) allocation {
		cut := uint64(topBucket/4 + r.IntN(topBucket/2))
		return allocation{[2]uint64{from, to}, []distribution{
			{names[0], [2]uint64{0, cut}}, {names[1], [2]uint64{cut, topBucket}},
		}}
	}
	if parts {
		middle := uint64(20 + r.IntN(60))
		b.Allocations = []allocation{divided(0, middle), divided(middle, 100)}
	} else {
		b.Allocations = []allocation{divided(0, 100)}
	}
	return b
}

func makeSalt(r *rand.Rand) string {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	salt := make([]byte, 8)
	for i := range salt {
		salt[i] = digits[r.IntN(len(digits))]
	}
	return string(salt)
}
