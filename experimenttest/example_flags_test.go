//go:build cgo

package experimenttest_test

import (
	"context"
	"fmt"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/experimenttest"
	"github.com/amplitude/experiment-go-server/remote"
)

// A Server with flags evaluates them, as the real service does. The flags may
// change while the Server runs.
func ExampleServer_SetFlags() {
	const flags = `[{
		"key": "new-checkout",
		"variants": {"on": {"key": "on", "value": "on"}, "off": {"key": "off", "metadata": {"default": true}}},
		"segments": [
			{
				"conditions": [[{"selector": ["context", "user", "country"], "op": "is", "values": ["Norway"]}]],
				"variant": "on"
			},
			{"variant": "off"}
		]
	}]`
	service, err := experimenttest.NewServer(&experimenttest.Config{Flags: []byte(flags)})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer service.Close()
	client, err := remote.Initialize(service.DeploymentKey, &remote.Config{ServerURL: service.URL})
	if err != nil {
		fmt.Println(err)
		return
	}

	show := func(user *experiment.User) {
		variants, err := client.Fetch(context.Background(), user)
		fmt.Printf("%s: %q %v\n", user.Country, variants["new-checkout"].Key, err)
	}
	show(&experiment.User{UserID: "ada", Country: "Norway"})
	show(&experiment.User{UserID: "bob", Country: "Chile"})

	if err := service.SetFlags([]byte(`[]`)); err != nil {
		fmt.Println(err)
	}
	show(&experiment.User{UserID: "ada", Country: "Norway"})
	// Output:
	// Norway: "on" <nil>
	// Chile: "" <nil>
	// Norway: "" <nil>
}
