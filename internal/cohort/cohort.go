// Package cohort holds the members of cohorts in little memory, 9 bytes a
// member, and answers in one read of it whether a user or a group is a member.
// It knows neither HTTP nor flags.
//
// A member is the 64-bit hash of its name with the [Key] of the client. Decode
// reads a cohort from the service into a Set. A Set can be written to a file as
// it is in memory, and used there by any process.
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
