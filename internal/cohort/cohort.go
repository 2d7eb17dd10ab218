// Package cohort holds the members of cohorts in little memory and answers
// quickly whether a user or a group is one of them. It knows neither HTTP nor
// flags.
package cohort

// UserType is the GroupType of a cohort whose members are user IDs.
const UserType = "User"

// Cohort is one version of a cohort. It is immutable.
type Cohort struct {
	ID           string
	GroupType    string // the type of the groups that are the members, or UserType
	LastModified int64  // as the service gave it: milliseconds since 1970
	Members      *Set
}
