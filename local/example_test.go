//go:build cgo

package local_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"

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
	// Stands in for Amplitude here. A program leaves ServerURL out.
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

// With flags in the program, a server can evaluate before, and without, the service. Once the service answers, its flags
// replace these.
func ExampleConfig_bootstrap() {
	client, err := local.Initialize("server-deployment-key", &local.Config{
		Bootstrap: []byte(`{"banner": {"key": "banner", "segments": [{"variant": "on"}], "variants": {"on": {"key": "on", "value": "on"}}}}`),
	})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	variants, err := client.Evaluate(&experiment.User{UserID: "user-1"}, "banner")
	fmt.Println(variants["banner"].Value, err)
	// Output: on <nil>
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
