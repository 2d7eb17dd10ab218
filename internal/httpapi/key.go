package httpapi

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// Key is a deployment key, or the two keys of a project. No verb of package
// fmt, no log handler and no encoder prints the keys, also if the Key is a
// field of another struct. The zero Key authorizes nothing. See RATIONALE.md,
// "Why is the deployment key within a function?".
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
	if err := checkCharacters("the deployment key", deploymentKey); err != nil {
		return Key{}, err
	}
	return keyOf("Api-Key " + deploymentKey), nil
}

// ProjectKeys returns the Key that authorizes requests for cohorts with the
// keys of a project. It returns an error, which names the field at fault of the
// local client's config and repeats neither key, if one of them is empty or has
// a space, a control character or one that is not ASCII, or if the API key has
// a colon.
//
// A secret key may have a colon, but an evaluation proxy rejects such a key.
func ProjectKeys(apiKey, secretKey string) (Key, error) {
	for _, key := range []struct{ field, value string }{
		{"CohortSync.APIKey", apiKey}, {"CohortSync.SecretKey", secretKey},
	} {
		if key.value == "" {
			return Key{}, fmt.Errorf("%s is empty: copy the project's API key and secret key "+
				"from the settings of the project in Amplitude", key.field)
		}
		if err := checkCharacters(key.field, key.value); err != nil {
			return Key{}, err
		}
	}
	if i := strings.IndexByte(apiKey, ':'); i >= 0 {
		return Key{}, fmt.Errorf("CohortSync.APIKey has a colon at byte %d: "+
			"was the secret key, which has a field of its own, copied with it?", i)
	}
	return keyOf("Basic " + base64.StdEncoding.EncodeToString([]byte(apiKey+":"+secretKey))), nil
}

func keyOf(authorization string) Key {
	return Key{authorization: func() string { return authorization }}
}

// checkCharacters returns an error if a key has a character that no key has.
func checkCharacters(name, key string) error {
	for i := range len(key) {
		if c := key[i]; c <= ' ' || c >= 0x7f {
			return fmt.Errorf("%s has an invalid character at byte %d: "+
				"was a space or a line break copied with it?", name, i)
		}
	}
	return nil
}
