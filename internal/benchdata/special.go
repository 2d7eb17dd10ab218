package benchdata

import "fmt"

// The keys of the flags that differ from the flags of Flags.
const (
	RegexKey    = "regex-flag"
	CohortKey   = "cohort-flag"
	IsKey       = "is-flag"
	ContainsKey = "contains-flag"
)

// CohortID is the ID of the cohort that the flag of CohortFlag reads.
const CohortID = "c0h0rt1d"

// RegexFlag returns the document of one flag. Its second segment has a regular
// expression on the email, which the user's email matches.
func RegexFlag() []byte {
	return special(RegexKey, condition{
		"regex match", propertySelector("email"), []string{`^[a-z0-9._%+-]+@example\.(com|org)$`},
	})
}

// CohortFlag returns the document of one flag. Its second segment asks for the
// cohort CohortID, which the users of Users do not list.
func CohortFlag() []byte {
	return special(CohortKey, condition{"set contains any", userSelector("cohort_ids"), []string{CohortID}})
}

// ContainsFlag returns the document of one flag. Its second segment asks
// whether the email contains one of this many strings. The user's email
// contains only the last of them.
func ContainsFlag(values int) []byte {
	domains := make([]string, values)
	for i := range domains {
		domains[i] = fmt.Sprintf("@company-%04d.com", i)
	}
	domains[values-1] = "@example.com"
	return special(ContainsKey, condition{"contains", propertySelector("email"), domains})
}

// IsFlag returns the document of one flag. Its first segment lists this many
// user IDs: every second user of Users, from the first on. The other users get
// a variant by their bucket.
func IsFlag(values int) []byte {
	f := makeFlag(0)
	f.Key = IsKey
	included := make([]string, values)
	for i := range included {
		included[i] = userID(2 * uint64(i))
	}
	f.Segments[0].Conditions[0][0].Values = included
	return document([]flag{f})
}

// special returns the document of flag 0 with two conditions in its second
// segment: the given one, and that the plan is a paid one, which the user
// meets.
func special(key string, first condition) []byte {
	f := makeFlag(0)
	f.Key = key
	f.Segments[1].Conditions = [][]condition{{first, {"is", propertySelector("plan"), paidPlans()}}}
	return document([]flag{f})
}
