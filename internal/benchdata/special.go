package benchdata

import "fmt"

// The keys of the flags that are unlike those of Flags.
const (
	RegexKey    = "regex-flag"
	CohortKey   = "cohort-flag"
	IsKey       = "is-flag"
	ContainsKey = "contains-flag"
)

// RegexFlag is the document of one flag, whose second segment asks whether the email matches a regular expression, which
// the user's does.
func RegexFlag() []byte {
	return special(RegexKey, condition{
		"regex match", ofProperty("email"), []string{`^[a-z0-9._%+-]+@example\.(com|org)$`},
	})
}

// CohortFlag is the document of one flag, whose second segment asks for a cohort, in which the user is not.
func CohortFlag() []byte {
	return special(CohortKey, condition{"set contains any", ofUser("cohort_ids"), []string{"c0h0rt1d"}})
}

// ContainsFlag is the document of one flag, whose second segment asks whether the email contains one of so many texts, of
// which the user's contains only the last.
func ContainsFlag(values int) []byte {
	texts := make([]string, values)
	for i := range texts {
		texts[i] = fmt.Sprintf("@company-%04d.com", i)
	}
	texts[values-1] = "@example.com"
	return special(ContainsKey, condition{"contains", ofProperty("email"), texts})
}

// IsFlag is the document of one flag, whose first segment lists so many user IDs: those of every other user of Users, from
// the first on. The other users get a variant by their bucket.
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

// special is flag 0 with another condition in front of the one about paid plans, which the user has.
func special(key string, first condition) []byte {
	f := makeFlag(0)
	f.Key = key
	f.Segments[1].Conditions = [][]condition{{first, {"is", ofProperty("plan"), paidPlans()}}}
	return document([]flag{f})
}
