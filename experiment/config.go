package experiment

import (
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

// ServerZone is where Amplitude keeps an organization's data, and so which of its hosts to ask.
type ServerZone string

const (
	ServerZoneUS ServerZone = "us" // the default
	ServerZoneEU ServerZone = "eu"
)

// Values that turn off what a zero field of a Config would set to its default. Any negative value does the same.
const (
	NoRetries               = -1 // of FetchRetries: one attempt alone
	NoBackoff time.Duration = -1 // of FetchRetryBackoffMin or FetchRetryBackoffMax: retry at once
	NoTimeout time.Duration = -1 // of FetchTimeout or FetchRetryTimeout: only the context ends the attempt
)

// Config is how a Client fetches. Nil and the zero Config are the defaults, and so is each zero field; a negative count or
// duration is none. Initialize checks it, and copies it, so a Config may be used again.
type Config struct {
	// Debug logs debug lines and above to standard error, as text. It has no effect if Logger is set. Default: false.
	Debug bool

	// Logger gets warnings (a malformed variant in an answer) and debug lines (retries). Neither has the deployment key
	// or the user. Default: what slog.Default() is at Initialize, or what Debug says.
	Logger *slog.Logger

	// ServerZone picks Amplitude's host. Default: ServerZoneUS.
	ServerZone ServerZone

	// ServerURL is where to fetch instead of at the host of the ServerZone, such as a proxy. A path in it is kept, and
	// comes before that of the API. Default: https://api.lab.amplitude.com, or in the EU
	// https://api.lab.eu.amplitude.com.
	ServerURL string

	// FetchTimeout limits the first attempt of a fetch, from connecting to the last byte of the body. Default: 10 s.
	FetchTimeout time.Duration

	// FetchRetries is how many attempts may follow the first one. Default: 8.
	FetchRetries int

	// FetchRetryBackoffMin is the backoff of the first retry. Each wait is a random time between half and all of the
	// backoff, so that servers which failed together do not return together. Where a 429 or 503 has Retry-After, the
	// wait is that time, also with NoBackoff, and up to a tenth more; if it is above a minute there is no retry.
	// Default: 500 ms, or FetchRetryBackoffMax if that is less.
	FetchRetryBackoffMin time.Duration

	// FetchRetryBackoffMax bounds the backoff. Default: 10 s, or FetchRetryBackoffMin if that is more.
	FetchRetryBackoffMax time.Duration

	// FetchRetryBackoffScalar is what the backoff grows by with each retry, at least 1. Default: 1.5.
	FetchRetryBackoffScalar float64

	// FetchRetryTimeout limits each retry, as FetchTimeout does the first attempt. Default: 10 s.
	FetchRetryTimeout time.Duration

	// HTTPClient sends the requests. It is copied, so the Client neither changes it nor closes its connections; its own
	// Timeout counts too. Redirects are followed only to the same scheme, host and port. Default: a connection pool of
	// the Client's own, with proxies taken from the environment.
	HTTPClient *http.Client
}

// resolve returns the base URL and the options that the config stands for, or what is wrong with it.
func (c Config) resolve() (*url.URL, httpapi.Options, error) {
	base, err := httpapi.ServerURL(httpapi.RemoteEvaluation, string(c.ServerZone), c.ServerURL)
	if err != nil {
		return nil, httpapi.Options{}, err
	}
	scalar := orDefault(c.FetchRetryBackoffScalar, 1.5)
	if math.IsNaN(scalar) || math.IsInf(scalar, 0) || scalar < 1 {
		return nil, httpapi.Options{}, fmt.Errorf("FetchRetryBackoffScalar is %v, but a backoff grows by 1 or more", scalar)
	}
	least, most := c.FetchRetryBackoffMin, c.FetchRetryBackoffMax
	if least > most && most > 0 {
		return nil, httpapi.Options{}, fmt.Errorf("FetchRetryBackoffMin %v is above FetchRetryBackoffMax %v", least, most)
	}
	// Whoever sets one bound has not heard of the other, so the default gives way.
	if least == 0 {
		least = 500 * time.Millisecond
		if most > 0 {
			least = min(least, most)
		}
	}
	if most == 0 {
		most = max(10*time.Second, least)
	}
	return base, httpapi.Options{
		HTTPClient:    c.HTTPClient,
		Retries:       max(0, orDefault(c.FetchRetries, 8)),
		BackoffMin:    max(0, least),
		BackoffMax:    max(0, most),
		BackoffScalar: scalar,
		Timeout:       max(0, orDefault(c.FetchTimeout, 10*time.Second)),
		RetryTimeout:  max(0, orDefault(c.FetchRetryTimeout, 10*time.Second)),
		Logger:        c.logger(),
	}, nil
}

func (c Config) logger() *slog.Logger {
	switch {
	case c.Logger != nil:
		return c.Logger
	case c.Debug:
		return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	return slog.Default()
}

func orDefault[T int | float64 | time.Duration](value, byDefault T) T {
	if value == 0 {
		return byDefault
	}
	return value
}
