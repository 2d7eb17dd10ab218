package remote_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/remote"
)

var verbs = []string{
	"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%d", "%p", "%t", "%c", "%U", "%e", "%T", "%O", "%b", "%w",
}

func TestClient_IsPrintedWithoutTheKey(t *testing.T) {
	s := serve(t, respond(200, `{"f":{"key":"on"}}`))
	client := initialize(t, s, nil)
	_, err := client.Fetch(t.Context(), user)
	require.NoError(t, err)
	require.Equal(t, "Api-Key "+deploymentKey, s.requests()[0].Header.Get("Authorization"))
	copied := *client
	type server struct {
		Client  *remote.Client
		Copied  remote.Client
		client  *remote.Client
		copied  remote.Client
		Fetcher any
		Lookup  experiment.Variants
	}
	within := server{client, copied, client, copied, client, nil}
	for name, value := range map[string]any{
		"pointer": client, "copy": copied, "struct": within, "pointer to a struct": &within,
		"slice": []*remote.Client{client}, "slice of copies": []remote.Client{copied},
		"map": map[string]remote.Client{"c": copied}, "pointer to a pointer": &client,
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			for _, verb := range verbs {
				fmt.Fprintf(&out, verb, value)
			}
			fmt.Fprint(&out, value)
			fmt.Fprintln(&out, value)
			for _, logger := range []*slog.Logger{
				slog.New(slog.NewTextHandler(&out, nil)), slog.New(slog.NewJSONHandler(&out, nil)),
			} {
				logger.Info("m", "value", value)
				logger.With("value", value).WithGroup("g").Info("m", slog.Group("g", "value", value))
			}
			encoded, _ := json.Marshal(value)
			out.Write(encoded)
			for _, secret := range []string{deploymentKey, "Api-Key"} {
				assert.NotContains(t, out.String(), secret)
				assert.NotContains(t, out.String(), fmt.Sprintf("%x", secret))
				assert.NotContains(t, out.String(), fmt.Sprintf("%X", secret))
				assert.NotContains(t, out.String(), fmt.Sprintf("% x", secret))
				assert.NotContains(t, out.String(), fmt.Sprint([]byte(secret))[1:15])
			}
		})
	}
}
