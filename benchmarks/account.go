package benchmarks

import "github.com/amplitude/experiment-go-server/internal/benchdata"

// Account is what a server knows about a user. From it each SDK's own kind of user is made, always of all of it.
type Account struct {
	ID, Device, Country, Platform, Version string

	Plan, Email, AppVersion, SignupSource, Locale string
	SessionCount, Age, CompanySize, LastSeenDays  int
	Interests                                     []string
	IsBeta, HasPaid                               bool
}

// Accounts is n accounts that differ in their IDs, with the values of benchdata's users.
func Accounts(n int) []*Account {
	accounts := make([]*Account, n)
	for i, user := range benchdata.Users(n) {
		of := user.UserProperties
		accounts[i] = &Account{
			ID: user.UserID, Device: user.DeviceID, Country: user.Country, Platform: user.Platform, Version: user.Version,

			Plan: of["plan"].(string), Email: of["email"].(string), AppVersion: of["app_version"].(string),
			SignupSource: of["signup_source"].(string), Locale: of["locale"].(string),
			SessionCount: of["session_count"].(int), Age: of["age"].(int),
			CompanySize: of["company_size"].(int), LastSeenDays: of["last_seen_days"].(int),
			Interests: of["interests"].([]string),
			IsBeta:    of["is_beta"].(bool), HasPaid: of["has_paid"].(bool),
		}
	}
	return accounts
}

// properties is a map with the 12 user properties, and room for some more, for the SDKs that take one.
func (a *Account) properties(more int) map[string]any {
	properties := make(map[string]any, 12+more)
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

// each makes an SDK's kind of user of every account.
func each[T any](accounts []*Account, user func(*Account) T) []T {
	users := make([]T, len(accounts))
	for i, account := range accounts {
		users[i] = user(account)
	}
	return users
}
