package httpapi

import (
	"fmt"
	"net/http"
	"time"
)

// StatusError is a response whose status the request does not accept. Its text
// says what to do about a status that has a usual cause.
//
// 429 and 5xx are retried first, after the backoff or, if it is longer, after
// the time that a 429 or 503 asks for with Retry-After. Other statuses are not
// retried, nor is a server that asks for more than [MaxRetryAfter]. The body of
// such a response is not kept: it might repeat the user.
type StatusError struct {
	Service    Service // that responded
	StatusCode int
	RetryAfter time.Duration // 0 if the server did not say
	RedirectTo string        // scheme and host of a redirect that was not followed, see stayAtOrigin
}

func newStatusError(service Service, resp *http.Response) *StatusError {
	e := &StatusError{Service: service, StatusCode: resp.StatusCode}
	e.RetryAfter, _ = retryAfter(resp)
	if resp.StatusCode >= 300 && resp.StatusCode < 400 {
		if to, err := resp.Location(); err == nil {
			e.RedirectTo = origin(to)
		}
	}
	return e
}

func (e *StatusError) Error() string {
	message := fmt.Sprintf("status %d", e.StatusCode)
	if name := http.StatusText(e.StatusCode); name != "" {
		message += " " + name
	}
	if e.RetryAfter > 0 {
		message += fmt.Sprintf(", retry after %s", e.RetryAfter.Round(time.Second))
	}
	if e.RedirectTo != "" {
		message += fmt.Sprintf(": a redirect to %s was not followed because it would change "+
			"the scheme, host, port or method; set %s to its target", e.RedirectTo, e.Service.field())
	}
	if advice := e.advice(); advice != "" {
		message += ": " + advice
	}
	return message
}

// advice returns what to look at first, or "" if there is no usual cause.
func (e *StatusError) advice() string {
	if e.Service == Cohorts {
		return cohortAdvice(e.StatusCode)
	}
	switch e.StatusCode {
	case http.StatusUnauthorized, http.StatusForbidden:
		return "the service does not know the deployment key; is it a server deployment's key, and is ServerZone right?"
	case http.StatusNotFound:
		return "is the path in " + e.Service.field() + " right?"
	}
	return ""
}

// cohortAdvice returns the advice about a status of the service of cohorts.
func cohortAdvice(status int) string {
	switch status {
	case http.StatusAccepted:
		return "the service is still computing the cohort"
	case http.StatusUnauthorized, http.StatusForbidden:
		return "the service does not know the project's keys; are CohortSync.APIKey and CohortSync.SecretKey " +
			"the keys of the deployment's project, and is ServerZone right?"
	case http.StatusNotFound:
		return "the service does not have the cohort, or not yet; is the path in CohortSync.ServerURL right?"
	case http.StatusRequestEntityTooLarge:
		return "the cohort has more members than CohortSync.MaxCohortSize"
	}
	return ""
}

func (e *StatusError) retryable() bool {
	transient := e.StatusCode == http.StatusTooManyRequests || e.StatusCode >= 500
	return transient && e.RetryAfter <= MaxRetryAfter
}
