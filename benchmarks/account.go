package benchmarks

import (
	"encoding/json"
	"fmt"
)

// Account is what a server knows about a user. Each SDK's own kind of user is
// made from it, with all its fields.
type Account struct {
	ID       string `json:"user_id"`
	Device   string `json:"device_id"`
	Country  string `json:"country"`
	Platform string `json:"platform"`
	Version  string `json:"version"`

	Properties `json:"user_properties"`
}

// Properties are the 12 user properties of an account.
type Properties struct {
	Plan         string   `json:"plan"`
	Email        string   `json:"email"`
	AppVersion   string   `json:"app_version"`
	SignupSource string   `json:"signup_source"`
	Locale       string   `json:"locale"`
	SessionCount int      `json:"session_count"`
	Age          int      `json:"age"`
	CompanySize  int      `json:"company_size"`
	LastSeenDays int      `json:"last_seen_days"`
	Interests    []string `json:"interests"`
	IsBeta       bool     `json:"is_beta"`
	HasPaid      bool     `json:"has_paid"`
}

// Accounts returns n accounts that differ in their IDs.
func Accounts(n int) []*Account {
	var accounts []*Account
	users, err := generate("users", n)
	if err == nil {
		err = json.Unmarshal(users, &accounts)
	}
	if err != nil {
		panic(fmt.Sprintf("benchmarks: making accounts: %v", err))
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
