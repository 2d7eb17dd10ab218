package benchmarks

import (
	"context"
	"encoding/json"
	"log/slog"
	"regexp"
	"strings"

	growthbook "github.com/growthbook/growthbook-golang"
)

var growthBook = SDK{
	Name: "growthbook", Path: "/api/features/", Document: growthBookDocument, Connect: connectGrowthBook,
}

type growthBookClient struct {
	client   *growthbook.Client
	children []*growthbook.Client // by account, with its attributes
}

func connectGrowthBook(from Source, accounts []*Account) (Client, error) {
	client, err := growthbook.NewClient(context.Background(),
		growthbook.WithApiHost(from.URL),
		growthbook.WithClientKey("sdk-benchmarks"),
		growthbook.WithLogger(slog.New(slog.DiscardHandler)),
	)
	if err != nil {
		return nil, err
	}
	if err := client.RefreshFeatures(context.Background()); err != nil {
		return nil, err
	}
	c := &growthBookClient{client: client}
	c.children = usersOf(accounts, c.child)
	return c, nil
}

func (c *growthBookClient) child(a *Account) *growthbook.Client {
	attributes := a.properties(5)
	attributes["id"] = a.ID
	attributes["device"] = a.Device
	attributes["country"] = a.Country
	attributes["platform"] = a.Platform
	attributes["version"] = a.Version
	child, err := c.client.WithAttributes(attributes)
	if err != nil {
		panic(err) // an option that sets attributes never fails
	}
	return child
}

func (c *growthBookClient) Variant(account int, flagKey string) string {
	return growthBookVariant(c.children[account], flagKey)
}

func (c *growthBookClient) VariantsOf(account *Account, flagKeys ...string) string {
	child, last := c.child(account), ""
	for _, key := range flagKeys {
		last = growthBookVariant(child, key)
	}
	return last
}

func growthBookVariant(child *growthbook.Client, flagKey string) string {
	variant, _ := child.EvalFeature(context.Background(), flagKey).Value.(string)
	return variant
}

func (c *growthBookClient) Close() { c.client.Close() }

func growthBookDocument(flags []Flag) ([]byte, error) {
	features := make(map[string]any, len(flags))
	for _, flag := range flags {
		conditions := make(map[string]any, len(flag.Conditions))
		for _, condition := range flag.Conditions {
			conditions[condition.Property] = growthBookCondition(condition)
		}
		matched := growthBookExperiment(flag, flag.Matched, "matched")
		matched["condition"] = conditions
		features[flag.Key] = map[string]any{
			"defaultValue": flag.Variants[1],
			"rules": []any{
				map[string]any{
					"condition": map[string]any{"id": map[string]any{"$in": flag.Listed}},
					"force":     flag.Variants[0],
				},
				matched,
				growthBookExperiment(flag, flag.Others, "others"),
			},
		}
	}
	return json.Marshal(map[string]any{"status": 200, "features": features, "dateUpdated": "2026-01-01T00:00:00Z"})
}

func growthBookExperiment(flag Flag, first float64, seed string) map[string]any {
	return map[string]any{
		"key": flag.Key, "seed": flag.Key + seed, "hashAttribute": "id", "hashVersion": 2,
		"variations": flag.Variants, "weights": []float64{first, 1 - first}, "coverage": 1,
	}
}

func growthBookCondition(c Condition) map[string]any {
	switch c.Op {
	case Contains: // GrowthBook has no such operator
		values := make([]string, len(c.Values))
		for i, value := range c.Values {
			values[i] = regexp.QuoteMeta(value)
		}
		return map[string]any{"$regex": strings.Join(values, "|")}
	case Greater:
		return map[string]any{"$gt": c.number()}
	case VersionAtLeast:
		return map[string]any{"$vgte": c.Values[0]}
	default: // Is and ContainsAny: one element of an array attribute must match
		return map[string]any{"$in": c.Values}
	}
}
