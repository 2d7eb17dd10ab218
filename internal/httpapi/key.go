package httpapi

import (
	"errors"
	"fmt"
)

// Key is a deployment key. No verb of package fmt, no log handler and no
// encoder prints the key, also if the Key is a field of another struct. The
// zero Key authorizes nothing. See RATIONALE.md, "Why is the deployment key
// within a function?".
type Key struct {
	authorization func() string // nil in the zero Key
}

// Authorization returns the Key that authorizes requests with a deployment key.
// It returns an error, which does not repeat the key, if the key is empty or
// has a character that a header cannot have.
func Authorization(deploymentKey string) (Key, error) {
	if deploymentKey == "" {
		return Key{}, errors.New("the deployment key is empty: " +
			"copy a server deployment's key from Amplitude Experiment")
	}
	for i := range len(deploymentKey) {
		if c := deploymentKey[i]; c <= ' ' || c >= 0x7f {
			return Key{}, fmt.Errorf("the deployment key has an invalid character at byte %d: "+
				"was a space or a line break copied with it?", i)
		}
	}
	value := "Api-Key " + deploymentKey
	return Key{authorization: func() string { return value }}, nil
}
