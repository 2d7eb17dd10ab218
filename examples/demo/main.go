// Command demo shows what the SDK does, with the flags of a real deployment but
// without the real service: a fake service runs in the same program, and both
// clients talk to it over HTTP.
//
//	go run ./examples/demo
//
// The steps are in run, in order; table.go writes the tables.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/experimenttest"
	"github.com/amplitude/experiment-go-server/local"
	"github.com/amplitude/experiment-go-server/remote"
)

func main() {
	flags := flag.String("flags", "examples/flags.json", "`file` with the flags to serve")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	// Everything runs on this machine: a demo that takes longer hangs.
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if err := run(ctx, os.Stdout, *flags); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

// person is a user and how the demo introduces them.
type person struct {
	who  string
	user *experiment.User
}

// people returns the users whose variants the demo shows. They differ in the
// properties that the flags read.
func people() []person {
	return []person{
		{"user test_user", &experiment.User{UserID: "test_user"}},
		{"user user_id on device device_id", &experiment.User{UserID: "user_id", DeviceID: "device_id"}},
		{"anonymous user on device d", &experiment.User{DeviceID: "d"}},
		{"user ada, in the cohort 930zyfa", &experiment.User{UserID: "ada", CohortIDs: []string{"930zyfa"}}},
		{"user bob, whose company is in the cohort k1lklnnb", &experiment.User{
			UserID:         "bob",
			Groups:         map[string][]string{"org id": {"acme"}},
			GroupCohortIDs: map[string]map[string][]string{"org id": {"acme": {"k1lklnnb"}}},
		}},
	}
}

// run runs the demo with the flags of a file.
func run(ctx context.Context, out io.Writer, flagsFile string) error {
	document, err := os.ReadFile(flagsFile)
	if err != nil {
		return fmt.Errorf("reading the flags: %w; run the demo in the project's folder or use -flags", err)
	}

	say(out, "Starting a fake service on this machine, with the flags of a real deployment.")
	server, err := experimenttest.NewServer(&experimenttest.Config{Flags: document})
	if err != nil {
		return err
	}
	defer server.Close()

	say(out, "Initializing two clients: one fetches variants, one loads the flags and evaluates them here.")
	both, err := newComparison(out, server)
	if err != nil {
		return err
	}
	defer both.local.Close()
	if err := both.local.Start(ctx); err != nil {
		return err
	}

	say(out, "Comparing what Fetch gets over the network with what Evaluate computes in this process:")
	for _, person := range people() {
		if err := both.show(ctx, person.who, person.user); err != nil {
			return err
		}
	}
	if err := showChange(ctx, both, server, document); err != nil {
		return err
	}

	if both.differences > 0 {
		return fmt.Errorf("comparing Fetch with Evaluate: %d variants differ", both.differences)
	}
	say(out, fmt.Sprintf("Done: Fetch and Evaluate returned the same %d variants.", both.variants))
	return nil
}

// newComparison initializes a remote and a local client of the server. The
// caller closes the local one.
func newComparison(out io.Writer, server *experimenttest.Server) (*comparison, error) {
	remoteClient, err := remote.Initialize(server.DeploymentKey, &remote.Config{ServerURL: server.URL})
	if err != nil {
		return nil, err
	}
	localClient, err := local.Initialize(server.DeploymentKey, &local.Config{
		ServerURL:                 server.URL,
		FlagConfigPollingInterval: local.FastPolling, // keeps the demo short; the default is 30 s
	})
	if err != nil {
		return nil, err
	}
	return &comparison{out: out, remote: remoteClient, local: localClient}, nil
}

// showChange turns on a flag of the server and shows a user's variants before
// the change and after the local client has polled it.
func showChange(ctx context.Context, both *comparison, server *experimenttest.Server, document []byte) error {
	const key = "evaluation-proxy-test"
	eve := &experiment.User{UserID: "eve"}
	say(both.out, "Turning on the flag "+key+" in the service. Before:")
	if err := both.show(ctx, "user eve", eve, key); err != nil {
		return err
	}
	changed, err := turnOn(document, key)
	if err != nil {
		return err
	}
	if err := server.SetFlags(changed); err != nil {
		return err
	}
	// Polls do not overlap: when the second poll from now arrives, the first
	// has brought the new flags.
	polls := countPolls(server)
	if err := server.AwaitRequests(ctx, experimenttest.EndpointFlags, polls+2); err != nil {
		return err
	}
	say(both.out, "The local client has picked up the change. After:")
	if err := both.show(ctx, "user eve", eve, key); err != nil {
		return err
	}
	if variant, _ := both.local.Variant(eve, key); variant.Key != "on" {
		return fmt.Errorf("polling: flag %q is still not on", key)
	}
	return nil
}

// turnOn returns a copy of the document in which the last segment of a flag,
// "all other users", has the variant "on", as after an edit in Amplitude.
func turnOn(document []byte, key string) ([]byte, error) {
	var flags []map[string]any
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	if err := decoder.Decode(&flags); err != nil {
		return nil, fmt.Errorf("turning on flag %q: %w", key, err)
	}
	for _, flag := range flags {
		segments, _ := flag["segments"].([]any)
		if flag["key"] != key || len(segments) == 0 {
			continue
		}
		last, ok := segments[len(segments)-1].(map[string]any)
		if !ok {
			continue
		}
		last["variant"] = "on"
		return json.Marshal(flags)
	}
	return nil, fmt.Errorf("turning on flag %q: it is missing or has no segments", key)
}

// countPolls returns how many requests for flags have arrived.
func countPolls(server *experimenttest.Server) int {
	polls := 0
	for _, request := range server.Requests() {
		if request.Endpoint == experimenttest.EndpointFlags {
			polls++
		}
	}
	return polls
}
