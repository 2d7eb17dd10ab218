package benchmarks

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
)

// SDK is one of the SDKs that are compared.
type SDK struct {
	Name string // as in the names of benchmarks

	// Path is the path, or its beginning, of the SDK's requests for flags.
	Path string
	// Document returns flags in the SDK's own model, as its service sends them.
	// It is nil if the SDK has no service.
	Document func(flags []Flag) ([]byte, error)
	// Connect returns a client that has loaded its flags. Events, logs and
	// all other network traffic are off, as far as the SDK allows. Connect
	// makes the SDK's kind of user from each account.
	Connect func(from Source, accounts []*Account) (Client, error)
}

// Source is the place from which a client loads its flags.
type Source struct {
	URL   string // of a server on loopback that sends the SDK's Document
	Bytes int    // the length of the Document
	Flags []Flag // for an SDK that has no document
}

// Client is an SDK's client that has loaded flags. Several goroutines may call
// its methods, except Close.
type Client interface {
	// Variant returns a flag's variant for an account, by its index. The SDK's
	// kind of user has been made before.
	Variant(account int, flagKey string) string
	// VariantsOf makes the SDK's kind of user from an account and looks up the
	// variant of each flag. It returns the last variant.
	VariantsOf(account *Account, flagKeys ...string) string
	Close()
}

// AllClient is the Client of an SDK that has a call for all flags.
type AllClient interface {
	Client
	// All evaluates all flags for an account, by its index, and returns how
	// many have a result.
	All(account int) int
}

// SDKs returns the SDKs that one program can compare.
func SDKs() []SDK { return []SDK{ours, launchDarkly, growthBook, postHog, statsig, openFeature} }

// Lookups returns the SDKs for lookups of single flags: all SDKs, and this one
// a second time with subjects, which keep their results.
func Lookups() []SDK { return append(SDKs(), oursPrepared) }

// Serve starts a server with the flags, if the SDK has a service. The server
// responds to all other requests, such as events, with an empty object. The
// returned function closes the server.
func (s SDK) Serve(flags []Flag) (Source, func(), error) {
	if s.Document == nil {
		return Source{Flags: flags}, func() {}, nil
	}
	document, err := s.Document(flags)
	if err != nil {
		return Source{}, nil, fmt.Errorf("encoding flags for %s: %w", s.Name, err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if strings.HasPrefix(r.URL.Path, s.Path) {
			w.Write(document)
		} else {
			w.Write([]byte("{}"))
		}
	}))
	return Source{URL: server.URL, Bytes: len(document)}, server.Close, nil
}
