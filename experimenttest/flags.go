package experimenttest

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/amplitude/experiment-go-server/internal/core"
	"github.com/amplitude/experiment-go-server/internal/snapshot"
)

// flagsDocument is the body of the flags endpoint and its entity tag.
type flagsDocument struct {
	text []byte
	etag string
}

// SetFlags replaces all flags. They are a JSON array of flag configs, which is served byte for byte, or an object whose
// members are flag configs, which is served as the array of them. The Server keeps a copy.
//
// The error says where the document is wrong, and leaves the flags as they were. A document in which single flags are
// malformed is served like any other, as clients have to put up with it; to serve what is no document at all, use a Fault
// with a Body.
func (s *Server) SetFlags(document []byte) error {
	array, err := flagArray(document)
	if err != nil {
		return fmt.Errorf("setting flags: %w", err)
	}
	var evaluator *snapshot.Snapshot
	if ok, _ := core.Available(); ok {
		if evaluator, err = snapshot.New(array); err != nil {
			return fmt.Errorf("setting flags: %w", err)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flags = flagsDocument{array, fmt.Sprintf(`"%x"`, sha256.Sum256(array))}
	s.evaluator = evaluator
	return nil
}

// flagArray copies a document, as the array that the service sends.
func flagArray(document []byte) ([]byte, error) {
	var entries json.RawMessage
	if err := json.Unmarshal(document, &entries); err != nil {
		return nil, fmt.Errorf("the document is not JSON: %w", err)
	}
	switch bytes.TrimLeft(document, " \t\r\n")[0] {
	case '[':
		return bytes.Clone(document), nil
	case '{':
		return memberArray(document)
	}
	return nil, errors.New("the document is neither an array of flags nor an object with flags as members")
}

// memberArray is the values of an object's members, in order and each with its own text.
func memberArray(object []byte) ([]byte, error) {
	decoder := json.NewDecoder(bytes.NewReader(object))
	if _, err := decoder.Token(); err != nil { // the opening brace
		return nil, err
	}
	var values [][]byte
	for decoder.More() {
		if _, err := decoder.Token(); err != nil { // the name
			return nil, err
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, err
		}
		values = append(values, value)
	}
	array := append([]byte{'['}, bytes.Join(values, []byte(","))...)
	return append(array, ']'), nil
}

func (s *Server) answerFlags(in incoming) answer {
	if refused, ok := in.allow(http.MethodGet); !ok {
		return refused
	}
	if !in.Authorized {
		return refuseDeploymentKey()
	}
	s.mu.Lock()
	flags := s.flags
	s.mu.Unlock()

	out := jsonAnswer(flags.text)
	if matches(in.IfNoneMatch, flags.etag) {
		out = answer{status: http.StatusNotModified, header: http.Header{}}
	}
	out.header.Set("ETag", flags.etag)
	return out
}

// matches applies If-None-Match, in which weak tags compare as strong ones do.
func matches(ifNoneMatch, etag string) bool {
	for tag := range strings.SplitSeq(ifNoneMatch, ",") {
		tag = strings.TrimSpace(tag)
		if tag == "*" || strings.TrimPrefix(tag, "W/") == etag {
			return true
		}
	}
	return false
}
