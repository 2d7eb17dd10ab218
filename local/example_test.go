//go:build cgo

package local_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/local"
)

// checkout is a flag that is on for users of the pro plan.
const checkout = `[{
	"key": "checkout-button",
	"metadata": {"flagType": "release"},
	"segments": [
		{"conditions": [[{"selector": ["context", "user", "user_properties", "plan"], "op": "is", "values": ["pro"]}]],
		 "metadata": {"segmentName": "pro users"}, "variant": "on"},
		{"metadata": {"segmentName": "All Other Users"}, "variant": "off"}
	],
	"variants": {
		"on": {"key": "on", "value": "on", "payload": {"color": "green"}},
		"off": {"key": "off", "metadata": {"default": true}}
	}
}]`

func Example() {
	// This service stands in for Amplitude. A program does not set ServerURL.
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, checkout)
	}))
	defer service.Close()

	client, err := local.Initialize("server-deployment-key", &local.Config{ServerURL: service.URL})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	if err := client.Start(context.Background()); err != nil {
		log.Fatal(err)
	}

	user := &experiment.User{UserID: "user-1", UserProperties: map[string]any{"plan": "pro"}}
	variants, err := client.Evaluate(user)
	if err != nil {
		log.Fatal(err)
	}
	for flagKey, variant := range variants {
		fmt.Println(flagKey, "is", variant.Value)
	}
	// Output: checkout-button is on
}

func ExampleClient_Variant() {
	client, err := local.Initialize("server-deployment-key", &local.Config{Bootstrap: []byte(checkout)})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	for _, plan := range []string{"pro", "free"} {
		user := &experiment.User{UserID: "user-1", UserProperties: map[string]any{"plan": plan}}
		variant, ok := client.Variant(user, "checkout-button")
		fmt.Println(plan, ok, variant.Key, variant.Metadata["segmentName"])
	}
	_, ok := client.Variant(&experiment.User{UserID: "user-1"}, "unknown-flag")
	fmt.Println("unknown", ok)
	// Output:
	// pro true on pro users
	// free true off All Other Users
	// unknown false
}

// A function that takes an experiment.Lookup works with a Subject and with the
// Variants of either client.
func ExampleClient_Prepare() {
	buttonColor := func(flags experiment.Lookup) string {
		variant, ok := flags.Variant("checkout-button")
		if !ok || variant.IsDefault() {
			return "gray"
		}
		var button struct{ Color string }
		if err := variant.UnmarshalPayload(&button); err != nil {
			return "gray"
		}
		return button.Color
	}

	client, err := local.Initialize("server-deployment-key", &local.Config{Bootstrap: []byte(checkout)})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	// Prepare once for each request, then look up as often as necessary.
	for _, plan := range []string{"pro", "free"} {
		subject, err := client.Prepare(&experiment.User{UserProperties: map[string]any{"plan": plan}})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(plan, buttonColor(subject), buttonColor(subject))
	}
	// Output:
	// pro green green
	// free gray gray
}

func ExampleClient_EvaluateWithOptions() {
	client, err := local.Initialize("server-deployment-key", &local.Config{Bootstrap: []byte(checkout)})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	user := &experiment.User{UserID: "user-1"}
	for _, includeDefaults := range []bool{false, true} {
		variants, err := client.EvaluateWithOptions(user, local.EvaluateOptions{
			FlagKeys:        []string{"checkout-button"},
			IncludeDefaults: includeDefaults,
		})
		if err != nil {
			log.Fatal(err)
		}
		variant, ok := variants["checkout-button"]
		fmt.Printf("%t %q\n", ok, variant.Key)
	}
	// Output:
	// false ""
	// true "off"
}

// A server that brings its own flags can evaluate before Start, and without the
// service. The flags that Start or a poll loads replace them.
func ExampleConfig_bootstrap() {
	client, err := local.Initialize("server-deployment-key", &local.Config{
		Bootstrap: []byte(`{"banner": {
			"key": "banner",
			"segments": [{"variant": "on"}],
			"variants": {"on": {"key": "on", "value": "on"}}
		}}`),
	})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	variants, err := client.Evaluate(&experiment.User{UserID: "user-1"}, "banner")
	fmt.Println(variants["banner"].Value, err)
	// Output: on <nil>
}

func ExampleConfig_logger() {
	short := func(_ []string, attr slog.Attr) slog.Attr {
		switch attr.Key {
		case slog.LevelKey, slog.MessageKey, "flag", "code":
			return attr
		}
		return slog.Attr{} // left out, such as the time and the reason
	}
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		Level:       slog.LevelWarn, // no debug records
		ReplaceAttr: short,
	}))

	// The segments of a flag must be an array, so the banner is left out.
	client, err := local.Initialize("server-deployment-key", &local.Config{
		Bootstrap: []byte(`[{"key": "button", "segments": [], "variants": {}},
			{"key": "banner", "segments": "everyone", "variants": {}}]`),
		Logger: logger,
	})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	// Output:
	// level=WARN msg="problem in a flag config" flag=banner code=malformed
}

func ExampleClient_FlagMetadata() {
	client, err := local.Initialize("server-deployment-key", &local.Config{Bootstrap: []byte(checkout)})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	metadata, ok := client.FlagMetadata("checkout-button")
	fmt.Println(ok, metadata["flagType"])
	// Output: true release
}

func ExampleLoadError() {
	// This service rejects every key.
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
	}))
	defer service.Close()

	client, err := local.Initialize("server-deployment-key", &local.Config{ServerURL: service.URL})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	err = client.Start(context.Background())
	var load *local.LoadError
	if errors.As(err, &load) {
		fmt.Println("status:", load.StatusCode)
		fmt.Println("wrong key:", load.StatusCode == http.StatusUnauthorized)
	}
	_, err = client.Evaluate(&experiment.User{UserID: "user-1"})
	fmt.Println("not ready:", errors.Is(err, local.ErrNotReady))
	// Output:
	// status: 401
	// wrong key: true
	// not ready: true
}

func ExampleCycleError() {
	client, err := local.Initialize("server-deployment-key", &local.Config{
		Bootstrap: []byte(`[
			{"key": "chicken", "dependencies": ["egg"], "segments": [], "variants": {}},
			{"key": "egg", "dependencies": ["chicken"], "segments": [], "variants": {}},
			{"key": "omelet", "dependencies": ["egg"], "segments": [], "variants": {}},
			{"key": "toast", "segments": [], "variants": {}}
		]`),
		Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	_, err = client.Evaluate(&experiment.User{UserID: "user-1"}, "omelet")
	var cycle *local.CycleError
	if errors.As(err, &cycle) {
		fmt.Println("flag:", cycle.FlagKey)
		fmt.Println("cycle:", cycle.Cycle)
	}
	// Output:
	// flag: omelet
	// cycle: [chicken egg]
}
