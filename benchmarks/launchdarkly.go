package benchmarks

import (
	"encoding/json"
	"math"
	"time"

	"github.com/launchdarkly/go-sdk-common/v3/ldcontext"
	"github.com/launchdarkly/go-sdk-common/v3/ldvalue"
	"github.com/launchdarkly/go-server-sdk-evaluation/v3/ldbuilders"
	"github.com/launchdarkly/go-server-sdk-evaluation/v3/ldmodel"
	ld "github.com/launchdarkly/go-server-sdk/v7"
	"github.com/launchdarkly/go-server-sdk/v7/ldcomponents"
)

var launchDarkly = SDK{
	Name: "launchdarkly", Path: "/sdk/latest-all", Document: launchDarklyDocument, Connect: connectLaunchDarkly,
}

type launchDarklyClient struct {
	client   *ld.LDClient
	contexts []ldcontext.Context
}

func connectLaunchDarkly(from Source, accounts []*Account) (Client, error) {
	client, err := ld.MakeCustomClient("sdk-benchmarks", ld.Config{
		DataSource:       ldcomponents.PollingDataSource(), // every 30 s, its shortest interval
		ServiceEndpoints: ldcomponents.RelayProxyEndpoints(from.URL),
		Events:           ldcomponents.NoEvents(),
		Logging:          ldcomponents.NoLogging(),
		DiagnosticOptOut: true,
	}, 10*time.Second)
	if err != nil {
		return nil, err
	}
	return &launchDarklyClient{client, usersOf(accounts, launchDarklyContext)}, nil
}

func launchDarklyContext(a *Account) ldcontext.Context {
	interests := ldvalue.ArrayBuildWithCapacity(len(a.Interests))
	for _, interest := range a.Interests {
		interests.Add(ldvalue.String(interest))
	}
	return ldcontext.NewBuilder(a.ID).
		SetString("device", a.Device).SetString("country", a.Country).
		SetString("platform", a.Platform).SetString("version", a.Version).
		SetString("plan", a.Plan).SetString("email", a.Email).SetString("app_version", a.AppVersion).
		SetString("signup_source", a.SignupSource).SetString("locale", a.Locale).
		SetInt("session_count", a.SessionCount).SetInt("age", a.Age).
		SetInt("company_size", a.CompanySize).SetInt("last_seen_days", a.LastSeenDays).
		SetValue("interests", interests.Build()).
		SetBool("is_beta", a.IsBeta).SetBool("has_paid", a.HasPaid).
		Build()
}

func (c *launchDarklyClient) Variant(account int, flagKey string) string {
	value, _ := c.client.StringVariation(flagKey, c.contexts[account], "")
	return value
}

func (c *launchDarklyClient) VariantsOf(account *Account, flagKeys ...string) string {
	context, last := launchDarklyContext(account), ""
	for _, key := range flagKeys {
		last, _ = c.client.StringVariation(key, context, "")
	}
	return last
}

func (c *launchDarklyClient) All(account int) int {
	return len(c.client.AllFlagsState(c.contexts[account]).ToValuesMap())
}

func (c *launchDarklyClient) Close() { c.client.Close() }

func launchDarklyDocument(flags []Flag) ([]byte, error) {
	models := make(map[string]ldmodel.FeatureFlag, len(flags))
	for _, flag := range flags {
		clauses := make([]ldmodel.Clause, len(flag.Conditions))
		for i, condition := range flag.Conditions {
			clauses[i] = launchDarklyClause(condition)
		}
		rule := ldbuilders.NewRuleBuilder().ID("rule").
			Clauses(clauses...).
			VariationOrRollout(launchDarklyRollout(flag.Matched))
		models[flag.Key] = ldbuilders.NewFlagBuilder(flag.Key).Version(1).On(true).Salt("salt").
			Variations(ldvalue.String(flag.Variants[0]), ldvalue.String(flag.Variants[1])).
			AddTarget(0, flag.Listed...).
			AddRule(rule).
			Fallthrough(launchDarklyRollout(flag.Others)).
			Build()
	}
	return json.Marshal(map[string]any{"flags": models, "segments": map[string]any{}})
}

func launchDarklyRollout(first float64) ldmodel.VariationOrRollout {
	const totalWeight = 100_000
	weight := int(math.Round(first * totalWeight))
	return ldbuilders.Rollout(ldbuilders.Bucket(0, weight), ldbuilders.Bucket(1, totalWeight-weight))
}

func launchDarklyClause(c Condition) ldmodel.Clause {
	values := make([]ldvalue.Value, len(c.Values))
	for i, value := range c.Values {
		values[i] = ldvalue.String(value)
	}
	switch c.Op {
	case Contains:
		return ldbuilders.Clause(c.Property, ldmodel.OperatorContains, values...)
	case Greater:
		return ldbuilders.Clause(c.Property, ldmodel.OperatorGreaterThan, ldvalue.Int(c.number()))
	case VersionAtLeast: // LaunchDarkly has no such operator, so negate its opposite
		return ldbuilders.Negate(ldbuilders.Clause(c.Property, ldmodel.OperatorSemVerLessThan, values...))
	default: // Is and ContainsAny: one element of an array property must match
		return ldbuilders.Clause(c.Property, ldmodel.OperatorIn, values...)
	}
}
