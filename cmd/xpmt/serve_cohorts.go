package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/amplitude/experiment-go-server/experimenttest"
)

// cohortsFile is a file with cohorts, and the cohorts that are served.
type cohortsFile struct {
	path   string
	served map[string]servedCohort
}

// servedCohort is what a cohortsFile keeps of a cohort.
type servedCohort struct {
	members int
	hash    [sha256.Size]byte // of the type and the members
}

// load serves the cohorts of the file instead of the previous ones. A cohort
// that did not change keeps the time when it was last modified.
func (f *cohortsFile) load(ctx context.Context, server *experimenttest.Server) error {
	document, err := await(ctx, func() ([]byte, error) { return os.ReadFile(f.path) })
	if err != nil {
		return fmt.Errorf("reading cohorts: %w", err)
	}
	cohorts, err := decodeCohorts(document)
	if err != nil {
		return fmt.Errorf("reading cohorts: %w", err)
	}
	served := make(map[string]servedCohort, len(cohorts))
	for _, id := range slices.Sorted(maps.Keys(cohorts)) {
		served[id] = servedCohort{len(cohorts[id].MemberIDs), hashOf(cohorts[id])}
		if served[id] == f.served[id] {
			continue
		}
		if err := server.SetCohort(cohorts[id]); err != nil {
			return err
		}
	}
	for id := range f.served {
		if _, ok := served[id]; !ok {
			server.RemoveCohort(id)
		}
	}
	f.served = served
	return nil
}

// hashOf returns a hash of a cohort's type and members.
func hashOf(cohort experimenttest.Cohort) [sha256.Size]byte {
	hash := sha256.New()
	write := func(s string) {
		_, _ = fmt.Fprintf(hash, "%d %s", len(s), s) // a hash does not fail
	}
	write(cohort.GroupType)
	for _, member := range cohort.MemberIDs {
		write(member)
	}
	return [sha256.Size]byte(hash.Sum(nil))
}

// describe returns lines about the cohorts that are served and the keys that
// clients need. The keys open nothing but fakes.
func (f *cohortsFile) describe() string {
	members := 0
	for _, cohort := range f.served {
		members += cohort.members
	}
	return fmt.Sprintf("cohorts of %s: %s with %s\nAPI key: %s, secret key: %s\n",
		f.path, count(len(f.served), "cohort"), count(members, "member"),
		experimenttest.DefaultAPIKey, experimenttest.DefaultSecretKey)
}

// count returns a number with its noun, in the plural if necessary.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// decodeCohorts returns the cohorts of a document by ID.
func decodeCohorts(document []byte) (map[string]experimenttest.Cohort, error) {
	if err := checkJSON(document); err != nil {
		return nil, err
	}
	switch bytes.TrimLeft(document, " \t\r\n")[0] {
	case '[':
		return cohortsOfArray(document)
	case '{':
		return cohortsOfObject(document)
	}
	return nil, errors.New("the document must be a JSON array of cohorts, or an object of cohort ID to member IDs")
}

// checkJSON returns an error that names the line if the document is not JSON.
func checkJSON(document []byte) error {
	var value json.RawMessage
	err := json.Unmarshal(document, &value)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		line := 1 + bytes.Count(document[:syntax.Offset], []byte("\n"))
		return fmt.Errorf("line %d: %w", line, err)
	}
	return err
}

// cohortsOfArray decodes an array of cohorts in the form of the service.
func cohortsOfArray(document []byte) (map[string]experimenttest.Cohort, error) {
	var entries []json.RawMessage
	if err := json.Unmarshal(document, &entries); err != nil {
		return nil, err
	}
	cohorts := make(map[string]experimenttest.Cohort, len(entries))
	for i, entry := range entries {
		// What a response of the service has besides is accepted, and ignored.
		var fields struct {
			CohortID     string          `json:"cohortId"`
			GroupType    string          `json:"groupType"`
			MemberIDs    json.RawMessage `json:"memberIds"`
			LastModified json.Number     `json:"lastModified"`
			Size         json.Number     `json:"size"`
		}
		decoder := json.NewDecoder(bytes.NewReader(entry))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&fields); err != nil {
			return nil, fmt.Errorf("cohorts[%d]: %w", i, readable(err))
		}
		if fields.CohortID == "" {
			return nil, fmt.Errorf("cohorts[%d]: cohortId is missing or empty", i)
		}
		if _, ok := cohorts[fields.CohortID]; ok {
			return nil, fmt.Errorf("cohorts[%d]: the cohortId %q occurs twice", i, fields.CohortID)
		}
		members, err := decodeMembers(fields.MemberIDs)
		if err != nil {
			return nil, fmt.Errorf("cohort %q: %w", fields.CohortID, err)
		}
		cohorts[fields.CohortID] = experimenttest.Cohort{
			ID: fields.CohortID, GroupType: fields.GroupType, MemberIDs: members,
		}
	}
	return cohorts, nil
}

// cohortsOfObject decodes an object of cohort ID to member IDs.
func cohortsOfObject(document []byte) (map[string]experimenttest.Cohort, error) {
	var byID map[string]json.RawMessage
	if err := json.Unmarshal(document, &byID); err != nil {
		return nil, err
	}
	cohorts := make(map[string]experimenttest.Cohort, len(byID))
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		if id == "" {
			return nil, errors.New("the ID of a cohort is empty")
		}
		members, err := decodeMembers(byID[id])
		if err != nil {
			return nil, fmt.Errorf("cohort %q: %w", id, err)
		}
		cohorts[id] = experimenttest.Cohort{ID: id, MemberIDs: members}
	}
	return cohorts, nil
}

// decodeMembers decodes the member IDs of a cohort.
func decodeMembers(data json.RawMessage) ([]string, error) {
	var members []string
	switch err := json.Unmarshal(data, &members); {
	case len(data) == 0:
		return nil, errors.New("memberIds is missing; an empty cohort has []")
	case err != nil || members == nil:
		return nil, membersError(data)
	}
	if i := slices.Index(members, ""); i >= 0 {
		return nil, fmt.Errorf("memberIds[%d] is empty or null", i)
	}
	return members, nil
}

// membersError returns what is wrong with member IDs.
func membersError(data json.RawMessage) error {
	var entries []json.RawMessage
	if err := json.Unmarshal(data, &entries); err != nil || entries == nil {
		return errors.New("memberIds is not an array")
	}
	i := slices.IndexFunc(entries, func(entry json.RawMessage) bool { return entry[0] != '"' })
	return fmt.Errorf("memberIds[%d] is not a string", i)
}
