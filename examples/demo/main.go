// Command demo shows what the SDK is for, with the flags of a real deployment and without the service: a fake of it runs
// in the same program, and both clients talk to it over HTTP as a server's would.
//
//	go run ./examples/demo
//
// The steps are in run, in order; what is particular to a demo is in table.go.
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
	// Everything is on this machine: what takes longer than this hangs.
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if err := run(ctx, os.Stdout, *flags); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

type person struct {
	who  string
	user *experiment.User
}

// people are those whose variants the demo shows; they are told apart by what the real flags look at.
func people() []person {
	return []person{
		{"user test_user", &experiment.User{UserID: "test_user"}},
		{"user user_id on device device_id", &experiment.User{UserID: "user_id", DeviceID: "device_id"}},
		{"nobody in particular, on device d", &experiment.User{DeviceID: "d"}},
		{"user ada, in the cohort 930zyfa", &experiment.User{UserID: "ada", CohortIDs: []string{"930zyfa"}}},
		{"user bob, whose company is in the cohort k1lklnnb", &experiment.User{
			UserID:         "bob",
			Groups:         map[string][]string{"org id": {"acme"}},
			GroupCohortIDs: map[string]map[string][]string{"org id": {"acme": {"k1lklnnb"}}},
		}},
	}
}

func run(ctx context.Context, out io.Writer, flagsFile string) error {
	document, err := os.ReadFile(flagsFile)
	if err != nil {
		return fmt.Errorf("reading the flags (run this in the project's folder, or use -flags): %w", err)
	}

	say(out, "Starting a fake of the service on this machine, with the flags of a real deployment.")
	server, err := experimenttest.NewServer(&experimenttest.Config{Flags: document})
	if err != nil {
		return err
	}
	defer server.Close()

	say(out, "Initializing two clients: one asks the service for variants, one loads the flags and evaluates them here.")
	remote, err := remote.Initialize(server.DeploymentKey, &remote.Config{ServerURL: server.URL})
	if err != nil {
		return err
	}
	client, err := local.Initialize(server.DeploymentKey, &local.Config{
		ServerURL:                 server.URL,
		FlagConfigPollingInterval: 50 * time.Millisecond, // so that the demo is short; the default is 30 s
	})
	if err != nil {
		return err
	}
	defer client.Close()
	if err := client.Start(ctx); err != nil {
		return err
	}

	say(out, "What Fetch got over the network, beside what Evaluate found in this process:")
	both := comparison{out: out, remote: remote, local: client}
	for _, person := range people() {
		if err := both.show(ctx, person.who, person.user); err != nil {
			return err
		}
	}

	const switched = "evaluation-proxy-test"
	eve := &experiment.User{UserID: "eve"}
	say(out, "On the server, someone turns on the flag "+switched+". Before:")
	if err := both.show(ctx, "user eve", eve, switched); err != nil {
		return err
	}
	changed, err := turnOn(document, switched)
	if err != nil {
		return err
	}
	if err := server.SetFlags(changed); err != nil {
		return err
	}
	// Polls do not overlap: when the second one from now begins, the first has brought the new flags.
	polls := countPolls(server)
	if err := server.AwaitRequests(ctx, experimenttest.EndpointFlags, polls+2); err != nil {
		return err
	}
	say(out, "The client's poll has picked up the change. After:")
	if err := both.show(ctx, "user eve", eve, switched); err != nil {
		return err
	}
	if variant, _ := client.Variant(eve, switched); variant.Key != "on" {
		return fmt.Errorf("the poll did not pick up that flag %q is on", switched)
	}

	if both.differences > 0 {
		return fmt.Errorf("what Fetch and Evaluate gave differs in %d variants", both.differences)
	}
	say(out, fmt.Sprintf("Done: Fetch and Evaluate gave the same %d variants.", both.variants))
	return nil
}

// turnOn edits a flags document as someone does in Amplitude: the flag's last segment, all other users, gets its variant on.
func turnOn(document []byte, key string) ([]byte, error) {
	var flags []map[string]any
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	if err := decoder.Decode(&flags); err != nil {
		return nil, fmt.Errorf("reading the flags: %w", err)
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
	return nil, fmt.Errorf("there is no flag %q to turn on", key)
}

func countPolls(server *experimenttest.Server) int {
	polls := 0
	for _, request := range server.Requests() {
		if request.Endpoint == experimenttest.EndpointFlags {
			polls++
		}
	}
	return polls
}
