package benchmarks

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
)

// SDK is one of those that are compared.
type SDK struct {
	Name string // in the names of benchmarks

	// Path is where the SDK asks its service for flags, or the beginning of it.
	Path string
	// Document is the flags in the SDK's own model, as its service sends them. It is nil if the SDK has no service.
	Document func(flags []Flag) ([]byte, error)
	// Connect gives a client that has its flags, with events, logs and whatever else goes to the network turned off as far
	// as the SDK lets it be. It makes the SDK's kind of user of each account.
	Connect func(from Source, accounts []*Account) (Client, error)
}

// Source is where a client gets its flags.
type Source struct {
	URL   string // of a server on loopback that has the SDK's Document
	Bytes int    // the length of the Document
	Flags []Flag // for an SDK that has no document
}

// Client is an SDK's client that has loaded flags. All but Close may be called by several goroutines.
type Client interface {
	// Variant is a flag's variant for an account, by its number. The SDK's kind of user was made before.
	Variant(account int, flagKey string) string
	// VariantsOf makes the SDK's kind of user of an account and asks for the variant of each flag. It returns the last one.
	VariantsOf(account *Account, flagKeys ...string) string
	Close()
}

// AllClient is a Client of an SDK that has a call for all flags.
type AllClient interface {
	Client
	// All evaluates all flags for an account, by its number, and returns how many have a result.
	All(account int) int
}

// SDKs is those that one program can compare.
func SDKs() []SDK { return []SDK{ours, launchDarkly, growthBook, postHog, statsig, openFeature} }

// Lookups is those in which one can look up single flags: the SDKs, and ours once more with subjects, which remember what
// they have evaluated.
func Lookups() []SDK { return append(SDKs(), oursPrepared) }

// Serve starts a server with the flags, if the SDK has a service. To all other requests, such as those with events, it says
// that all is well. The function ends it.
func (s SDK) Serve(flags []Flag) (Source, func(), error) {
	if s.Document == nil {
		return Source{Flags: flags}, func() {}, nil
	}
	document, err := s.Document(flags)
	if err != nil {
		return Source{}, nil, fmt.Errorf("the flags for %s: %w", s.Name, err)
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
