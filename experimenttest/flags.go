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

// flagsDocument is a version of the flags.
type flagsDocument struct {
	body    []byte
	line    []byte // the body without line breaks, for a stream
	etag    string
	version int // counts the calls of SetFlags, from 1
}

// SetFlags replaces all flags. The document is a JSON array of flag configs,
// which the Server serves byte for byte, or an object whose members are flag
// configs, which the Server serves as an array of its members. Open streams
// send the new document, without its line breaks. The Server keeps a copy.
//
// SetFlags compiles the flags first, which takes half a second for 18 MB, but
// does not wait for the clients of streams. If one reads slowly, its stream
// skips the documents in between and next sends the newest one.
//
// SetFlags returns an error that says where the document is invalid, and then
// leaves the flags unchanged. A document with single malformed flags is
// accepted, since clients must cope with one. To serve something that is not a
// flag document, use a Fault with a Body.
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
	line, err := oneLine(array)
	if err != nil {
		return fmt.Errorf("setting flags: %w", err)
	}
	etag := fmt.Sprintf(`"%x"`, sha256.Sum256(array))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flags = flagsDocument{array, line, etag, s.flags.version + 1}
	s.evaluator = evaluator
	s.wakeStreams()
	return nil
}

// wakeStreams makes each open stream look for what it has to send. The caller
// holds s.mu.
func (s *Server) wakeStreams() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// currentFlags returns the flags, and a channel that is closed when there may
// be others.
func (s *Server) currentFlags() (flagsDocument, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.flags, s.changed
}

// flagArray returns a copy of the document, in the form of an array.
func flagArray(document []byte) ([]byte, error) {
	var entries json.RawMessage
	if err := json.Unmarshal(document, &entries); err != nil {
		return nil, fmt.Errorf("decoding the document: %w", err)
	}
	switch bytes.TrimLeft(document, " \t\r\n")[0] {
	case '[':
		return bytes.Clone(document), nil
	case '{':
		return memberArray(document)
	}
	return nil, errors.New("the document is not a JSON array or object of flags")
}

// memberArray returns the values of an object's members as an array, in order
// and byte for byte.
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

// flagsResponse returns the flags, or a 304 if the client has them already.
func (s *Server) flagsResponse(req request) response {
	if resp, ok := req.checkMethod(http.MethodGet); !ok {
		return resp
	}
	if !req.Authorized {
		return deploymentKeyRequired()
	}
	flags, _ := s.currentFlags()
	resp := jsonResponse(flags.body)
	if matchesETag(req.IfNoneMatch, flags.etag) {
		resp = response{status: http.StatusNotModified, header: http.Header{}}
	}
	resp.header.Set("ETag", flags.etag)
	return resp
}

// matchesETag reports whether an If-None-Match header lists the ETag. As HTTP
// demands for this header, a weak ETag matches the strong one.
func matchesETag(ifNoneMatch, etag string) bool {
	for tag := range strings.SplitSeq(ifNoneMatch, ",") {
		tag = strings.TrimSpace(tag)
		if tag == "*" || strings.TrimPrefix(tag, "W/") == etag {
			return true
		}
	}
	return false
}
