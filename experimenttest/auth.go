package experimenttest

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
)

// authorized reports whether a request has the keys that its endpoint requires.
func (s *Server) authorized(r *http.Request) bool {
	if endpointOf(r.URL.Path) == EndpointCohort {
		apiKey, secretKey, ok := r.BasicAuth()
		// Both keys are compared, even if the first is wrong, so that the time
		// taken reveals nothing.
		apiKeyOK, secretKeyOK := equalKeys(apiKey, s.APIKey), equalKeys(secretKey, s.SecretKey)
		return ok && apiKeyOK && secretKeyOK
	}
	// HTTP compares schemes without regard to case.
	scheme, key, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.EqualFold(scheme, "Api-Key") && equalKeys(key, s.DeploymentKey)
}

// equalKeys reports whether two keys are equal. It compares hashes, since a
// constant-time comparison of the keys themselves reveals their length.
func equalKeys(a, b string) bool {
	hashA, hashB := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(hashA[:], hashB[:]) == 1
}

// deploymentKeyRequired returns the response to a request for flags or vardata
// that is not authorized.
func deploymentKeyRequired() response {
	return errorResponse(http.StatusUnauthorized,
		"the deployment key is missing or wrong; send the header \"Authorization: Api-Key <deployment key>\"")
}

// projectKeysRequired returns the response to a request for a cohort that is
// not authorized.
func projectKeysRequired() response {
	resp := errorResponse(http.StatusUnauthorized,
		"the API key or the secret key is missing or wrong; "+
			"send the header \"Authorization: Basic <base64 of apiKey:secretKey>\"")
	resp.header.Set("WWW-Authenticate", `Basic realm="cohorts"`)
	return resp
}
