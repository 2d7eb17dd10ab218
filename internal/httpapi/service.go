package httpapi

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// Version of this module.
const Version = "0.1.0"

// Library names this module to the service. The header X-Amp-Exp-Library carries it where flags are asked for, and the
// user's library field where variants are.
const Library = "experiment-go-server/" + Version

// LibraryHeader is the header that carries Library.
const LibraryHeader = "X-Amp-Exp-Library"

// A Service is one of the hosts that make up Amplitude Experiment.
type Service int

const (
	RemoteEvaluation Service = iota // variants of a user
	Flags                           // flag configurations
)

// host is Amplitude's own address of a service, or "" if there is no such zone. The services share a host in the US.
func host(service Service, zone string) string {
	switch zone {
	case "us":
		return "https://api.lab.amplitude.com"
	case "eu":
		if service == Flags {
			return "https://flag.lab.eu.amplitude.com"
		}
		return "https://api.lab.eu.amplitude.com"
	}
	return ""
}

// ServerURL is where a service is: at serverURL, or if that is empty at Amplitude's host in the zone, which is "us" (also
// for "") or "eu". The two are the fields ServerURL and ServerZone of a client's config, and errors name them so; a wrong
// zone is an error even where the URL makes it moot.
func ServerURL(service Service, zone, serverURL string) (*url.URL, error) {
	if zone == "" {
		zone = "us"
	}
	own := host(service, zone)
	if own == "" {
		return nil, fmt.Errorf("ServerZone %q is unknown: use \"us\" or \"eu\"", zone)
	}
	if serverURL == "" {
		serverURL = own
	}
	base, err := url.Parse(serverURL)
	if err != nil {
		// Only the cause: the text of a *url.Error has the whole URL, and with it any password.
		var parse *url.Error
		if errors.As(err, &parse) {
			err = parse.Err
		}
		return nil, fmt.Errorf("ServerURL is no URL: %w", err)
	}
	if base.User != nil {
		return nil, errors.New("ServerURL must not have a user name or password: the deployment key authorizes")
	}
	switch {
	case base.Scheme != "http" && base.Scheme != "https", base.Hostname() == "":
		return nil, fmt.Errorf("ServerURL %q must begin with https:// or http:// and a host", serverURL)
	case base.RawQuery != "" || base.ForceQuery:
		return nil, fmt.Errorf("ServerURL %q must not have a query", serverURL)
	case strings.Contains(serverURL, "#"):
		return nil, fmt.Errorf("ServerURL %q must not have a fragment", serverURL)
	}
	return base, nil
}

// Endpoint is the URL of a path below base, with base's own path kept, and the query if it is not empty.
func Endpoint(base *url.URL, path string, query url.Values) string {
	u := base.JoinPath(path)
	u.RawQuery = query.Encode()
	return u.String()
}

// Authorization is the value of the Authorization header for a deployment key. An empty key, and one that cannot be in a
// header, is an error, which does not repeat it.
func Authorization(deploymentKey string) (string, error) {
	if deploymentKey == "" {
		return "", errors.New("the deployment key is empty: copy a server deployment's key from Amplitude Experiment")
	}
	for i := range len(deploymentKey) {
		if c := deploymentKey[i]; c <= ' ' || c >= 0x7f {
			return "", fmt.Errorf("the deployment key has a blank or a character that no key has at byte %d: "+
				"was a line break copied with it?", i)
		}
	}
	return "Api-Key " + deploymentKey, nil
}
