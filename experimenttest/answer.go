package experimenttest

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// answer is a whole response, so that a fault can change, delay or cut any of them.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func jsonAnswer(body []byte) answer {
	return answer{http.StatusOK, http.Header{"Content-Type": {"application/json"}}, body}
}

// refuse is an answer that says, for people, what was wrong with a request.
func refuse(status int, format string, args ...any) answer {
	text := fmt.Sprintf("%d %s: ", status, http.StatusText(status)) + fmt.Sprintf(format, args...) + "\n"
	return answer{status, http.Header{"Content-Type": {"text/plain; charset=utf-8"}}, []byte(text)}
}

// send writes the answer; the other arguments are those of a Fault.
func (a answer) send(w http.ResponseWriter, cutAfter int) {
	maps.Copy(w.Header(), a.header)
	hasBody := a.status != http.StatusNoContent && a.status != http.StatusNotModified
	if hasBody {
		w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	w.WriteHeader(a.status)
	if !hasBody {
		return
	}
	if cutAfter == 0 || cutAfter >= len(a.body) {
		_, _ = w.Write(a.body) // fails when the client is gone
		return
	}
	_, _ = w.Write(a.body[:max(cutAfter, 0)])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// allow refuses the methods that an endpoint lacks.
func (in incoming) allow(methods ...string) (answer, bool) {
	if slices.Contains(methods, in.Method) {
		return answer{}, true
	}
	refused := refuse(http.StatusMethodNotAllowed, "%s is not a method of %s; use %s",
		in.Method, in.Path, strings.Join(methods, " or "))
	refused.header.Set("Allow", strings.Join(methods, ", "))
	return refused, false
}

// refuseDeploymentKey answers for the endpoints of a deployment.
func refuseDeploymentKey() answer {
	return refuse(http.StatusUnauthorized,
		"the deployment key is missing or not the one expected; send the header \"Authorization: Api-Key <deployment key>\"")
}

// refuseProjectKeys answers for the endpoints of a project.
func refuseProjectKeys() answer {
	refused := refuse(http.StatusUnauthorized,
		"the API key and secret key are missing or not the ones expected; "+
			"send the header \"Authorization: Basic <base64 of apiKey:secretKey>\"")
	refused.header.Set("WWW-Authenticate", `Basic realm="cohorts"`)
	return refused
}

// authorized says whether a request has the keys that its endpoint asks for.
func (s *Server) authorized(endpoint Endpoint, r *http.Request) bool {
	if endpoint == EndpointCohort {
		apiKey, secretKey, ok := r.BasicAuth()
		// Both are compared, whatever the first gives, so that the time tells nothing.
		apiKeyOK, secretKeyOK := equalKeys(apiKey, s.APIKey), equalKeys(secretKey, s.SecretKey)
		return ok && apiKeyOK && secretKeyOK
	}
	key, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Api-Key ")
	return ok && equalKeys(key, s.DeploymentKey)
}

// equalKeys compares hashes, since a constant-time comparison of the keys themselves tells their length.
func equalKeys(a, b string) bool {
	hashA, hashB := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(hashA[:], hashB[:]) == 1
}

// encode is compact JSON with text as it is, rather than escaped for HTML.
func encode(value any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(text.Bytes(), []byte("\n")), nil
}
