package benchmarks

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/amplitude/experiment-go-server/internal/benchdata"
)

// Flag is a flag of benchdata in terms that every SDK has: a list of users, a rule, and everyone else. Of the users who meet
// the rule, and of the others, a part gets the first variant and the rest gets the second.
type Flag struct {
	Key        string
	Variants   [2]string
	Listed     []string    // the user IDs that get the first variant
	Conditions []Condition // of the rule: all have to hold
	Matched    float64     // the part of those who meet the rule that gets the first variant, from 0 to 1
	Others     float64     // the same of everyone else

	config config
}

// Condition compares a user property with values, one of which has to fit.
type Condition struct {
	Property string
	Op       string // one of the five of benchdata
	Values   []string
}

// number is the value of a Condition whose Op is Greater.
func (c Condition) number() int {
	number, err := strconv.Atoi(c.Values[0])
	if err != nil {
		panic(fmt.Sprintf("a condition on %s: %v", c.Property, err)) // benchdata writes whole numbers
	}
	return number
}

// The operators of benchdata.
const (
	Is             = "is"
	Contains       = "contains"
	Greater        = "greater"
	VersionAtLeast = "version greater or equal"
	ContainsAny    = "set contains any"
)

// Flags is the first n flags of benchdata. The one that benchmarks ask for, MeasuredKey, is moved to the middle, since to an
// SDK that looks from the first flag on it matters where it stands.
func Flags(n int) ([]Flag, error) {
	var configs []config
	if err := json.Unmarshal(benchdata.Flags(n), &configs); err != nil {
		return nil, fmt.Errorf("decoding the flags: %w", err)
	}
	flags := make([]Flag, n)
	for i, c := range configs {
		flag, err := newFlag(c)
		if err != nil {
			return nil, fmt.Errorf("flag %q: %w", c.Key, err)
		}
		flags[i] = flag
	}
	flags[0], flags[n/2] = flags[n/2], flags[0]
	return flags, nil
}

// MeasuredKey is the key of the flag that benchmarks of one flag ask for: all users of Accounts meet its rule.
func MeasuredKey() string { return benchdata.Key(0) }

func newFlag(c config) (Flag, error) {
	if len(c.Segments) != 3 || len(c.Segments[0].Conditions) != 1 || len(c.Segments[1].Conditions) != 1 {
		return Flag{}, fmt.Errorf("it has not the three segments that flags of benchdata have")
	}
	list, rule, others := c.Segments[0], c.Segments[1], c.Segments[2]
	flag := Flag{
		Key:      c.Key,
		Variants: [2]string{list.Variant, rule.Bucket.Allocations[0].Distributions[1].Variant},
		Listed:   list.Conditions[0][0].Values,
		Matched:  rule.Bucket.first(),
		Others:   others.Bucket.first(),
		config:   c,
	}
	for _, condition := range rule.Conditions[0] {
		property := condition.Selector[len(condition.Selector)-1]
		flag.Conditions = append(flag.Conditions, Condition{property, condition.Op, condition.Values})
	}
	return flag, nil
}

// Telling is the flag with another split: who meets the rule gets the first variant and everyone else the second. So a
// user's variant tells whether the rule hit, in every SDK.
func (f Flag) Telling() Flag {
	f.Matched, f.Others = 1, 0
	f.config.Segments = slices.Clone(f.config.Segments)
	for i, variant := range f.Variants {
		segment := &f.config.Segments[1+i]
		segment.Bucket, segment.Variant = nil, variant
	}
	return f
}
