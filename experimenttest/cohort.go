package experimenttest

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Cohort is a cohort that the Server hands out.
type Cohort struct {
	// ID is the cohort's ID; it must not be empty.
	ID string

	// GroupType is the type of the groups that are the members. Default: "User", whose members are user IDs.
	GroupType string

	// LastModified is when the members last changed, to the millisecond. Default: now, but later than before if the cohort
	// was there before.
	LastModified time.Time

	// MemberIDs are user IDs or the names of groups.
	MemberIDs []string
}

// cohortDocument is the body of the cohort endpoint and what decides whether it is sent.
type cohortDocument struct {
	text         []byte
	lastModified int64 // milliseconds since 1970
	size         int
}

// SetCohort adds a cohort, or replaces the one with its ID. The Server keeps a copy.
func (s *Server) SetCohort(cohort Cohort) error {
	if cohort.ID == "" {
		return errors.New("setting a cohort: it has no ID")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	lastModified := cohort.LastModified.UnixMilli()
	if cohort.LastModified.IsZero() {
		lastModified = max(time.Now().UnixMilli(), s.cohorts[cohort.ID].lastModified+1)
	}
	// memberIds come last, as a client that reads the body as a stream may count on.
	text, err := encode(struct {
		CohortID     string   `json:"cohortId"`
		LastModified int64    `json:"lastModified"`
		Size         int      `json:"size"`
		GroupType    string   `json:"groupType"`
		MemberIDs    []string `json:"memberIds"`
	}{
		cohort.ID, lastModified, len(cohort.MemberIDs),
		cmp.Or(cohort.GroupType, "User"), append([]string{}, cohort.MemberIDs...),
	})
	if err != nil {
		return fmt.Errorf("setting cohort %q: %w", cohort.ID, err)
	}
	s.cohorts[cohort.ID] = cohortDocument{text, lastModified, len(cohort.MemberIDs)}
	return nil
}

// RemoveCohort removes the cohort with the ID, if there is one.
func (s *Server) RemoveCohort(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.cohorts, id)
}

func (s *Server) answerCohort(in incoming) answer {
	if refused, ok := in.allow(http.MethodGet); !ok {
		return refused
	}
	if !in.Authorized {
		return refuseProjectKeys()
	}
	// The members are not limited, and every copy is modified, for a client that does not say otherwise.
	maxSize, maxErr := number(in, "maxCohortSize", math.MaxInt64)
	known, knownErr := number(in, "lastModified", -1)
	if err := errors.Join(maxErr, knownErr); err != nil {
		return refuse(http.StatusBadRequest, "%v", err)
	}
	id := strings.TrimPrefix(in.Path, cohortPath)
	s.mu.Lock()
	cohort, ok := s.cohorts[id]
	s.mu.Unlock()
	switch {
	case !ok:
		return refuse(http.StatusNotFound, "there is no cohort %q", id)
	case known == cohort.lastModified:
		return answer{status: http.StatusNoContent, header: http.Header{}}
	case int64(cohort.size) > maxSize:
		return refuse(http.StatusRequestEntityTooLarge, "cohort %q has %d members, more than maxCohortSize, which is %d",
			id, cohort.size, maxSize)
	}
	out := jsonAnswer(cohort.text)
	out.header.Set("Vary", "Accept-Encoding")
	if in.acceptsGzip {
		out.header.Set("Content-Encoding", "gzip")
		out.body = compress(cohort.text)
	}
	return out
}

// number reads a whole number from the query; absent is what is given.
func number(in incoming, name string, absent int64) (int64, error) {
	if !in.Query.Has(name) {
		return absent, nil
	}
	value, err := strconv.ParseInt(in.Query.Get(name), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("the query's %s is %q, not a whole number", name, in.Query.Get(name))
	}
	return value, nil
}

func compress(text []byte) []byte {
	var compressed bytes.Buffer
	writer := gzip.NewWriter(&compressed)
	_, _ = writer.Write(text) // to memory, which does not fail
	_ = writer.Close()
	return compressed.Bytes()
}
