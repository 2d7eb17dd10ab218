package remote

import (
	"cmp"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"net/url"
	"time"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/backoff"
	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

// Values that disable a setting whose zero value selects a default. Any other
// negative value does the same.
const (
	NoRetries               = -1 // for FetchRetries: one attempt only
	NoBackoff time.Duration = -1 // for FetchRetryBackoffMin or FetchRetryBackoffMax: retry at once
	NoTimeout time.Duration = -1 // for FetchTimeout or FetchRetryTimeout: only the context ends the attempt
)

// Config configures a Client. A nil Config and a zero field select the
// defaults; a negative count or duration disables the setting. Initialize
// validates and copies the Config, so it may be reused.
type Config struct {
	// Debug logs all records to standard error, as text. It has no effect if
	// Logger is set. Default: false.
	Debug bool

	// Logger gets warnings (a malformed variant in a response; once, by
	// Initialize, a ServerURL that sends the deployment key unencrypted) and
	// debug records (retries). No record contains the deployment key or the
	// user. Default: slog.Default() at the time of Initialize, or as Debug
	// says.
	Logger *slog.Logger

	// ServerZone selects Amplitude's host. Default: experiment.ServerZoneUS.
	ServerZone experiment.ServerZone

	// ServerURL is the URL to fetch from, such as a proxy's. It overrides the
	// host of the ServerZone. Its path is kept, with the path of the API after
	// it. Default: https://api.lab.amplitude.com, or in the EU
	// https://api.lab.eu.amplitude.com.
	ServerURL string

	// FetchTimeout limits the first attempt of a fetch, from connecting to the
	// last byte of the body. Default: 10 s.
	FetchTimeout time.Duration

	// FetchRetries is how many attempts may follow the first one. While many
	// requests fail there are fewer: a Client retries at most 10 times, and
	// once more for each 10 calls and for each 5 s. Default: 8.
	FetchRetries int

	// FetchRetryBackoffMin is the backoff before the first retry. Each wait is
	// random between half and all of the backoff, so that servers which fail
	// together do not come back together. If a 429 or 503 has a longer
	// Retry-After, the client waits that long plus up to 10 %, even with
	// NoBackoff. It does not retry if the Retry-Afters of a fetch add up to
	// more than a minute, or if the context would end before the retry.
	// Default: 500 ms, or FetchRetryBackoffMax if that is less.
	FetchRetryBackoffMin time.Duration

	// FetchRetryBackoffMax bounds the backoff. Default: 10 s, or
	// FetchRetryBackoffMin if that is more.
	FetchRetryBackoffMax time.Duration

	// FetchRetryBackoffScalar is the factor, at least 1, by which the backoff
	// grows from one retry to the next. Default: 1.5.
	FetchRetryBackoffScalar float64

	// FetchRetryTimeout limits each retry, as FetchTimeout limits the first
	// attempt. Default: 10 s.
	FetchRetryTimeout time.Duration

	// HTTPClient sends the requests. It is copied, so the Client neither
	// changes it nor closes its connections; its Timeout applies too. Redirects
	// are followed only to the same scheme, host and port. Default: a
	// connection pool of the Client's own, with proxies from the environment.
	// It keeps up to 64 idle connections, enough for 64 fetches at a time, and
	// notices an HTTP/2 connection that went dead within 5 s.
	HTTPClient *http.Client
}

// resolve returns the base URL and the options that the config stands for, or
// an error that names the invalid field.
func (c Config) resolve() (*url.URL, httpapi.Options, error) {
	base, err := httpapi.ServerURL(httpapi.RemoteEvaluation, c.ServerZone, c.ServerURL)
	if err != nil {
		return nil, httpapi.Options{}, err
	}
	wait, err := c.backoff()
	if err != nil {
		return nil, httpapi.Options{}, err
	}
	return base, httpapi.Options{
		HTTPClient:   c.HTTPClient,
		Retries:      max(0, cmp.Or(c.FetchRetries, 8)),
		Backoff:      wait,
		Timeout:      max(0, cmp.Or(c.FetchTimeout, 10*time.Second)),
		RetryTimeout: max(0, cmp.Or(c.FetchRetryTimeout, 10*time.Second)),
		Logger:       httpapi.Logger(c.Logger, c.Debug),
	}, nil
}

func (c Config) backoff() (backoff.Exponential, error) {
	factor := cmp.Or(c.FetchRetryBackoffScalar, 1.5)
	if math.IsNaN(factor) || math.IsInf(factor, 0) || factor < 1 {
		return backoff.Exponential{}, fmt.Errorf(
			"FetchRetryBackoffScalar is %v: it must be a number of at least 1", factor)
	}
	low, high := c.FetchRetryBackoffMin, c.FetchRetryBackoffMax
	if low > high && high > 0 {
		return backoff.Exponential{}, fmt.Errorf("FetchRetryBackoffMin %v is above FetchRetryBackoffMax %v", low, high)
	}
	// If only one bound is set, the other's default adapts to it.
	if low == 0 {
		low = 500 * time.Millisecond
		if high > 0 {
			low = min(low, high)
		}
	}
	if high == 0 {
		high = max(10*time.Second, low)
	}
	return backoff.Exponential{Min: max(0, low), Max: max(0, high), Factor: factor}, nil
}
