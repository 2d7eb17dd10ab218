package benchmarks

import "github.com/amplitude/experiment-go-server/internal/benchdata"

// Account is what a server knows about a user. Each SDK's own kind of user is
// made from it, with all its fields.
type Account struct {
	ID, Device, Country, Platform, Version string

	Plan, Email, AppVersion, SignupSource, Locale string
	SessionCount, Age, CompanySize, LastSeenDays  int
	Interests                                     []string
	IsBeta, HasPaid                               bool
}

// Accounts returns n accounts that differ in their IDs, with the values of
// benchdata's users.
func Accounts(n int) []*Account {
	accounts := make([]*Account, n)
	for i, user := range benchdata.Users(n) {
		properties := user.UserProperties
		accounts[i] = &Account{
			ID: user.UserID, Device: user.DeviceID,
			Country: user.Country, Platform: user.Platform, Version: user.Version,

			Plan: properties["plan"].(string), Email: properties["email"].(string),
			AppVersion: properties["app_version"].(string), SignupSource: properties["signup_source"].(string),
			Locale: properties["locale"].(string), SessionCount: properties["session_count"].(int),
			Age: properties["age"].(int), CompanySize: properties["company_size"].(int),
			LastSeenDays: properties["last_seen_days"].(int), Interests: properties["interests"].([]string),
			IsBeta: properties["is_beta"].(bool), HasPaid: properties["has_paid"].(bool),
		}
	}
	return accounts
}

// properties returns a new map of the 12 user properties, for the SDKs that
// take one. It has room for extra entries.
func (a *Account) properties(extra int) map[string]any {
	properties := make(map[string]any, 12+extra)
	properties["plan"] = a.Plan
	properties["email"] = a.Email
	properties["app_version"] = a.AppVersion
	properties["signup_source"] = a.SignupSource
	properties["locale"] = a.Locale
	properties["session_count"] = a.SessionCount
	properties["age"] = a.Age
	properties["company_size"] = a.CompanySize
	properties["last_seen_days"] = a.LastSeenDays
	properties["interests"] = a.Interests
	properties["is_beta"] = a.IsBeta
	properties["has_paid"] = a.HasPaid
	return properties
}

// usersOf makes an SDK's kind of user from every account.
func usersOf[T any](accounts []*Account, newUser func(*Account) T) []T {
	users := make([]T, len(accounts))
	for i, account := range accounts {
		users[i] = newUser(account)
	}
	return users
}
