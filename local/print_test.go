//go:build cgo

package local_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/testservice"
	"github.com/amplitude/experiment-go-server/local"
)

// holder is a struct of a program that has a client. Package fmt ignores the
// methods of unexported fields.
type holder struct {
	client *local.Client
	copied local.Client
	Shared *local.Client
}

// printed returns everything that a program may print of a value.
func printed(value any) map[string]string {
	all := make(map[string]string)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		all[verb] = fmt.Sprintf(verb, value)
	}
	var text, object bytes.Buffer
	slog.New(slog.NewTextHandler(&text, nil)).Info("client", "value", value)
	slog.New(slog.NewJSONHandler(&object, nil)).Info("client", "value", value)
	all["slog text"], all["slog JSON"] = text.String(), object.String()
	encoded, err := json.Marshal(value)
	all["JSON"] = fmt.Sprint(string(encoded), err)
	return all
}

func TestClient_DoesNotPrintItsKey(t *testing.T) {
	s := testservice.New(t)
	client := initialize(t, config(s))
	start(t, s, client, testservice.Flags("1", "f"))
	subject, err := client.Prepare(nobody)
	require.NoError(t, err)
	copied := *client
	for name, value := range map[string]any{
		"client":            client,
		"copy":              copied,
		"subject":           subject,
		"copied subject":    *subject,
		"struct":            holder{client, copied, client},
		"pointer to struct": &holder{client, copied, client},
		"map":               map[string]any{"client": client, "copy": copied},
		"slice":             []local.Client{copied},
	} {
		for how, text := range printed(value) {
			assert.NotContains(t, text, deploymentKey, "%s by %s", name, how)
			assert.NotContains(t, text, fmt.Sprintf("%x", deploymentKey), "%s by %s", name, how)
			assert.NotContains(t, text, fmt.Sprintf("%X", deploymentKey), "%s by %s", name, how)
		}
	}
}
