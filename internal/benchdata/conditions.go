package benchdata

import (
	"fmt"
	"math/rand/v2"
)

// operatorPairs lists all pairs of the five operators of makeCondition, in the
// order in which flags cycle through them.
var operatorPairs = [][2]int{{0, 2}, {1, 3}, {0, 4}, {2, 3}, {1, 4}, {0, 1}, {3, 4}, {1, 2}, {0, 3}, {2, 4}}

// makeConditions returns the two conditions of flag i. The user meets both in
// half of the flags, only the first in a quarter, and only the second in a
// quarter.
func makeConditions(r *rand.Rand, i int) []condition {
	pair := operatorPairs[i/4%len(operatorPairs)]
	return []condition{makeCondition(r, pair[0], i%4 != 3), makeCondition(r, pair[1], i%4 != 1)}
}

// makeCondition returns a condition that the user meets or does not meet. It
// draws the same random numbers in both cases, so that later draws stay the
// same.
func makeCondition(r *rand.Rand, operator int, met bool) condition {
	either := func(ifMet, ifNot []string) []string {
		if met {
			return ifMet
		}
		return ifNot
	}
	switch operator {
	case 0:
		return condition{"is", propertySelector("plan"), either(paidPlans(), []string{"free", "trial", "starter"})}
	case 1:
		return condition{
			"contains", propertySelector("email"),
			either([]string{"@example.com"}, []string{"@acme-corp.io", "@initech.net"}),
		}
	case 2:
		few, many := fmt.Sprint(10+r.IntN(100)), fmt.Sprint(1000+r.IntN(9000))
		return condition{"greater", propertySelector("session_count"), either([]string{few}, []string{many})}
	case 3:
		before, after := fmt.Sprintf("4.%d.0", r.IntN(12)), fmt.Sprintf("5.%d.0", r.IntN(12))
		return condition{
			"version greater or equal", propertySelector("app_version"), either([]string{before}, []string{after}),
		}
	default:
		return condition{
			"set contains any", propertySelector("interests"),
			either([]string{"photography", "cycling"}, []string{"gardening", "opera", "chess"}),
		}
	}
}

// paidPlans returns plans that count as paid, the user's among them.
func paidPlans() []string { return []string{"team", "premium", "enterprise"} }

// userSelector returns the selector of a field of the user.
func userSelector(field string) []string { return []string{"context", "user", field} }

// propertySelector returns the selector of a user property.
func propertySelector(name string) []string {
	return []string{"context", "user", "user_properties", name}
}
