package experimenttest

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Cohort is a cohort that the Server serves.
type Cohort struct {
	// ID is the cohort's ID. It must not be empty.
	ID string

	// GroupType is the type of the groups that are the members. Default:
	// "User", the type of a cohort whose members are user IDs.
	GroupType string

	// LastModified is when the members last changed, to the millisecond.
	// Default: now, but later than the previous time if this cohort was set
	// before.
	LastModified time.Time

	// MemberIDs are user IDs or the names of groups.
	MemberIDs []string
}

// SetCohort adds a cohort or replaces the one with the same ID. The Server
// keeps a copy, as the JSON that it serves; the compressed form is made once,
// for the first client that accepts gzip. SetCohort returns an error if the ID
// is empty.
//
// Users and groups are members in vardata too: the flags see the cohort if its
// type is "User" and it has the ID of the user, or if it has the name of the
// user's first group of its type. Cohort IDs that a user is sent with count as
// well.
func (s *Server) SetCohort(cohort Cohort) error {
	if cohort.ID == "" {
		return errors.New("setting cohort: the ID is empty")
	}
	document := newCohortDocument(cohort)
	s.mu.Lock()
	defer s.mu.Unlock()
	lastModified := cohort.LastModified.UnixMilli()
	if cohort.LastModified.IsZero() {
		lastModified = time.Now().UnixMilli()
		if previous, ok := s.cohorts[cohort.ID]; ok {
			lastModified = max(lastModified, previous.lastModified+1)
		}
	}
	document.finish(cohort.ID, lastModified)
	s.cohorts[cohort.ID] = document
	return nil
}

// RemoveCohort removes the cohort with the given ID, if there is one.
func (s *Server) RemoveCohort(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.cohorts, id)
}

// cohortResponse returns the cohort that the path names, unless the client
// already has it or accepts fewer members.
func (s *Server) cohortResponse(req request) response {
	if resp, ok := req.checkMethod(http.MethodGet); !ok {
		return resp
	}
	if !req.Authorized {
		return projectKeysRequired()
	}
	// A client that sends neither parameter accepts any number of members and
	// has no copy of them.
	maxSize, maxErr := queryInt(req, "maxCohortSize", math.MaxInt64)
	known, knownErr := queryInt(req, "lastModified", -1)
	if err := errors.Join(maxErr, knownErr); err != nil {
		return errorResponse(http.StatusBadRequest, "%v", err)
	}
	id := strings.TrimPrefix(req.Path, cohortPath)
	s.mu.Lock()
	cohort, ok := s.cohorts[id]
	s.mu.Unlock()
	switch {
	case !ok:
		return errorResponse(http.StatusNotFound, "there is no cohort %q", id)
	case known == cohort.lastModified:
		return response{status: http.StatusNoContent, header: http.Header{}}
	case int64(cohort.size) > maxSize:
		return errorResponse(http.StatusRequestEntityTooLarge,
			"cohort %q has %d members, more than maxCohortSize, which is %d", id, cohort.size, maxSize)
	}
	resp := jsonResponse(cohort.body)
	resp.header.Set("Vary", "Accept-Encoding")
	if req.acceptsGzip && !s.noGzip {
		resp.header.Set("Content-Encoding", "gzip")
		resp.body = cohort.gzip()
	}
	return resp
}

// queryInt returns an integer parameter of the query, or absent if the query
// does not have it.
func queryInt(req request, name string, absent int64) (int64, error) {
	if !req.Query.Has(name) {
		return absent, nil
	}
	value, err := strconv.ParseInt(req.Query.Get(name), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("reading the query: %s is %q, not an integer", name, req.Query.Get(name))
	}
	return value, nil
}
