package experimenttest

import "strings"

// Endpoint names a part of the service.
type Endpoint string

// The endpoints of a Server.
const (
	EndpointFlags   Endpoint = "flags"
	EndpointStream  Endpoint = "stream"
	EndpointVardata Endpoint = "vardata"
	EndpointCohort  Endpoint = "cohort"
)

// endpoints are all endpoints.
var endpoints = []Endpoint{EndpointFlags, EndpointStream, EndpointVardata, EndpointCohort}

const (
	flagsPath   = "/sdk/v2/flags"
	streamPath  = "/sdk/stream/v1/flags"
	vardataPath = "/sdk/v2/vardata"
	cohortPath  = "/sdk/v1/cohort/"
)

// endpointOf returns the endpoint at a path, or "" for any other path.
func endpointOf(path string) Endpoint {
	switch {
	case path == flagsPath:
		return EndpointFlags
	case path == streamPath:
		return EndpointStream
	case path == vardataPath:
		return EndpointVardata
	case strings.HasPrefix(path, cohortPath) && path != cohortPath:
		return EndpointCohort
	}
	return ""
}
