package benchmarks

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// Flag is a flag of the benchmarks in terms that every SDK has: a list of
// users, a rule, and everyone else. A share of the users who meet the rule, and
// a share of everyone else, get the first variant. The rest get the second.
type Flag struct {
	Key        string
	Variants   [2]string
	Listed     []string    // the user IDs that get the first variant
	Conditions []Condition // of the rule; all of them must hold
	Matched    float64     // the share of the first variant if the rule is met, 0 to 1
	Others     float64     // the same for everyone else

	config config
}

// Condition compares a user property with values, one of which must match.
type Condition struct {
	Property string
	Op       string // one of the operators below
	Values   []string
}

// number returns the value of a Condition whose Op is Greater.
func (c Condition) number() int {
	number, err := strconv.Atoi(c.Values[0])
	if err != nil {
		panic(fmt.Sprintf("reading a condition on %s: %v", c.Property, err)) // the generator writes whole numbers
	}
	return number
}

// Operators of the flags.
const (
	Is             = "is"
	Contains       = "contains"
	Greater        = "greater"
	VersionAtLeast = "version greater or equal"
	ContainsAny    = "set contains any"
)

// Flags returns the first n flags of the benchmarks. MeasuredKey, the flag that
// benchmarks evaluate, moves to the middle, since its position matters to an
// SDK that searches from the first flag on.
func Flags(n int) ([]Flag, error) {
	document, err := GeneratedFlags(n)
	if err != nil {
		return nil, err
	}
	var configs []config
	if err := json.Unmarshal(document, &configs); err != nil {
		return nil, fmt.Errorf("decoding flags: %w", err)
	}
	flags := make([]Flag, n)
	for i, c := range configs {
		flag, err := newFlag(c)
		if err != nil {
			return nil, fmt.Errorf("reading flag %q: %w", c.Key, err)
		}
		flags[i] = flag
	}
	flags[0], flags[n/2] = flags[n/2], flags[0]
	return flags, nil
}

// MeasuredKey returns the key of the flag that benchmarks of one flag
// evaluate. All users of Accounts meet its rule.
func MeasuredKey() string { return Key(0) }

func newFlag(c config) (Flag, error) {
	if len(c.Segments) != 3 || len(c.Segments[0].Conditions) != 1 || len(c.Segments[1].Conditions) != 1 {
		return Flag{}, errors.New("it does not have the three segments of a generated flag")
	}
	list, rule, others := c.Segments[0], c.Segments[1], c.Segments[2]
	flag := Flag{
		Key:      c.Key,
		Variants: [2]string{list.Variant, rule.Bucket.Allocations[0].Distributions[1].Variant},
		Listed:   list.Conditions[0][0].Values,
		Matched:  rule.Bucket.firstShare(),
		Others:   others.Bucket.firstShare(),
		config:   c,
	}
	for _, condition := range rule.Conditions[0] {
		property := condition.Selector[len(condition.Selector)-1]
		flag.Conditions = append(flag.Conditions, Condition{property, condition.Op, condition.Values})
	}
	return flag, nil
}

// WithoutSplits returns a copy of the flag in which all users who meet the rule
// get the first variant and everyone else gets the second. So a user's variant
// shows in every SDK whether the rule matched.
func (f Flag) WithoutSplits() Flag {
	f.Matched, f.Others = 1, 0
	f.config.Segments = slices.Clone(f.config.Segments)
	for i, variant := range f.Variants {
		segment := &f.config.Segments[1+i]
		segment.Bucket, segment.Variant = nil, variant
	}
	return f
}
