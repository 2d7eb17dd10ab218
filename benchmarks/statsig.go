package benchmarks

import (
	"encoding/json"
	"time"

	statsigsdk "github.com/statsig-io/go-sdk"
)

var statsig = SDK{
	Name: "statsig", Path: "/download_config_specs/", Document: statsigDocument, Connect: connectStatsig,
}

type statsigClient struct {
	client *statsigsdk.Client
	users  []statsigsdk.User
}

func connectStatsig(from Source, accounts []*Account) (Client, error) {
	client, details := statsigsdk.NewClientWithDetails("secret-benchmarks", &statsigsdk.Options{
		API:                  from.URL,
		ConfigSyncInterval:   time.Hour,
		IDListSyncInterval:   time.Hour,
		StatsigLoggerOptions: statsigsdk.StatsigLoggerOptions{DisableAllLogging: true},
		// No flag needs the data that these two would load.
		IPCountryOptions: statsigsdk.IPCountryOptions{Disabled: true},
		UAParserOptions:  statsigsdk.UAParserOptions{Disabled: true},
	})
	if details.Error != nil {
		return nil, details.Error
	}
	return &statsigClient{client, usersOf(accounts, statsigUser)}, nil
}

func statsigUser(a *Account) statsigsdk.User {
	interests := make([]any, len(a.Interests)) // Statsig compares no other type of slice
	for i, interest := range a.Interests {
		interests[i] = interest
	}
	return statsigsdk.User{
		UserID: a.ID, Email: a.Email, Country: a.Country, Locale: a.Locale, AppVersion: a.AppVersion,
		Custom: map[string]any{
			"device": a.Device, "platform": a.Platform, "version": a.Version,
			"plan": a.Plan, "signup_source": a.SignupSource, "session_count": a.SessionCount, "age": a.Age,
			"company_size": a.CompanySize, "last_seen_days": a.LastSeenDays, "interests": interests,
			"is_beta": a.IsBeta, "has_paid": a.HasPaid,
		},
	}
}

func (c *statsigClient) Variant(account int, flagKey string) string {
	return c.variant(c.users[account], flagKey)
}

func (c *statsigClient) VariantsOf(account *Account, flagKeys ...string) string {
	user, last := statsigUser(account), ""
	for _, key := range flagKeys {
		last = c.variant(user, key)
	}
	return last
}

func (c *statsigClient) variant(user statsigsdk.User, flagKey string) string {
	experiment := c.client.GetExperimentWithExposureLoggingDisabled(user, flagKey)
	return experiment.GetString("variant", "")
}

func (c *statsigClient) All(account int) int {
	response := c.client.GetClientInitializeResponseWithOptions(
		c.users[account], &statsigsdk.GCIROptions{HashAlgorithm: "none"})
	return len(response.DynamicConfigs)
}

func (c *statsigClient) Close() { c.client.Shutdown() }

func statsigDocument(flags []Flag) ([]byte, error) {
	experiments := make([]any, len(flags))
	for i, flag := range flags {
		var conditions []any
		for _, condition := range flag.Conditions {
			conditions = append(conditions, statsigCondition(condition))
		}
		list := map[string]any{
			"type": "unit_id", "operator": "any_case_sensitive", "targetValue": flag.Listed, "idType": "userID",
		}
		experiments[i] = map[string]any{
			"name": flag.Key, "type": "dynamic_config", "entity": "experiment", "salt": flag.Key, "idType": "userID",
			"enabled": true, "isActive": true,
			// Users who meet a rule but are outside its percentage get
			// the default.
			"defaultValue": map[string]any{"variant": flag.Variants[1]},
			"rules": []any{
				statsigRule(flag, "list", 1, list),
				statsigRule(flag, "matched", flag.Matched, conditions...),
				statsigRule(flag, "others", flag.Others, map[string]any{"type": "public"}),
			},
		}
	}
	return json.Marshal(map[string]any{
		"has_updates": true, "time": 1,
		"dynamic_configs": experiments, "feature_gates": []any{}, "layer_configs": []any{},
	})
}

func statsigRule(flag Flag, id string, first float64, conditions ...any) map[string]any {
	return map[string]any{
		"id": id, "name": id, "salt": id, "idType": "userID", "passPercentage": first * 100, "conditions": conditions,
		"returnValue": map[string]any{"variant": flag.Variants[0]},
	}
}

func statsigCondition(c Condition) map[string]any {
	condition := map[string]any{"type": "user_field", "field": c.Property, "targetValue": c.Values}
	switch c.Op {
	case Is:
		condition["operator"] = "any_case_sensitive"
	case Contains:
		condition["operator"] = "str_contains_any"
	case Greater:
		condition["operator"], condition["targetValue"] = "gt", c.number()
	case VersionAtLeast:
		condition["operator"], condition["targetValue"] = "version_gte", c.Values[0]
	default: // ContainsAny
		condition["operator"] = "array_contains_any"
	}
	return condition
}
