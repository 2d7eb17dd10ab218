package httpapi_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

func TestAuthorization_ValidatesTheKey(t *testing.T) {
	_, err := httpapi.Authorization("")
	assert.EqualError(t, err, "the deployment key is empty: copy a server deployment's key from Amplitude Experiment")
	for _, key := range []string{"secret\n", "secret ", "secret\x00", "secret\u00e9", "secret\x7f"} {
		_, err = httpapi.Authorization(key)
		assert.EqualError(t, err, "the deployment key has an invalid character at byte 6: "+
			"was a space or a line break copied with it?")
	}
}

func TestDo_SendsNoAuthorizationForTheZeroKey(t *testing.T) {
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		assert.NotContains(t, r.Header, "Authorization")
	})
	_, err := httpapi.New(httpapi.Options{}).Do(t.Context(), get(s.URL))
	require.NoError(t, err)
}

func TestKey_IsNotPrinted(t *testing.T) {
	const secret = "server-secret"
	k := key(t, secret)
	request := httpapi.Request{Key: k}
	type outer struct {
		Request  httpapi.Request
		Pointer  *httpapi.Request
		hidden   httpapi.Key
		behind   *httpapi.Key
		anything any
	}
	verbs := []string{
		"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%d", "%p", "%t", "%c", "%U", "%e", "%T", "%O", "%b", "%w",
	}
	for _, value := range []any{
		k, &k, request, &request, []httpapi.Key{k}, map[string]*httpapi.Key{"k": &k},
		outer{request, &request, k, &k, k}, &outer{request, &request, k, &k, &k},
	} {
		for _, verb := range verbs {
			assertNoSecret(t, secret, fmt.Sprintf(verb, value))
		}
		assertNoSecret(t, secret, fmt.Sprint(value), fmt.Sprintln(value), errors.New(fmt.Sprint(value)).Error())
		var logs bytes.Buffer
		slog.New(slog.NewTextHandler(&logs, nil)).Info("m", "value", value)
		slog.New(slog.NewJSONHandler(&logs, nil)).Info("m", "value", value)
		slog.New(slog.NewJSONHandler(&logs, nil)).WithGroup("g").Info("m", slog.Group("g", "value", value))
		encoded, err := json.Marshal(value)
		assertNoSecret(t, secret, logs.String(), string(encoded), fmt.Sprint(err))
	}
}

// assertNoSecret asserts that no text contains the secret, nor its bytes in
// hexadecimal or decimal.
func assertNoSecret(t *testing.T, secret string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		assert.NotContains(t, text, secret)
		assert.NotContains(t, text, fmt.Sprintf("%x", secret))
		assert.NotContains(t, text, fmt.Sprintf("%X", secret))
		assert.NotContains(t, text, fmt.Sprintf("% x", secret))
		assert.NotContains(t, text, fmt.Sprint([]byte(secret))[1:20])
	}
}
