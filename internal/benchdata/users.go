package benchdata

import (
	"fmt"
	"maps"
	"slices"

	"github.com/amplitude/experiment-go-server/experiment"
)

// User is a user of usual size, with 12 properties.
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

// Users is n users who are like User but for their user IDs, which flags bucket by, and their device IDs. They share no
// memory.
func Users(n int) []*experiment.User {
	users := make([]*experiment.User, n)
	for i := range users {
		users[i] = User()
		users[i].UserID = userID(uint64(i))
		users[i].DeviceID = fmt.Sprintf("8c1de0a4-52b7-4f9e-a6d3-%012x", i)
	}
	return users
}

func userID(n uint64) string { return fmt.Sprintf("user-%016x", n) }

// readProperties are the properties that some flag reads.
var readProperties = []string{"plan", "session_count", "email", "app_version", "interests"}

// WithProperties is a copy of a user of Users that has n user properties: those that flags read first, the user's others
// next, and then as many as it takes, of various types, that no flag reads.
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
