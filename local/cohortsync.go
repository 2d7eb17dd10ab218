package local

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"time"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/datasource"
	"github.com/amplitude/experiment-go-server/internal/httpapi"
	"github.com/amplitude/experiment-go-server/internal/updater"
)

// MissingCohort says what a flag does whose cohort could not be loaded.
type MissingCohort int

const (
	// NotMember makes every user count as not in the cohort, as Amplitude's
	// SDKs do. Conditions that exclude the cohort's members then match
	// everybody.
	NotMember MissingCohort = iota

	// Withhold makes the flag, and the flags that depend on it, give no variant
	// until the cohort is there. All other flags work.
	Withhold
)

// MinCohortPollingInterval is the shortest PollingInterval of a CohortSync.
const MinCohortPollingInterval = time.Minute

// CohortSync configures the loading of cohorts. A zero field selects the
// default.
type CohortSync struct {
	// APIKey and SecretKey are the keys of the Amplitude project. Both are
	// required.
	APIKey    string
	SecretKey string

	// ServerURL is the URL to load cohorts from, such as a proxy's. It
	// overrides the host of Config.ServerZone. Default:
	// https://cohort-v2.lab.amplitude.com, or in the EU
	// https://cohort-v2.lab.eu.amplitude.com.
	ServerURL string

	// MaxCohortSize is the largest cohort to load, in members. A larger one is
	// missing. Default: 2,147,483,647.
	MaxCohortSize int

	// PollingInterval is the time between two refreshes of a cohort, each up to
	// a tenth shorter or longer. A cohort that has not changed is not sent
	// again. An interval below MinCohortPollingInterval is an error. Default:
	// 60 s.
	PollingInterval time.Duration

	// Timeout limits how long new flags wait for cohorts that are new with
	// them, so that they go live together. After it the flags go live without
	// the cohorts that are missing, which OnMissingCohort describes, and
	// loading these goes on. A negative Timeout lets flags never wait. Default:
	// 10 s.
	Timeout time.Duration

	// OnMissingCohort decides what flags do whose cohorts are missing. Default:
	// NotMember.
	OnMissingCohort MissingCohort
}

// resolve returns the options that the CohortSync stands for, or an error that
// names the invalid field.
func (c CohortSync) resolve(zone experiment.ServerZone, client *http.Client) (*updater.CohortOptions, error) {
	keys, err := httpapi.ProjectKeys(c.APIKey, c.SecretKey)
	if err != nil {
		return nil, err
	}
	base, err := httpapi.ServerURL(httpapi.Cohorts, zone, c.ServerURL)
	if err != nil {
		return nil, err
	}
	switch {
	case c.MaxCohortSize < 0:
		return nil, fmt.Errorf("CohortSync.MaxCohortSize is %d: use a positive number of members, "+
			"or 0 for the default", c.MaxCohortSize)
	case c.PollingInterval != 0 && c.PollingInterval < MinCohortPollingInterval:
		return nil, fmt.Errorf("CohortSync.PollingInterval is %s: the minimum is %s",
			c.PollingInterval, MinCohortPollingInterval)
	case c.OnMissingCohort != NotMember && c.OnMissingCohort != Withhold:
		return nil, errors.New("CohortSync.OnMissingCohort must be local.NotMember or local.Withhold")
	}
	return &updater.CohortOptions{
		CohortOptions: datasource.CohortOptions{
			Base:          base,
			Authorization: keys,
			HTTPClient:    client,
			MaxSize:       cmp.Or(c.MaxCohortSize, math.MaxInt32),
			Interval:      cmp.Or(c.PollingInterval, time.Minute),
		},
		Timeout:  max(0, cmp.Or(c.Timeout, 10*time.Second)),
		Withhold: c.OnMissingCohort == Withhold,
	}, nil
}

// Format writes what String returns, or GoString for %#v, whatever the verb, so
// that no verb prints the keys.
func (c CohortSync) Format(state fmt.State, verb rune) {
	if verb == 'v' && state.Flag('#') {
		_, _ = io.WriteString(state, c.GoString())
		return
	}
	_, _ = io.WriteString(state, c.String())
}

// String describes the CohortSync without its keys.
func (c CohortSync) String() string {
	return fmt.Sprintf("CohortSync{ServerURL: %q, MaxCohortSize: %d, PollingInterval: %s, Timeout: %s}",
		c.ServerURL, c.MaxCohortSize, c.PollingInterval, c.Timeout)
}

// GoString describes the CohortSync without its keys.
func (c CohortSync) GoString() string { return "local." + c.String() }

// MarshalJSON returns the CohortSync as JSON without its keys, so that a logger
// which writes JSON does not log them. They can be read from JSON.
func (c CohortSync) MarshalJSON() ([]byte, error) {
	type fields CohortSync
	c.APIKey, c.SecretKey = "", ""
	return json.Marshal(fields(c))
}
