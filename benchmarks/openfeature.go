package benchmarks

import (
	"context"
	"hash/fnv"
	"slices"
	"strings"

	of "github.com/open-feature/go-sdk/openfeature"
	"github.com/open-feature/go-sdk/openfeature/memprovider"
	"golang.org/x/mod/semver"
)

// The in-memory provider has no rules. A flag has variants and a Go function
// that picks one, which openFeatureFlag writes.
var openFeature = SDK{Name: "openfeature", Connect: connectOpenFeature}

type openFeatureClient struct {
	client   *of.Client
	contexts []of.EvaluationContext
}

func connectOpenFeature(from Source, accounts []*Account) (Client, error) {
	const domain = "benchmarks"
	flags := make(map[string]memprovider.InMemoryFlag, len(from.Flags))
	for _, flag := range from.Flags {
		flags[flag.Key] = openFeatureFlag(flag)
	}
	if err := of.SetNamedProviderAndWait(domain, memprovider.NewInMemoryProvider(flags)); err != nil {
		return nil, err
	}
	return &openFeatureClient{of.NewClient(domain), usersOf(accounts, openFeatureContext)}, nil
}

func openFeatureContext(a *Account) of.EvaluationContext {
	attributes := a.properties(4)
	attributes["device"] = a.Device
	attributes["country"] = a.Country
	attributes["platform"] = a.Platform
	attributes["version"] = a.Version
	return of.NewEvaluationContext(a.ID, attributes)
}

func (c *openFeatureClient) Variant(account int, flagKey string) string {
	return c.client.String(context.Background(), flagKey, "", c.contexts[account])
}

func (c *openFeatureClient) VariantsOf(account *Account, flagKeys ...string) string {
	user, last := openFeatureContext(account), ""
	for _, key := range flagKeys {
		last = c.client.String(context.Background(), key, "", user)
	}
	return last
}

func (c *openFeatureClient) Close() {}

func openFeatureFlag(flag Flag) memprovider.InMemoryFlag {
	conditions := make([]func(of.FlattenedContext) bool, len(flag.Conditions))
	for i, condition := range flag.Conditions {
		conditions[i] = openFeatureCondition(condition)
	}
	pick := func(_ memprovider.InMemoryFlag, user of.FlattenedContext) (any, of.ProviderResolutionDetail) {
		id, _ := user[of.TargetingKey].(string)
		if slices.Contains(flag.Listed, id) {
			return flag.Variants[0], openFeatureDetail(of.TargetingMatchReason, flag.Variants[0])
		}
		first := flag.Matched
		for _, holds := range conditions {
			if !holds(user) {
				first = flag.Others
				break
			}
		}
		hash := fnv.New32a()
		hash.Write([]byte(flag.Key))
		hash.Write([]byte(id))
		variant := flag.Variants[1]
		if float64(hash.Sum32()%10_000) < first*10_000 {
			variant = flag.Variants[0]
		}
		return variant, openFeatureDetail(of.SplitReason, variant)
	}
	return memprovider.InMemoryFlag{
		Key: flag.Key, State: memprovider.Enabled, DefaultVariant: flag.Variants[1],
		Variants:         map[string]any{flag.Variants[0]: flag.Variants[0], flag.Variants[1]: flag.Variants[1]},
		ContextEvaluator: &pick,
	}
}

func openFeatureDetail(reason of.Reason, variant string) of.ProviderResolutionDetail {
	return of.ProviderResolutionDetail{Reason: reason, Variant: variant}
}

func openFeatureCondition(c Condition) func(of.FlattenedContext) bool {
	switch c.Op {
	case Is:
		return func(user of.FlattenedContext) bool {
			property, ok := user[c.Property].(string)
			return ok && slices.Contains(c.Values, property)
		}
	case Contains:
		return func(user of.FlattenedContext) bool {
			property, _ := user[c.Property].(string)
			return slices.ContainsFunc(c.Values, func(value string) bool { return strings.Contains(property, value) })
		}
	case Greater:
		number := c.number()
		return func(user of.FlattenedContext) bool {
			property, ok := user[c.Property].(int)
			return ok && property > number
		}
	case VersionAtLeast:
		version := "v" + c.Values[0]
		return func(user of.FlattenedContext) bool {
			property, ok := user[c.Property].(string)
			return ok && semver.Compare("v"+property, version) >= 0
		}
	default: // ContainsAny
		return func(user of.FlattenedContext) bool {
			properties, _ := user[c.Property].([]string)
			isValue := func(property string) bool { return slices.Contains(c.Values, property) }
			return slices.ContainsFunc(properties, isValue)
		}
	}
}
