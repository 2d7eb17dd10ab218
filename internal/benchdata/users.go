package benchdata

import (
	"fmt"
	"maps"
	"slices"

	"github.com/amplitude/experiment-go-server/experiment"
)

// User returns a user of usual size, with 12 properties.
func User() *experiment.User {
	return &experiment.User{
		UserID:   "user-7f3a9c21d4e8b605",
		DeviceID: "8c1de0a4-52b7-4f9e-a6d3-90b1c7e2f458",
		Country:  "United States",
		Platform: "iOS",
		Version:  "4.12.3",
		UserProperties: map[string]any{
			"plan": "premium", "email": "jane.doe@example.com", "session_count": 142, "app_version": "4.12.3",
			"interests": []string{"cycling", "cooking", "travel"},
			"is_beta":   true, "has_paid": false, "age": 34, "company_size": 250,
			"signup_source": "organic_search", "locale": "en-US", "last_seen_days": 3,
		},
	}
}

// Users returns n users. They equal User except for their user IDs, which flags
// bucket by, and their device IDs. They share no memory.
func Users(n int) []*experiment.User {
	users := make([]*experiment.User, n)
	for i := range users {
		users[i] = User()
		users[i].UserID = userID(uint64(i))
		users[i].DeviceID = fmt.Sprintf("8c1de0a4-52b7-4f9e-a6d3-%012x", i)
	}
	return users
}

// userID returns the ID of user n.
func userID(n uint64) string { return fmt.Sprintf("user-%016x", n) }

// readProperties lists the properties that flags read.
var readProperties = []string{"plan", "session_count", "email", "app_version", "interests"}

// WithProperties returns a copy of a user of Users with n user properties. It
// takes the properties that flags read first and the user's other properties
// next. If these are too few, it adds properties of various types that no flag
// reads.
func WithProperties(user *experiment.User, n int) *experiment.User {
	names := slices.Clone(readProperties)
	for _, name := range slices.Sorted(maps.Keys(user.UserProperties)) {
		if !slices.Contains(readProperties, name) {
			names = append(names, name)
		}
	}
	properties := make(map[string]any, n)
	for i := range n {
		if i < len(names) {
			properties[names[i]] = user.UserProperties[names[i]]
		} else {
			properties[fmt.Sprintf("unread_property_%03d", i)] = unreadValue(i)
		}
	}
	withProperties := *user
	withProperties.UserProperties = properties
	return &withProperties
}

// unreadValue returns the value of added property i.
func unreadValue(i int) any {
	switch i % 5 {
	case 0:
		return fmt.Sprintf("value number %d", i)
	case 1:
		return i
	case 2:
		return float64(i) + 0.25
	case 3:
		return i%2 == 0
	default:
		return []string{"one", "two", fmt.Sprint(i)}
	}
}
