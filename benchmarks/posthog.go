package benchmarks

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/posthog/posthog-go"
)

var postHog = SDK{
	Name: "posthog", Path: "/api/feature_flag/local_evaluation", Document: postHogDocument, Connect: connectPostHog,
}

type postHogClient struct {
	client     posthog.Client
	ids        []string
	properties []posthog.Properties
}

func connectPostHog(from Source, accounts []*Account) (Client, error) {
	client, err := posthog.NewWithConfig("phc_benchmarks", posthog.Config{
		Endpoint:                           from.URL,
		PersonalApiKey:                     "phx_benchmarks", // turns on local evaluation
		DefaultFeatureFlagsPollingInterval: time.Hour,
		Logger:                             discard{},
	})
	if err != nil {
		return nil, err
	}
	if _, err := client.GetFeatureFlags(); err != nil { // waits for flags
		return nil, err
	}
	ids := usersOf(accounts, func(a *Account) string { return a.ID })
	return &postHogClient{client, ids, usersOf(accounts, postHogProperties)}, nil
}

// discard is a logger that drops everything.
type discard struct{}

func (discard) Logf(string, ...any)   {}
func (discard) Errorf(string, ...any) {}

func postHogProperties(a *Account) posthog.Properties {
	properties := a.properties(6)
	properties["user_id"] = a.ID
	properties["device"] = a.Device
	properties["country"] = a.Country
	properties["platform"] = a.Platform
	properties["version"] = a.Version
	properties["app_version"] = versionNumber(a.AppVersion)
	return properties
}

var noEvents = false

func (c *postHogClient) Variant(account int, flagKey string) string {
	return c.variant(c.ids[account], c.properties[account], flagKey)
}

func (c *postHogClient) VariantsOf(account *Account, flagKeys ...string) string {
	properties, last := postHogProperties(account), ""
	for _, key := range flagKeys {
		last = c.variant(account.ID, properties, key)
	}
	return last
}

func (c *postHogClient) variant(id string, properties posthog.Properties, flagKey string) string {
	value, _ := c.client.GetFeatureFlag(posthog.FeatureFlagPayload{
		Key: flagKey, DistinctId: id, PersonProperties: properties,
		OnlyEvaluateLocally: true, SendFeatureFlagEvents: &noEvents,
	})
	variant, _ := value.(string)
	return variant
}

func (c *postHogClient) All(account int) int {
	values, _ := c.client.GetAllFlags(posthog.FeatureFlagPayloadNoKey{
		DistinctId: c.ids[account], PersonProperties: c.properties[account],
		OnlyEvaluateLocally: true, SendFeatureFlagEvents: &noEvents,
	})
	return len(values)
}

func (c *postHogClient) Close() { c.client.Close() }

func postHogDocument(flags []Flag) ([]byte, error) {
	definitions := make([]map[string]any, len(flags))
	for i, flag := range flags {
		var conditions []any
		for _, condition := range flag.Conditions {
			conditions = append(conditions, postHogProperty(condition))
		}
		list := map[string]any{"type": "person", "key": "user_id", "operator": "exact", "value": flag.Listed}
		rule := map[string]any{"properties": conditions, "rollout_percentage": 100}
		others := map[string]any{"properties": []any{}, "rollout_percentage": 100}
		// A flag has one split. A group of users gets one of the flag's
		// variants, or the result of the split.
		if flag.Matched == 1 && flag.Others == 0 {
			rule["variant"], others["variant"] = flag.Variants[0], flag.Variants[1]
		}
		firstPercent := math.Round(flag.Matched * 100)
		definitions[i] = map[string]any{
			"key": flag.Key, "active": true,
			"filters": map[string]any{
				"groups": []any{
					map[string]any{"properties": []any{list}, "rollout_percentage": 100, "variant": flag.Variants[0]},
					rule,
					others,
				},
				"multivariate": map[string]any{"variants": []any{
					map[string]any{"key": flag.Variants[0], "rollout_percentage": firstPercent},
					map[string]any{"key": flag.Variants[1], "rollout_percentage": 100 - firstPercent},
				}},
			},
		}
	}
	return json.Marshal(map[string]any{
		"flags": definitions, "group_type_mapping": map[string]any{}, "cohorts": map[string]any{},
	})
}

// postHogProperty returns the closest equivalent of a condition.
func postHogProperty(c Condition) map[string]any {
	property := map[string]any{"type": "person", "key": c.Property}
	switch c.Op {
	case Is:
		property["operator"], property["value"] = "exact", c.Values
	case Greater:
		property["operator"], property["value"] = "gt", c.number()
	case VersionAtLeast: // PostHog has no versions, so the application sends numbers
		property["operator"], property["value"] = "gte", versionNumber(c.Values[0])
	default: // Contains and ContainsAny: icontains takes one value, and the last one decides
		property["operator"], property["value"] = "icontains", c.Values[len(c.Values)-1]
	}
	return property
}

// versionNumber converts a version of three small parts to a number with the
// same order.
func versionNumber(version string) float64 {
	number := 0
	for _, part := range strings.SplitN(version, ".", 3) {
		n, err := strconv.Atoi(part)
		if err != nil {
			panic(fmt.Sprintf("reading version %q: %v", version, err)) // the generator writes three numbers
		}
		number = number*1000 + n
	}
	return float64(number)
}
