package amplitude

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/amplitude/experiment-go-server/pkg/experiment"
	"github.com/amplitude/experiment-go-server/pkg/experiment/local"
)

// Account is what a server knows about a user. The module around this one has
// the same type.
type Account struct {
	ID, Device, Country, Platform, Version string

	Plan, Email, AppVersion, SignupSource, Locale string
	SessionCount, Age, CompanySize, LastSeenDays  int
	Interests                                     []string
	IsBeta, HasPaid                               bool
}

// NewAccount returns the user of testdata/perf with another ID.
func NewAccount(id string) *Account {
	return &Account{
		ID: id, Device: "8c1de0a4-52b7-4f9e-a6d3-90b1c7e2f458",
		Country: "United States", Platform: "iOS", Version: "4.12.3",

		Plan: "premium", Email: "jane.doe@example.com", AppVersion: "4.12.3", SignupSource: "organic_search",
		Locale: "en-US", SessionCount: 142, Age: 34, CompanySize: 250, LastSeenDays: 3,
		Interests: []string{"cycling", "cooking", "travel"}, IsBeta: true,
	}
}

// User makes the SDK's kind of user from an account.
func (a *Account) User() *experiment.User {
	return &experiment.User{
		UserId: a.ID, DeviceId: a.Device, Country: a.Country, Platform: a.Platform, Version: a.Version,
		UserProperties: map[string]any{
			"plan": a.Plan, "email": a.Email, "app_version": a.AppVersion, "signup_source": a.SignupSource,
			"locale": a.Locale, "session_count": a.SessionCount, "age": a.Age, "company_size": a.CompanySize,
			"last_seen_days": a.LastSeenDays, "interests": a.Interests, "is_beta": a.IsBeta, "has_paid": a.HasPaid,
		},
	}
}

// ReadFlags returns a document of n flags: one from the repository, or one that
// benchmarks/run has written. The error is an fs.ErrNotExist if there is none.
func ReadFlags(n int) ([]byte, error) {
	folder := "../../testdata/perf"
	if n > 100 {
		folder = "testdata"
	}
	return os.ReadFile(filepath.Join(folder, fmt.Sprintf("flags_%d.json", n)))
}

// ReadVariants returns the variants that the SDK must give, by user ID and flag
// key.
func ReadVariants() (map[string]map[string]string, error) {
	data, err := os.ReadFile("testdata/variants.json")
	if err != nil {
		return nil, err
	}
	var variants map[string]map[string]string
	return variants, json.Unmarshal(data, &variants)
}

// Serve starts a server on loopback that sends the flags.
func Serve(document []byte) *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Write(document)
	}))
}

// clients counts the clients, so that each gets a key of its own.
var clients atomic.Int64

// Connect returns a client that has loaded its flags and sends no events. The
// SDK has no way to close a client and keeps its clients by deployment key, so
// each client gets a key of its own.
func Connect(url string) (*local.Client, error) {
	client := local.Initialize(fmt.Sprintf("server-benchmarks-%d", clients.Add(1)), &local.Config{
		ServerUrl:                url,
		FlagConfigPollerInterval: time.Hour,
	})
	return client, client.Start()
}
