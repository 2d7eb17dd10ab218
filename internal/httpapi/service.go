package httpapi

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"strings"

	"github.com/amplitude/experiment-go-server/experiment"
)

// Library names this module to the service. Requests for flags carry it in the
// header LibraryHeader, requests for variants in the user's library field.
const Library = "experiment-go-server/" + experiment.Version

// LibraryHeader is the name of the header that carries Library.
const LibraryHeader = "X-Amp-Exp-Library"

// Service is one of the services that make up Amplitude Experiment.
type Service int

const (
	RemoteEvaluation Service = iota // variants of a user
	Flags                           // flag configs
	Stream                          // flag configs, at once when they change
	Cohorts                         // the members of cohorts
)

// field returns the field of a client's config that sets the service's URL.
func (s Service) field() string {
	switch s {
	case Stream:
		return "StreamServerURL"
	case Cohorts:
		return "CohortSync.ServerURL"
	}
	return "ServerURL"
}

// keys returns what authorizes requests to the service.
func (s Service) keys() string {
	if s == Cohorts {
		return "the project's secret key"
	}
	return "the deployment key"
}

// host returns Amplitude's address of a service, or "" if there is no such
// zone. In the US remote evaluation and flags share a host.
func host(service Service, zone experiment.ServerZone) string {
	if service == Cohorts {
		switch zone {
		case experiment.ServerZoneUS:
			return "https://cohort-v2.lab.amplitude.com"
		case experiment.ServerZoneEU:
			return "https://cohort-v2.lab.eu.amplitude.com"
		}
		return ""
	}
	switch zone {
	case experiment.ServerZoneUS:
		if service == Stream {
			return "https://stream.lab.amplitude.com"
		}
		return "https://api.lab.amplitude.com"
	case experiment.ServerZoneEU:
		switch service {
		case Flags:
			return "https://flag.lab.eu.amplitude.com"
		case Stream:
			return "https://stream.lab.eu.amplitude.com"
		}
		return "https://api.lab.eu.amplitude.com"
	}
	return ""
}

// ServerURL returns the URL of a service: serverURL, or Amplitude's host in the
// zone if serverURL is empty. An empty zone stands for the US.
//
// The parameters are fields of a client's config: ServerZone, and ServerURL or
// CohortSync.ServerURL. Errors name them so. An unknown zone is an error even
// if serverURL is set.
func ServerURL(service Service, zone experiment.ServerZone, serverURL string) (*url.URL, error) {
	if zone == "" {
		zone = experiment.ServerZoneUS
	}
	amplitude := host(service, zone)
	if amplitude == "" {
		return nil, fmt.Errorf("ServerZone %q is unknown: use \"us\" or \"eu\"", zone)
	}
	if serverURL == "" {
		serverURL = amplitude
	}
	field := service.field()
	base, err := url.Parse(serverURL)
	if err != nil {
		// The text of a *url.Error repeats the URL, which may contain a
		// password.
		var parse *url.Error
		if errors.As(err, &parse) {
			err = parse.Err
		}
		return nil, fmt.Errorf("%s is not a URL: %w", field, err)
	}
	if base.User != nil {
		return nil, fmt.Errorf("%s must not have a user name or password: %s authorizes", field, service.keys())
	}
	switch {
	case base.Scheme != "http" && base.Scheme != "https", base.Hostname() == "":
		return nil, fmt.Errorf("%s %q must begin with https:// or http:// and a host", field, serverURL)
	case base.RawQuery != "" || base.ForceQuery:
		return nil, fmt.Errorf("%s %q must not have a query", field, serverURL)
	case strings.Contains(serverURL, "#"):
		return nil, fmt.Errorf("%s %q must not have a fragment", field, serverURL)
	}
	return base, nil
}

// Endpoint returns the URL of a path below base, which keeps its own path, with
// the query if there is one.
func Endpoint(base *url.URL, path string, query url.Values) string {
	u := base.JoinPath(path)
	u.RawQuery = query.Encode()
	return u.String()
}

// WarnIfUnencrypted logs a warning if requests to base, the URL of a service,
// are not encrypted, unless they stay on this machine: anyone on the way can
// read the key.
func WarnIfUnencrypted(logger *slog.Logger, service Service, base *url.URL) {
	if base.Scheme == "http" && !isLoopback(base.Hostname()) {
		logger.Warn(service.keys()+" is sent unencrypted, because "+service.field()+
			" begins with http://; use https://", "host", base.Host)
	}
}

func isLoopback(host string) bool {
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.Unmap().IsLoopback()
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}
